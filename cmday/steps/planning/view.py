"""The plan on the screen: when each operation goes, and how quiet its community is then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cmday.i18n import _, ngettext
from cmday.steps.planning.change_rows import change_rows, later_rows, post_rows, post_word, unplaced_rows
from cmday.steps.planning.report import PlacedLine, PlacementRow, PlanReport
from cmday.steps.planning.strokes import last_day, picture_rows
from cmday.steps.planning.traffic_words import traffic_word
from cmday.terminal import wording
from cmday.terminal.block import Block, Cell, More, Row, command_row, community, handle, note, space
from cmday.terminal.troubles import trouble_rows
from cmday.terminal.view import View

_NARROW: Final = 60
_TIGHT: Final = timedelta(days=2)


def draw(report: PlanReport, view: View) -> Block:
    """The block of step 5: alone the weeks and what changes, in the dashboard what is placed today and next."""
    rows = _alone(report, view) if view.alone and report.days else _rows(report, view)
    rows += trouble_rows(report.errors, view)
    if not (report.data.placements or report.data.unplaced or report.data.changes or report.later):
        rows += _nothing_planned(report, view)
    later = 0 if view.alone else len(report.data.placements) - len(_in_order(report, view))
    return Block(
        title=_("PLAN"),
        command="cmday plan replan" if report.replanned else "cmday plan",
        subtitle=_span_of_days(report, view) if report.days and report.titles else "",
        summary=_summary(report, view),
        brief=_brief(report),
        rows=tuple(rows),
        more=More(command="cmday plan", hidden=later),
    )


def _rows(report: PlanReport, view: View) -> list[Row]:
    rows = [_placement(row, report.lines.get(row.operation), view) for row in _in_order(report, view)]
    for missing in report.data.unplaced:
        rows += unplaced_rows(missing, report, view)
    return rows


def _alone(report: PlanReport, view: View) -> list[Row]:
    """The picture, then what changes; with nothing to change all that is placed, by its name."""
    if not (report.data.placements or report.data.unplaced or report.data.changes or report.later):
        return []
    rows = [*picture_rows(report, view), space()]
    if report.data.changes or report.data.unplaced:
        rows += change_rows(report, view)
    else:
        rows += [*_rows(report, view), *later_rows(report, view)]
    return [*rows, *post_rows(report, view)]


def _span_of_days(report: PlanReport, view: View) -> str:
    """``from Mon 2, 14:52 to Fri 13 Nov``."""
    return _("from {day}, {time} to {last}").format(
        day=wording.day_of_month(view.now.date(), view.language),
        time=view.time(view.now),
        last=view.short_day(last_day(report)),
    )


def _in_order(report: PlanReport, view: View) -> list[PlacementRow]:
    """In the dashboard today's placements, or the next day's that has any; alone all of them."""
    placed = sorted(report.data.placements, key=lambda row: row.start)
    if view.alone or not placed:
        return placed
    today = [row for row in placed if view.is_today(row.start)]
    if today:
        return today
    first = view.local(placed[0].start).date()
    return [row for row in placed if view.local(row.start).date() == first]


def _summary(report: PlanReport, view: View) -> str:
    if view.alone and report.days and (report.data.placements or report.data.unplaced):
        n = len(report.data.unplaced)
        missing = ngettext("{n} without a place", "{n} without a place", n).format(n=n) if n else None
        return view.join(_load(report, view), missing)
    if report.data.unplaced or report.data.changes:
        return view.join(_brief(report), _load(report, view) if view.alone else None)
    if not report.data.placements:
        return _("nothing planned")
    if view.alone:
        return _load(report, view)
    return view.join(_("nothing to move"), _("everything fits"))


def _load(report: PlanReport, view: View) -> str:
    return _("{planned} planned of {free} free").format(
        planned=view.duration(report.planned_minutes), free=view.duration(report.free_minutes)
    )


def _brief(report: PlanReport) -> str:
    parts = []
    if n := len(report.data.changes):
        parts.append(ngettext("{n} change", "{n} changes", n).format(n=n))
    if n := len(report.data.unplaced):
        parts.append(ngettext("{n} without a place", "{n} without a place", n).format(n=n))
    if parts:
        return ", ".join(parts)
    return _("nothing to move") if report.data.placements else _("nothing planned")


def _placement(row: PlacementRow, line: PlacedLine | None, view: View) -> Row:
    wide = view.width >= _NARROW
    state = line.state if line else "open"
    cells = [
        handle(row.handle),
        Cell(text=_span(row, view), gap=1),
        community(row.community, view),
        Cell(text=row.title, flex=True, style="bold" if state == "running" else ""),
    ]
    if wide:
        cells.append(
            Cell(text=view.join(traffic_word(row, line, view), post_word(line), _due(line, view)), right=True, most=44)
        )
    return Row(cells=tuple(cells), group="plan", item=True, keep=6)


def _span(row: PlacementRow, view: View) -> str:
    """``10:15-11:45``, with the day where it is not today."""
    day = "" if view.is_today(row.start) else f"{wording.day_of_month(view.local(row.start), view.language)} "
    if row.end - row.start < timedelta(minutes=5):
        return f"{day}{view.time(row.start)}"
    return f"{day}{view.time(row.start)}-{view.time(row.end)}"


def _due(line: PlacedLine | None, view: View) -> str:
    """``due Thu, begin before Tue 14:00``: the second only where it comes close."""
    if line is None or line.due is None:
        return ""
    due = _("due {day}").format(day=view.near_day(line.due))
    if (
        view.compact
        or not line.presence
        or line.latest_safe_start is None
        or not _is_tight(line.latest_safe_start, view)
    ):
        return due
    return due + ", " + _("begin before {time}").format(time=view.when(line.latest_safe_start))


def _is_tight(latest: datetime, view: View) -> bool:
    return latest - view.now < _TIGHT


def _nothing_planned(report: PlanReport, view: View) -> list[Row]:
    spans = sorted(
        {
            f"{view.time(window.start)}-{view.time(window.end)}"
            for window in report.data.windows
            if window.level == "quiet" and view.is_today(window.start)
        }
    )
    rows = []
    if spans:
        rows.append(note(_("Quiet today: {times}.").format(times=", ".join(spans[:4])), indent=2))
    elif report.supposed:
        supposed = [
            f"{span.start // 60:02}:{span.start % 60:02}-{span.end // 60:02}:{span.end % 60:02}"
            for span in report.supposed
        ]
        rows.append(
            note(_("Quiet hours are supposed, not measured yet: {times}.").format(times=", ".join(supposed)), indent=2)
        )
    example = _('cmday plan add "Christmas contest" --for 2h --by fri')
    return [*rows, command_row(example, _("goes into quiet hours"), view)]
