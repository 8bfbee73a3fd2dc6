"""What a plan would change, each with its reason and the traffic there, what found no place, and what stays."""

from __future__ import annotations

from datetime import datetime

from cmday.i18n import _, ngettext
from cmday.steps.planning.report import ChangeRow, PlacedLine, PlacementRow, PlanReport, UnplacedRow
from cmday.steps.planning.traffic_words import traffic_word
from cmday.terminal import wording
from cmday.terminal.block import Cell, Row, command_row
from cmday.terminal.view import View
from cmday.text.cells import width, wrap
from cmday.text.safe_text import safe

_NARROW = 60
_DAY = 24 * 60
_MOST_POSTS = 3
_LONG = 60


def change_rows(report: PlanReport, view: View) -> list[Row]:
    """One line a change, and below it why: ``moved  p2 sss Newsletter   Mon 14:45 → Tue 14:30   quiet 40 %``."""
    placed = {row.operation: row for row in report.data.placements}
    missing = {row.operation: row for row in report.data.unplaced}
    rows: list[Row] = []
    for change in report.data.changes:
        if change.to is not None:
            rows += _moved(change, placed[change.operation], report, view)
        elif change.operation not in missing:
            rows += _dropped(change, report, view)
    for row in report.data.unplaced:
        rows += _impossible(row, report, view)
    changed = {change.operation for change in report.data.changes}
    same = sorted((row.handle for row in report.data.placements if row.operation not in changed), key=_number)
    if same and (changed or missing):
        rows += _unchanged(same, view)
    return [*rows, *later_rows(report, view)]


def later_rows(report: PlanReport, view: View) -> list[Row]:
    """What has its time behind these weeks."""
    if not report.later:
        return []
    return _handles(_("later"), sorted((one.handle for one in report.later), key=_number), view)


def _label(word: str, view: View) -> Cell:
    """What becomes of an operation: in a word, in a narrow window by a sign."""
    glyphs = view.glyphs
    signs = {"moved": glyphs.arrow, "new": "+", "dropped": glyphs.times, "impossible": "!"}
    words = {"moved": _("moved"), "new": _("new"), "dropped": _("dropped"), "impossible": _("impossible")}
    return Cell(text=words[word] if view.width >= _NARROW else signs[word], style="bold")


def _number(handle: str) -> int:
    return int(handle[1:]) if handle[1:].isdecimal() else 0


def _head(word: str, operation: str, title: str, ends: tuple[Cell, ...], report: PlanReport, view: View) -> Row:  # noqa: PLR0917
    community = report.communities.get(operation)
    return Row(
        cells=(
            _label(word, view),
            Cell(text=report.handles.get(operation, ""), style="bold"),
            Cell(text=community or "", style=view.colour(community), gap=1, most=6),
            Cell(text=title, flex=True, gap=1),
            *ends,
        ),
        group="changes",
        keep=7,
        item=True,
    )


def _moved(change: ChangeRow, row: PlacementRow, report: PlanReport, view: View) -> list[Row]:
    said, line = report.said[change.operation], report.lines.get(change.operation)
    word = "moved" if change.from_ else "new"
    way = _way(change, row, view)
    ends: tuple[Cell, ...] = ()
    if view.width >= _NARROW:
        ends = (Cell(text=way), Cell(text=traffic_word(row, line, view), right=True))
    reasons = [
        way if not ends else None,
        str(said.change) if change.from_ and said.change else None,
        None if change.from_ else str(said.instead or said.why or ""),
        str(said.warning) if said.warning else None,
        post_word(line),
        _due(line, row, view),
    ]
    return [_head(word, change.operation, row.title, ends, report, view), *_below(view.join(*reasons), view)]


def _dropped(change: ChangeRow, report: PlanReport, view: View) -> list[Row]:
    title = report.titles.get(change.operation, "")
    was = Cell(text=_moment(view, change.from_) if change.from_ else "", right=True)
    said = report.said.get(change.operation)
    reason = str(said.change) if said and said.change else change.why
    return [_head("dropped", change.operation, title, (was,), report, view), *_below(reason, view)]


