"""Several days as a picture: one line a day, with what is taken, what is planned, and how full the day is."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from cmday.i18n import _
from cmday.steps.schedule.report import Bar, DayLine, HolidayLine, ScheduleReport
from cmday.terminal import wording
from cmday.terminal.block import Row, Span, drawn
from cmday.terminal.view import View
from cmday.text.cells import cut, fill, width
from cmday.text.safe_text import safe

_HOUR: Final = 60
_FIRST: Final = 8 * _HOUR
_LAST: Final = 19 * _HOUR
_DAY: Final = 24 * _HOUR
_MORNING: Final = 6 * _HOUR
_WIDEST_HOUR: Final = 4
_FREE, _TAKEN = 0, 2
_NOTES: Final = 24
_IN_NOTES: Final = 3


class _Ruler(msgspec.Struct, frozen=True):
    """How the minutes of every day become cells."""

    first: int
    last: int
    an_hour: int

    def at(self, minute: int) -> int:
        return round((min(max(minute, self.first), self.last) - self.first) * self.an_hour / _HOUR)

    @property
    def cells(self) -> int:
        return self.at(self.last)


def week_rows(report: ScheduleReport, view: View) -> list[Row]:
    """The hours, and below them a line a day; to the right the load, and what stands out where there is room."""
    labels = [wording.day_of_month(line.day, view.language) for line in report.week]
    label = max(width(text) for text in labels) + 2
    loads = [_load(line, view) for line in report.week]
    tail = max(width(text) for text in loads) + 2
    ruler = _ruler(report, view.width - label - tail - 1)
    room = view.width - label - ruler.cells - tail - 2
    legend = _legend(view) if room >= max(_NOTES, width(_legend(view))) else ""
    rows = [drawn(Span(" " * label + fill(_hours(ruler), ruler.cells + tail)), Span(f"  {legend}", "dim"), keep=7)]
    for line, name, load in zip(report.week, labels, loads, strict=True):
        spans = [
            Span(fill(name, label), "bold" if line.day == view.now.date() else ""),
            Span(_picture(line, report, ruler, view)),
            Span(" " * (tail - width(load)) + load, "bold red" if _is_full(line) else ""),
        ]
        if room >= _NOTES and (notes := _notes(line, report, view)):
            spans.append(Span("  " + cut(notes, room, view.glyphs.ellipsis), "dim"))
        rows.append(drawn(*spans, keep=7))
    return rows


def _ruler(report: ScheduleReport, room: int) -> _Ruler:
    """The usual day, wider where one works or meets outside it and there is room for that."""
    own = [bar for line in report.week for bar in (*line.working, *line.planned)]
    # What goes on from the night before does not widen the picture of every day.
    own += [bar for line in report.week for bar in line.taken if bar.start >= _MORNING]
    first = min([_FIRST, *(bar.start for bar in own)]) // _HOUR * _HOUR
    last = -(-max([_LAST, *(bar.end for bar in own)]) // _HOUR) * _HOUR
    if (last - first) // _HOUR > room:
        first, last = _FIRST, min(_LAST, _FIRST + max(1, room) * _HOUR)
    hours = (last - first) // _HOUR
    # Finer where there is room, but not at the price of saying what stands out.
    fine = min(_WIDEST_HOUR, room // hours)
    with_notes = min(_WIDEST_HOUR, (room - _NOTES - 2) // hours)
    return _Ruler(first, last, max(1, with_notes if with_notes > 1 else fine))


def _hours(ruler: _Ruler) -> str:
    """``08  10  12``, as close as they can stand."""
    text = ""
    step = _HOUR * (1 if ruler.an_hour > 2 else 2 if ruler.an_hour > 1 else 3)  # noqa: PLR2004  two digits and a space
    for minute in range(ruler.first, ruler.last, step):
        if ruler.at(minute) + 2 <= ruler.cells:
            text = fill(text, ruler.at(minute)) + f"{minute // _HOUR:02}"
    return text


def _legend(view: View) -> str:
    signs = view.glyphs
    said = ((signs.shades[_TAKEN], _("taken")), (signs.line, _("planned")), (signs.shades[_FREE], _("free")))
    return "  ".join(f"{sign} {word}" for sign, word in said)


def _picture(line: DayLine, report: ScheduleReport, ruler: _Ruler, view: View) -> str:
    signs = view.glyphs
    free, taken = signs.shades[_FREE], signs.shades[_TAKEN]
    cells = [" "] * ruler.cells
    for bars, sign in ((line.working, free), (line.planned, signs.line), (_in_work(line), taken)):
        for bar in bars:
            for at in _cells(bar, ruler):
                cells[at] = sign
    if not line.working and (name := _named(line.day, report)) and not "".join(cells).strip():
        return fill(cut(name, ruler.cells, signs.ellipsis), ruler.cells)
    for bar in line.planned:
        _write(bar, cells, ruler, {free, signs.line, " "})
    now = view.now.hour * _HOUR + view.now.minute
    if line.day == view.now.date() and ruler.first <= now < ruler.last and cells[ruler.at(now)] in {free, " "}:
        cells[ruler.at(now)] = signs.now
    return "".join(cells)


def _in_work(line: DayLine) -> list[Bar]:
    """What is taken; of what fills the day, the working hours."""
    whole = any((bar.start, bar.end) == (0, _DAY) for bar in line.taken) and line.working
    return [
        *(bar for bar in line.taken if not whole or (bar.start, bar.end) != (0, _DAY)),
        *(line.working if whole else ()),
    ]


def _cells(bar: Bar, ruler: _Ruler) -> range:
    """The cells of a bar within the picture: at least one where it touches it."""
    if bar.end <= ruler.first or bar.start >= ruler.last:
        return range(0)
    first = min(ruler.at(bar.start), ruler.cells - 1)
    return range(first, max(ruler.at(bar.end), first + 1))


def _write(bar: Bar, cells: list[str], ruler: _Ruler, over: set[str]) -> None:
    """Write a handle where its operation begins, or as soon after as it hides nothing that is taken."""
    place = _cells(bar, ruler)
    for start in place:
        end = start + len(bar.label)
        if end <= len(cells) and all(cell in over for cell in cells[start:end]):
            cells[start:end] = bar.label
            return


def _load(line: DayLine, view: View) -> str:
    """``2 h 30 / 6 h``, what is free alone where nothing is planned."""
    planned, free = line.load.planned_minutes, line.load.free_minutes
    if not planned:
        return view.duration(free) if free else ""
    text = f"{view.duration(planned)} / {view.duration(free)}"
    return f"! {text}" if _is_full(line) else text


def _is_full(line: DayLine) -> bool:
    return line.load.planned_minutes > line.load.free_minutes


def _named(day: date, report: ScheduleReport) -> str:
    return next((safe(one.name, 60) for one in report.holidays if one.day == day and not one.communities), "")


def _notes(line: DayLine, report: ScheduleReport, view: View) -> str:
    """What stands out on a day: holidays, what is due, the first appointments."""
    said = [_holiday(one) for one in report.holidays if one.day == line.day and (one.communities or line.working)]
    said += [
        _("due {handle}").format(handle=report.operations.get(due.operation, ("", None))[0])
        for due in report.data.deadlines
        if view.local(due.due).date() == line.day
    ]
    events = [event for event in report.data.events if view.local(event.start).date() == line.day]
    for event in sorted(events, key=lambda event: not event.all_day)[:_IN_NOTES]:
        head = "" if event.all_day else f"{view.time(event.start)} "
        said.append(head + safe(event.title, 40, ellipsis=view.glyphs.ellipsis))
    if len(events) > _IN_NOTES:
        said.append(f"+{len(events) - _IN_NOTES}")
    return view.join(*said)


def _holiday(one: HolidayLine) -> str:
    return " ".join((*one.communities, safe(one.name, 60)))
