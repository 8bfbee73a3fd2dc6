"""What the web says on the screen: a finite skim, a line a story."""

from __future__ import annotations

from typing import Final

from cmday.core.shares import Share
from cmday.errors import CaptivePortal, NoNetwork
from cmday.i18n import _, ngettext
from cmday.steps.news.report import Climb, FeedsReport, StoryNotes, StoryRow
from cmday.steps.news.rise_words import climb_words, mention_words
from cmday.terminal.block import Block, Cell, More, Row, command_row, community, handle, note, sentence
from cmday.terminal.troubles import trouble_rows
from cmday.terminal.view import View
from cmday.terminal.wording import date_alone
from cmday.text.cells import width
from cmday.text.safe_text import safe

_NARROW: Final = 60
_SOURCE: Final = 34
_INDENT: Final = 5
_LEAST: Final = 8


def draw(report: FeedsReport, view: View) -> Block:
    """The block of step 3, and all of ``cmday feeds``."""
    stories = report.data.stories if view.alone else _of_dashboard(report, view)
    rows = [row for story in stories for row in _story(story, report.notes.get(story.id), view)]
    if not stories:
        rows.append(note(_empty(report), indent=2, keep=7))
    elif view.alone:
        rows += sentence(_end(report, view), view, indent=_INDENT)
    rows += _failures(report, view)
    if view.first:
        rows.append(command_row("cmday feeds add", _("a site, the address of a feed, an OPML file"), view))
    return Block(
        title=_("NEWS"),
        command="cmday feeds",
        subtitle=_("offline") if view.offline or _cut_off(report) else "",
        summary=_summary(report, view, _("{minutes} min to read")),
        brief=_summary(report, view, _("{minutes} min")),
        rows=tuple(rows),
        weight=4,
        more=More(command="cmday feeds"),
    )


def _of_dashboard(report: FeedsReport, view: View) -> tuple[StoryRow, ...]:
    """As many stories as the dashboard holds; what comes from elsewhere keeps its places."""
    stories = report.data.stories
    outside = [story for story in stories if _is_elsewhere(report.notes.get(story.id))]
    inside = [story for story in stories if story not in outside]
    return (*inside[: max(0, view.stories - len(outside))], *outside)[: view.stories]


def _is_elsewhere(notes: StoryNotes | None) -> bool:
    return bool(notes and notes.climb and notes.climb.elsewhere)


def _summary(report: FeedsReport, view: View, minutes: str) -> str:
    shown = len(report.data.stories) if view.alone else min(view.stories, len(report.data.stories))
    if not report.feeds:
        return _("no feed")
    if not shown:
        return _("nothing unread")
    of = report.data.unread
    text = ngettext("{n} story of {of}", "{n} stories of {of}", shown).format(n=shown, of=view.number(of))
    return view.join(text, minutes.format(minutes=report.data.minutes) if report.data.minutes else None)


def _cut_off(report: FeedsReport) -> bool:
    return any(isinstance(error, NoNetwork | CaptivePortal) for error in report.errors)


def _empty(report: FeedsReport) -> str:
    if not report.feeds:
        return _("Name a site, a channel or a file: cmday feeds add ADDRESS")
    if not report.fetched:
        return _("Nothing is stored yet.")
    rest = report.data.folded
    if not rest:
        return _("All is read.")
    return _("Done for today. Rest folded: {n} (cmday feeds --all)").format(n=rest)


def _end(report: FeedsReport, view: View) -> str:
    """Where the skim ends: how much is folded, and how one says that one is through."""
    rest = _("rest folded: {n}").format(n=view.number(report.data.folded)) if report.data.folded else None
    return view.join(rest, _("done: cmday feeds read"))