def _impossible(row: UnplacedRow, report: PlanReport, view: View) -> list[Row]:
    said, line = report.said.get(row.operation), report.lines.get(row.operation)
    long = line is not None and line.minutes >= _LONG
    length = _("{length} in one piece").format(length=view.duration(line.minutes)) if line and long else ""
    title = f"{row.title}, {length}" if length else row.title
    due = _("due {day}").format(day=_moment(view, line.due)) if line and line.due else ""
    reason = str(said.reason) if said and said.reason else row.reason
    help_ = str(said.help) if said and said.help else ""
    head = _head("impossible", row.operation, title, (Cell(text=due, right=True),), report, view)
    return [head, *_below(reason, view), *_below(help_, view)]


def _unchanged(handles: list[str], view: View) -> list[Row]:
    return _handles(_("unchanged"), handles, view)


def _handles(word: str, handles: list[str], view: View) -> list[Row]:
    """A word, and the handles it is said of, on as many lines as they take."""
    indent = width(word) + 4
    first, *more = wrap(" ".join(handles), view.width - indent)
    return [
        Row(cells=(Cell(text=word, style="bold"), Cell(text=first)), keep=5),
        *(Row(cells=(Cell(text=line),), indent=indent, keep=5, follows=True) for line in more),
    ]


def _below(text: str, view: View) -> list[Row]:
    """A reason under its line, whole."""
    indent = 17 if view.width >= _NARROW else 4
    lines = wrap(safe(text, 2000), view.width - indent)
    return [
        Row(cells=(Cell(text=line, style="dim"),), indent=indent, keep=4, follows=True) for line in lines if width(line)
    ]


def _way(change: ChangeRow, row: PlacementRow, view: View) -> str:
    if change.from_ is None:
        return f"{_moment(view, row.start)}-{view.time(row.end)}"
    return f"{_moment(view, change.from_)} {view.glyphs.arrow} {_moment(view, row.start)}"


def _moment(view: View, moment: datetime) -> str:
    """``Tue 3 14:30``: with the number, because a plan holds each weekday twice."""
    local = view.local(moment)
    if view.is_today(moment):
        return view.time(local)
    return f"{wording.day_ahead(local.date(), view.now.date(), view.language)} {view.time(local)}"


def post_word(line: PlacedLine | None) -> str | None:
    """What is to be said of the text of an announcement."""
    if line is None or line.post == "none":
        return None
    return {
        "missing": _("text to be written"),
        "waiting": _("text ready"),
        "held": _("text ready, waits for your word"),
    }[line.post]


def post_rows(report: PlanReport, view: View) -> list[Row]:
    """Which announcements still need their text, each with the command that writes it."""
    rows = []
    for row in report.data.placements:
        line = report.lines.get(row.operation)
        if line and line.post == "missing":
            at = f"{view.local(row.start):%Y-%m-%d %H:%M}"
            command = f'cmday post --at "{at}"' + (f" -c {row.community}" if row.community else "")
            rows.append(command_row(command, _("{handle}: its text is to be written").format(handle=row.handle), view))
    return rows[:_MOST_POSTS]


def _due(line: PlacedLine | None, row: PlacementRow, view: View) -> str | None:
    """``due Wed 18:00, a day to spare``."""
    if line is None or line.due is None:
        return None
    due = _("due {day}").format(day=_moment(view, line.due))
    if line.latest_safe_start is None:
        return due
    spare = int((line.latest_safe_start - row.start).total_seconds() // 60)
    if spare >= _DAY:
        days = spare // _DAY
        return f"{due}, " + ngettext("{n} day to spare", "{n} days to spare", days).format(n=days)
    return f"{due}, " + (_("{length} to spare").format(length=view.duration(spare)) if spare > 0 else _("just in time"))


def unplaced_rows(row: UnplacedRow, report: PlanReport, view: View) -> list[Row]:
    """``! p9 Teaser video   no free stretch is left``: what found no place, in the dashboard."""
    said = report.said.get(row.operation)
    reason = str(said.reason) if said and said.reason else row.reason
    return [
        Row(
            cells=(
                Cell(text="!", style="bold red"),
                Cell(text=report.handles.get(row.operation, ""), style="bold", gap=1),
                Cell(text=row.title, most=max(16, view.width // 3), gap=1),
                Cell(text=reason, flex=True),
            ),
            keep=8,
            item=True,
        )
    ]
