"""The lists of ``cmday feeds`` on the screen: feeds, entries, a refresh, what was added, a story whole."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from cmday.i18n import _, ngettext
from cmday.steps.news.lists import ShowData, ShownEntry
from cmday.steps.news.report import EntriesData, EntryRow, FeedListData, FeedRow, KeptReport, RefreshData, RefreshRow
from cmday.terminal.block import Block, Cell, More, Row, command_row, community, handle, note, space
from cmday.terminal.view import View
from cmday.text.addresses import host_of
from cmday.text.cells import wrap
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.steps.news.adding import AddedData

_INDENT: Final = 5
_MOST_LINES: Final = 2_000
_NARROW: Final = 70
_WIDE: Final = 110
_SAME: Final = 5
_WHOSE: Final = 6
_FEW: Final = 5


def draw_list(data: FeedListData, view: View) -> Block:
    """Every feed: its state, for whom it is, its title, how much of it is stored, when it is asked next."""
    rows = [_feed_head(view), *(_feed(feed, view) for feed in data.feeds)]
    if not data.feeds:
        rows = []
        rows.append(note(_("No feed yet: cmday feeds add ADDRESS"), indent=2))
    n = len(data.feeds)
    return Block(
        title=_("FEEDS"),
        command="cmday feeds list",
        summary=ngettext("{n} feed", "{n} feeds", n).format(n=view.number(n)),
        rows=tuple(rows),
    )


def draw_entries(data: EntriesData, view: View) -> Block:
    """Entries, newest first: the moment, the feed, the title."""
    rows = [_entry(entry, view) for entry in data.entries]
    if not rows:
        rows.append(note(_("Nothing here."), indent=2))
    n = len(data.entries)
    return Block(
        title=_("ENTRIES"),
        command="cmday feeds entries",
        summary=ngettext("{n} entry", "{n} entries", n).format(n=view.number(n)),
        rows=tuple(rows),
    )


def draw_refresh(data: RefreshData, view: View) -> Block:
    """What a refresh brought: feeds with news and those that failed; the others are only counted."""
    same = Counter(feed.error for feed in data.feeds if feed.status == "failed")
    often = {error: times for error, times in same.items() if times > _SAME}
    told = [feed for feed in data.feeds if feed.status in ("new", "failed", "gone", "moved")]
    rows = [_refreshed(feed) for feed in told if feed.status != "failed" or feed.error not in often]
    for error, times in often.items():
        text = ngettext("! {n} feed: {error}", "! {n} feeds: {error}", times)
        rows.append(note(text.format(n=times, error=error), indent=2))
    quiet = sum(feed.status == "unchanged" for feed in data.feeds)
    waiting = sum(feed.status == "waiting" for feed in data.feeds)
    if quiet:
        rows.append(
            note(ngettext("{n} feed has nothing new", "{n} feeds have nothing new", quiet).format(n=quiet), indent=2)
        )
    if waiting:
        text = ngettext("{n} feed waits its turn", "{n} feeds wait their turn", waiting).format(n=waiting)
        rows.append(note(text, indent=2))
    if not data.feeds:
        rows.append(note(_("No feed yet: cmday feeds add ADDRESS"), indent=2))
    n = sum(feed.new for feed in data.feeds)
    return Block(
        title=_("REFRESH"),
        command="cmday feeds refresh",
        summary=ngettext("{n} new entry", "{n} new entries", n).format(n=view.number(n)),
        rows=tuple(rows),
    )


def draw_imported(data: AddedData, view: View) -> Block:
    """How many feeds of a list were added, the first of them by name, and what brings their entries."""
    added = [feed for feed in data.feeds if feed.status == "added"]
    known = len(data.feeds) - len(added)
    rows = [Row(cells=(Cell(text=view.join(feed.title, feed.url), flex=True),), item=True) for feed in added[:_FEW]]
    if added:
        rows.append(command_row("cmday feeds refresh", _("reads them for the first time"), view))
    return Block(
        title=_("FEEDS"),
        command="cmday feeds import",
        summary=view.join(
            ngettext("{n} feed added", "{n} feeds added", len(added)).format(n=view.number(len(added))),
            ngettext("{n} known already", "{n} known already", known).format(n=view.number(known)) if known else None,
        ),
        rows=tuple(rows),
        more=More(command="cmday feeds list", hidden=max(0, len(added) - _FEW)),
    )


def draw_kept(report: KeptReport, view: View) -> Block:
    """What was kept for later, with handles to take it up by."""
    rows = []
    for given, entry in zip(report.handles, report.data.entries, strict=True):
        row = _entry(entry, view)
        rows.append(msgspec.structs.replace(row, cells=(handle(given), *row.cells)))
    n = len(rows)
    return Block(
        title=_("ENTRIES"),
        command="cmday feeds later",
        summary=ngettext("{n} entry kept", "{n} entries kept", n).format(n=n) if n else _("nothing kept"),
        rows=tuple(rows),
    )


def draw_shown(data: ShowData, view: View) -> Block:
    """Stories whole, one below the other."""
    rows: list[Row] = []
    for shown in data.entries:
        if rows:
            rows.append(space())
        rows += _shown(shown, view)
    return Block(title=_("NEWS"), command="cmday feeds show", rows=tuple(rows))


def _with_host(view: View) -> bool:
    return view.width >= (_WIDE if view.verbose else _NARROW)


def _feed_head(view: View) -> Row:
    cells = [Cell(text=""), Cell(text="", gap=1), Cell(text="", flex=True)]
    if _with_host(view):
        cells.append(Cell(text=""))
    cells += [Cell(text=_("entries"), right=True, style="dim"), Cell(text=_("next check"), right=True, style="dim")]
    if view.verbose:
        cells.append(Cell(text=_("because of"), style="dim"))
    return Row(cells=tuple(cells), group="feeds")


def _feed(feed: FeedRow, view: View) -> Row:
    cells = [
        Cell(text=_state_word(feed.state), most=10, style="bold" if feed.state in ("failing", "gone") else ""),
        community(_whose(feed.communities), view),
        Cell(text=feed.title, flex=True, link=feed.site_url or feed.url),
    ]
    if _with_host(view):
        cells.append(Cell(text=host_of(feed.url), most=26, style="dim"))
    cells.append(Cell(text=view.number(feed.entries), right=True))
    cells.append(Cell(text=view.when(feed.next_fetch) if feed.next_fetch else "", right=True, most=16))
    if view.verbose:
        cells.append(Cell(text=_(feed.reason) if feed.reason else "", most=30))
    return Row(cells=tuple(cells), group="feeds", item=True)


def _whose(communities: tuple[str, ...]) -> str:
    """``bem+cap``, or ``bem+`` where that is too long for the column."""
    whole = "+".join(communities)
    return whole if len(communities) < 2 or len(whole) <= _WHOSE else f"{communities[0]}+"  # noqa: PLR2004  one has no others


def _state_word(state: str) -> str:
    words = {"ok": _("ok"), "new": _("added"), "failing": _("failing"), "gone": _("gone"), "muted": _("muted")}
    return words.get(state, state)


def _entry(entry: EntryRow, view: View) -> Row:
    title = entry.title or entry.summary or entry.url or ""
    cells = [Cell(text=view.near_day(entry.published) if entry.published else "", most=12)]
    if view.width >= _NARROW:
        cells.append(Cell(text=entry.feed_title, most=22, style="dim"))
    cells.append(Cell(text=title, flex=True, link=entry.url, style="" if entry.state == "unread" else "dim"))
    return Row(cells=tuple(cells), group="entries", item=True)


def _refreshed(feed: RefreshRow) -> Row:
    what = {"new": f"+{feed.new}", "failed": "!", "gone": _("gone"), "moved": _("has moved")}[feed.status]
    cells = [Cell(text=what, style="bold", right=True)]
    error = feed.error if feed.status == "failed" else None
    if error:
        cells.append(Cell(text=host_of(feed.url) or feed.url, most=34))
    cells.append(Cell(text=error or feed.url, flex=True))
    return Row(cells=tuple(cells), group="failed" if error else "refreshed", item=True)


def _shown(shown: ShownEntry, view: View) -> list[Row]:
    entry = shown.entry
    lines = wrap(safe(entry.title or entry.summary[:120]), view.width - _INDENT)
    first = lines[0] if lines else ""
    rows = [Row(cells=(handle(shown.handle), Cell(text=first, flex=True, style="bold", link=entry.url)))]
    rows += [note(line, style="bold") for line in lines[1:]]
    rows.append(note(view.join(entry.feed_title, entry.author, view.when(entry.published) if entry.published else "")))
    if entry.url:
        rows.append(note(entry.url, style="dim", link=entry.url))
    rows.append(space())
    text = [part for line in shown.text.splitlines() for part in wrap(safe(line), view.width - _INDENT) or [""]]
    rows += [note(line) if line else space() for line in text[:_MOST_LINES]]
    rows += [note(url, style="dim", link=url) for url in shown.enclosures]
    return rows