def _story(story: StoryRow, notes: StoryNotes | None, view: View) -> list[Row]:
    """A story's line, and below it what is to be said of it."""
    elsewhere = _is_elsewhere(notes)
    whose = Cell(text=view.glyphs.rise, gap=1) if elsewhere else community(_whose(story, view), view)
    title = _("Elsewhere: {title}").format(title=story.title) if elsewhere else story.title
    cells = [handle(story.handle), whose, Cell(text=title, flex=True, link=story.url)]
    if view.width >= _NARROW:
        source = _climbing(notes.climb, view) if elsewhere and notes and notes.climb else _source(story, view)
        cells.append(Cell(text=source, right=True, most=_room(view)))
    row = Row(cells=tuple(cells), group="stories", item=True, keep=6)
    said = _said(story, notes, view) if notes else []
    return [
        row,
        *(Row(cells=(Cell(text=line, flex=True, style="dim"),), keep=6, follows=True, indent=5) for line in said),
    ]


def _climbing(climb: Climb, view: View) -> str:
    """``×6 nuits.example · ja``."""
    times = f"{view.glyphs.times}{view.number(climb.times)}"
    return view.join(f"{times} {safe(climb.where, _room(view) - 12, ellipsis=view.glyphs.ellipsis)}", climb.language)


def _said(story: StoryRow, notes: StoryNotes, view: View) -> list[str]:
    """What stands below a story: that its community is talked of; alone also its sources, shares and points."""
    lines = [str(mention_words(*rise)) for rise in notes.mentions]
    if not view.alone:
        return lines
    if len(story.sources) > 1:
        lines.append(_sources(story, notes, view))
    if notes.climb and not notes.climb.elsewhere:
        lines.append(str(climb_words(notes.climb)).replace("×", view.glyphs.times))
    if notes.shares:
        lines.append(view.join(*dict.fromkeys(_shared(share, view) for share in notes.shares)))
    if view.verbose and notes.why:
        lines.append(view.join(*map(str, notes.why)).replace("×", view.glyphs.times))
    return lines


def _sources(story: StoryRow, notes: StoryNotes, view: View) -> str:
    """``3 sources: A, B, C · first 06:12``; names that find no room are cut, the rest stays."""
    n = len(story.sources)
    head = ngettext("{n} source: ", "{n} sources: ", n).format(n=n)
    first = _("first {time}").format(time=view.when(notes.first))
    room = view.width - _INDENT - width(head) - width(first) - 3
    names = safe(", ".join(story.sources), max(room, _LEAST), ellipsis=view.glyphs.ellipsis)
    return view.join(f"{head}{names}", first)


def _shared(share: Share, view: View) -> str:
    """``shared to bem 3 Nov``; what has not left is only written."""
    day = date_alone(view.local(share.moment).date(), view.language)
    if share.state == "sent":
        return _("shared to {community} {day}").format(community=share.community, day=day)
    return _("written for {community} {day}, not sent").format(community=share.community, day=day)


def _whose(story: StoryRow, view: View) -> str:
    """The community it is for, ``bem+`` for it and others, ``all`` for each there is."""
    first, *others = story.communities or ("",)
    if others and len(story.communities) >= len(view.communities):
        return _("all")
    return f"{first}+" if others else first


def _source(story: StoryRow, view: View) -> str:
    n = len(story.sources)
    if n == 1:
        source = story.sources[0]
    elif view.alone and not view.compact:
        return view.near_day(story.published)  # its sources stand below
    else:
        source = ngettext("{n} source", "{n} sources", n).format(n=n)
    if view.compact:
        return source
    time = view.near_day(story.published)
    return view.join(safe(source, _room(view) - width(time) - 3, ellipsis=view.glyphs.ellipsis), time)


def _room(view: View) -> int:
    """How wide a source may stand: the title keeps two thirds of the line."""
    return min(_SOURCE, view.width // 3)


def _failures(report: FeedsReport, view: View) -> list[Row]:
    others = report.failed_feeds - 1
    rows = trouble_rows(report.errors[:1] if others > 0 else report.errors, view, most=1)
    if rows and others > 0:
        text = ngettext("{n} other feed did not answer: {command}", "{n} other feeds did not answer: {command}", others)
        rows.append(note(text.format(n=others, command="cmday feeds list"), keep=8, indent=4))
    return rows
