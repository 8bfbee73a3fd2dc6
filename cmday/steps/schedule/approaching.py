"""What approaches, in words: holidays, events and dates of the next days, and deadlines with when to begin."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from cmday.i18n import _
from cmday.steps.schedule.report import Deadline, EventRow, HolidayLine, ScheduleReport
from cmday.terminal import wording
from cmday.terminal.block import Cell, Row, community, handle, sentence
from cmday.terminal.view import View
from cmday.text.safe_text import safe

COMING: Final = 4
_LINES: Final = 6
_PRESSING: Final = timedelta(days=1)
_COLUMNS: Final = 70


def coming(report: ScheduleReport, view: View) -> list[str]:
    """``Wed 11 Armistice``, ``Fri 6 20:00 sss Concert, in 4 days``: what comes after the days shown, the nearest first.

    Within the dashboard also the deadlines that press; alone they have lines of their own.
    """
    after = report.day + timedelta(days=report.days - 1)
    said = [(one.day, _holiday(one, view)) for one in report.holidays if one.day > after or report.days == 1]
    said += [(view.local(event.start).date(), _ahead(event, view)) for event in report.coming[:COMING]]
    if not view.alone:
        said += [
            (line.due.date(), _sentence(line, report, view))
            for line in report.data.deadlines[:COMING]
            if _presses(line, view) and not is_late(line, report, view)
        ]
    return [text for _day, text in sorted(said, key=lambda pair: pair[0])]


def _holiday(one: HolidayLine, view: View) -> str:
    day = _day(one.day, view)
    return " ".join(part for part in (day, ",".join(one.communities), safe(one.name, 40)) if part)


def _ahead(event: EventRow, view: View) -> str:
    start = view.local(event.start)
    day = _day(start.date(), view)
    parts = [day, "" if event.all_day else view.time(start), event.community or "", safe(event.title, 40)]
    days = (start.date() - view.now.date()).days
    text = " ".join(part for part in parts if part)
    if days <= 0:
        return text
    return f"{text}, {_('tomorrow') if days == 1 else _('in {n} days').format(n=days)}"


def deadline_rows(report: ScheduleReport, view: View) -> list[Row]:
    """``p1 bem  Contest rules        due Thu 18:00: start by Tue 14:00``, what is late marked."""
    return [row for line in report.data.deadlines[:_LINES] for row in _rows(line, report, view)]


def late(report: ScheduleReport, view: View) -> list[str]:
    """A sentence for each deadline whose latest safe start is over."""
    return [_sentence(line, report, view) for line in report.data.deadlines if is_late(line, report, view)]


def is_late(line: Deadline, report: ScheduleReport, view: View) -> bool:
    """Whether the latest safe start, or the deadline itself, is over; what is begun is only late when it is due."""
    if line.due <= view.now:
        return True
    if line.operation in report.begun:
        return False
    return line.latest_safe_start is None or line.latest_safe_start < view.now


def _presses(line: Deadline, view: View) -> bool:
    return line.latest_safe_start is None or line.latest_safe_start <= view.now + _PRESSING


def _rows(line: Deadline, report: ScheduleReport, view: View) -> list[Row]:
    """One row, or a second one for the times where the screen is narrow: they are what counts."""
    given, short = report.operations.get(line.operation, ("", None))
    over = is_late(line, report, view)
    said = f"! {_said(line, report, view)}" if over else _said(line, report, view)
    style = "bold red" if over else ""
    head = (handle(given), community(short, view), Cell(text=line.title, flex=True))
    if view.width >= _COLUMNS:
        cells = (*head, Cell(text=said, right=True, style=style))
        return [Row(cells=cells, group="deadlines", item=True, keep=6)]
    below = sentence(said, view, keep=6, indent=5)
    return [
        Row(cells=head, group="deadlines", item=True, keep=6),
        *(msgspec.structs.replace(row, follows=True, cells=_styled(row.cells, style)) for row in below),
    ]


def _styled(cells: tuple[Cell, ...], style: str) -> tuple[Cell, ...]:
    return tuple(msgspec.structs.replace(cell, style=style) for cell in cells)


def _sentence(line: Deadline, report: ScheduleReport, view: View) -> str:
    return f"{safe(line.title, 40)}, {_said(line, report, view)}"


def _said(line: Deadline, report: ScheduleReport, view: View) -> str:
    """``due Thu 18:00: start by Tue 14:00``."""
    due = _moment(line.due, report, view)
    if line.due <= view.now:
        return _("was due {due}").format(due=due)
    if line.operation in report.begun:
        return _("due {due}, begun").format(due=due)
    if line.latest_safe_start is None:
        return _("due {due}: no time left for it").format(due=due)
    start = _moment(line.latest_safe_start, report, view)
    if line.latest_safe_start < view.now:
        return _("due {due}: had to be started by {start}").format(due=due, start=start)
    return _("due {due}: start by {start}").format(due=due, start=start)


def _moment(moment: datetime, report: ScheduleReport, view: View) -> str:
    """A time of today alone would be read as one of the day that is shown."""
    if report.day == view.now.date():
        return view.when(moment)
    return f"{_day(view.local(moment).date(), view)} {view.time(moment)}"


def _day(day: date, view: View) -> str:
    """``Wed 11``, with the month where it could be taken for a nearer one."""
    return wording.day_ahead(day, view.now.date(), view.language)
