"""How the feeds fare, a feed's history, and the next checks, on the screen."""

from __future__ import annotations

from typing import Final

from cmday.core.feeds import FetchStatus
from cmday.i18n import _, ngettext
from cmday.steps.news.feed_history import FeedHistory, NextData, NextRow, VisitRow
from cmday.steps.news.health import AilingFeed, HealthData, Problem
from cmday.terminal.block import Block, Cell, Row, command_row, note, sentence, space
from cmday.terminal.view import View

_INDENT: Final = 4
_KB: Final = 1000


def draw_health(data: HealthData, view: View) -> Block:
    """Each feed that ails, with what is the matter and the command that mends it; the others are counted."""
    rows: list[Row] = []
    for feed in data.feeds:
        rows += _ailing(feed, view)
    if any(feed.problem == "moved" and not feed.fixed and feed.command.endswith("--fix") for feed in data.feeds):
        rows.append(space())
        rows.append(command_row("cmday feeds health --fix", _("writes the new addresses to feeds.toml"), view))
    if not data.feeds:
        rows.append(
            note(_("Every feed is well.") if data.healthy else _("No feed yet: cmday feeds add ADDRESS"), indent=2)
        )
    return Block(
        title=_("HEALTH"),
        command="cmday feeds health",
        summary=view.join(
            ngettext("{n} feed wants care", "{n} feeds want care", len(data.feeds)).format(
                n=view.number(len(data.feeds))
            )
            if data.feeds
            else "",
            ngettext("{n} is well", "{n} are well", data.healthy).format(n=view.number(data.healthy))
            if data.healthy
            else "",
            _("{n} muted").format(n=view.number(data.muted)) if data.muted else "",
        ),
        rows=tuple(rows),
    )


def draw_history(history: FeedHistory, view: View) -> Block:
    """Where the feed is, what it is asked with, when it is asked next, and the last visits."""
    rows = [note(history.address, indent=2, link=history.address, style="dim"), _when_next(history, view)]
    if history.etag or history.last_modified:
        shown = view.join(history.etag, history.last_modified)
        until = view.when(history.validators_until) if history.validators_until else ""
        rows.append(note(_("asked with {shown} until {until}").format(shown=shown, until=until), indent=2))
    elif any(visit.error is None for visit in history.visits):
        rows.append(note(_("asked for whole: its server gives nothing to ask again with"), indent=2))
    if history.moved_to:
        days = ngettext("{n} day", "{n} days", history.moved_days).format(n=history.moved_days)
        text = _("its server says that it is at {url}, on {days} so far; three make a move")
        rows.append(note(text.format(url=history.moved_to, days=days), indent=2))
    rows.append(space())
    for visit in history.visits:
        rows += _visit(visit, view)
    if not history.visits:
        rows.append(note(_("It has not been asked yet."), indent=2))
    return Block(title=history.title, command="cmday feeds why", subtitle=history.title, rows=tuple(rows))


def draw_next(data: NextData, view: View) -> Block:
    """When each feed is asked next, and why then."""
    due = sum(feed.due for feed in data.feeds)
    rows = [_next(feed, view) for feed in data.feeds]
    if not rows:
        rows.append(note(_("No feed yet: cmday feeds add ADDRESS"), indent=2))
    return Block(
        title=_("REFRESH"),
        command="cmday feeds refresh --dry-run",
        summary=ngettext("{n} feed would be asked now", "{n} feeds would be asked now", due).format(n=view.number(due)),
        rows=tuple(rows),
    )


def _ailing(feed: AilingFeed, view: View) -> list[Row]:
    since = _("since {when}").format(when=view.near_day(feed.since)) if feed.since else ""
    head = Row(
        cells=(
            Cell(text=_("mended") if feed.fixed else _problem(feed.problem), style="bold", most=12),
            Cell(text=feed.title, flex=True, link=feed.url),
            Cell(text=since, right=True, style="dim"),
        ),
        group="health",
        item=True,
    )
    rows = [head, *sentence(feed.detail, view, indent=_INDENT)]
    if not feed.fixed:
        rows += sentence(f"{view.glyphs.arrow} {feed.command}", view, indent=_INDENT)  # whole, for it is to be typed
    return rows


def _problem(problem: Problem) -> str:
    words: dict[Problem, str] = {
        "gone": _("gone"),
        "moved": _("has moved"),
        "dead": _("dead"),
        "failing": _("failing"),
        "stale": _("stale"),
        "silent": _("silent"),
        "noisy": _("noisy"),
    }
    return words[problem]


def _when_next(history: FeedHistory, view: View) -> Row:
    if history.next_check is None:
        text = _("not asked any more") if history.reason else _("asked at the next refresh")
    else:
        text = _("next check {when}").format(when=view.when(history.next_check))
    return note(view.join(text, history.reason), indent=2)


def _visit(visit: VisitRow, view: View) -> list[Row]:
    size = _("{n} kB").format(n=view.number(max(1, round(visit.bytes / _KB)))) if visit.bytes else ""
    asked = (_("with validators") if visit.sent else _("whole")) if visit.http_status else None
    what = view.join(
        visit.error, ngettext("{n} new", "{n} new", visit.new).format(n=visit.new) if visit.new else None, asked
    )
    rows = [
        Row(
            cells=(
                Cell(text=view.when(visit.at), most=16),
                Cell(text=str(visit.http_status or ""), right=True),
                Cell(text=_status(visit.status), style="bold" if visit.error else "", most=12),
                Cell(text=size, right=True, style="dim"),
                Cell(text=what, flex=True),
                Cell(text=visit.reason or "", right=True, style="dim", most=28),
            ),
            group="visits",
            item=True,
        )
    ]
    return [
        *rows,
        *(Row(cells=(Cell(text=hop, style="dim", flex=True),), follows=True, indent=6) for hop in visit.hops),
    ]


def _status(status: FetchStatus) -> str:
    words: dict[FetchStatus, str] = {
        "new": _("has news"),
        "unchanged": _("unchanged"),
        "waiting": _("waiting"),
        "moved": _("has moved"),
        "gone": _("gone"),
        "failed": _("failed"),
    }
    return words[status]


def _next(feed: NextRow, view: View) -> Row:
    when = _("now") if feed.due else view.when(feed.next_fetch) if feed.next_fetch else _("never")
    return Row(
        cells=(
            Cell(text=when, most=16, style="bold" if feed.due else ""),
            Cell(text=feed.title, flex=True, link=feed.url),
            Cell(text=feed.reason or "", most=30, style="dim"),
        ),
        group="next",
        item=True,
    )
