"""The picture of the plan: one line a day, one stroke an operation with its handle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from cmday.core.operations import Level
from cmday.i18n import _
from cmday.steps.planning.report import DayLine, PlacementRow, PlanReport
from cmday.terminal import wording
from cmday.terminal.block import Row, Span, drawn
from cmday.terminal.view import View
from cmday.text.cells import cut, fill, width, wrap
from cmday.text.safe_text import safe

_HOUR: Final = 60
_FIRST, _LAST = 8 * _HOUR, 20 * _HOUR
_DAYS: Final = 5
_FINE, _COARSE = 4, 2
_NOTES: Final = 16
_WIDE_NOTES: Final = 26
_ROOMY: Final = 100
_WIDE_LEGEND: Final = 60
_GAP: Final = 3
# A short stroke takes two quarters of an hour more for its handle and its sign.
_SIGN: Final = timedelta(minutes=30)


class _Axis(msgspec.Struct, frozen=True):
    """How minutes of a day become cells behind ``label`` cells for its name; ``notes`` are the cells left for words."""

    first: int
    last: int
    an_hour: int
    label: int
    notes: int

    def at(self, minute: int) -> int:
        return (min(max(minute, self.first), self.last) - self.first) * self.an_hour // _HOUR

    def over(self, minute: int) -> int:
        return -(-(min(max(minute, self.first), self.last) - self.first) * self.an_hour // _HOUR)

    @property
    def cells(self) -> int:
        return self.over(self.last)


class _Stroke(msgspec.Struct, frozen=True):
    """An operation on a day, in minutes of its clock."""

    row: PlacementRow
    begin: int
    end: int
    sign: str
    style: str


def picture_rows(report: PlanReport, view: View) -> list[Row]:
    """Hours and legend, the next days of work, and what lies behind them in a line."""
    placed = sorted(report.data.placements, key=lambda row: row.start)
    shown = _shown(report, placed, view)
    if not shown:
        return []
    axis = _axis(shown, placed, view)
    rows = _head(axis, view)
    for line in shown:
        rows += _day(line, [row for row in placed if _day_of(row.start, view) == line.day], report, axis, view)
    return [*rows, *_behind(report, placed, shown[-1].day, axis, view)]


def _day_of(moment: datetime, view: View) -> date:
    return view.local(moment).date()


def _shown(report: PlanReport, placed: Sequence[PlacementRow], view: View) -> list[DayLine]:
    """The next days that hold work, or on which something is planned."""
    busy = {_day_of(row.start, view) for row in placed}
    now = _minute(view.now, view.now.date())
    found = [
        line
        for line in report.days
        if line.day in busy
        or line.holiday
        or any(end > (now if line.day == view.now.date() else 0) for _, end in line.working)
    ]
    return found[:_DAYS]


def _axis(shown: Sequence[DayLine], placed: Sequence[PlacementRow], view: View) -> _Axis:
    """The day from 8 to 20, wider where one works or plans outside it and there is room."""
    label = 9 if view.width >= _ROOMY else 8
    spans = [span for line in shown for span in line.working]
    first = min([_FIRST, *(start for start, _ in spans)]) // _HOUR * _HOUR
    last = -(-max([_LAST, *(end for _, end in spans)]) // _HOUR) * _HOUR
    days = {line.day for line in shown}
    there = [row for row in placed if _day_of(row.start, view) in days]
    begin = min([first, *(_minute(view.local(row.start), _day_of(row.start, view)) for row in there)]) // _HOUR * _HOUR
    end = (
        -(-max([last, *(_minute(view.local(row.end + _SIGN), _day_of(row.start, view)) for row in there)]) // _HOUR)
        * _HOUR
    )
    for one, other, least in ((begin, end, _WIDE_NOTES), (first, last, _NOTES)):
        cells = (other - one) * _FINE // _HOUR
        if label + cells + _GAP + least <= view.width:
            return _Axis(one, other, _FINE, label, view.width - label - cells - _GAP)
    cells = (last - first) * _COARSE // _HOUR
    if label + cells > view.width:
        last = first + (view.width - label) // _COARSE * _HOUR
        cells = (last - first) * _COARSE // _HOUR
    notes = view.width - label - cells - _GAP
    return _Axis(first, last, _COARSE, label, notes if notes >= _NOTES else 0)


def _head(axis: _Axis, view: View) -> list[Row]:
    step = _HOUR if axis.an_hour == _FINE else 2 * _HOUR
    hours = "".join(
        fill(f"{minute // _HOUR:02}", axis.an_hour * step // _HOUR) for minute in range(axis.first, axis.last, step)
    )
    glyphs = view.glyphs
    legend = ("  " if view.width >= _WIDE_LEGEND else " ").join(
        (
            f"{glyphs.taken} {_('taken')}",
            f"{glyphs.quiet} {_('quiet')}",
            f"{glyphs.normal} {_('normal')}",
            f"{glyphs.peak} {_('peak')}",
        )
    )
    line = " " * axis.label + fill(hours[: axis.cells], axis.cells)
    if width(legend) <= axis.notes:
        return [drawn(Span(line), Span(" " * _GAP), Span(legend, "dim"), keep=7)]
    return [
        drawn(Span(" " * axis.label), Span(cut(legend, view.width - axis.label, glyphs.ellipsis), "dim"), keep=5),
        drawn(Span(line.rstrip()), keep=7),
    ]


def _day(line: DayLine, placed: Sequence[PlacementRow], report: PlanReport, axis: _Axis, view: View) -> list[Row]:
    today = line.day == view.now.date()
    now = _minute(view.now, line.day) if today else None
    cells: list[tuple[str, str]] = [(" ", "")] * axis.cells
    for start, end in line.working:
        begin = max(start, now) if now is not None else start
        cells[axis.at(begin) : axis.over(end)] = [(view.glyphs.free, "dim")] * (axis.over(end) - axis.at(begin))
    for start, end in line.taken:
        begin = max(start, now) if now is not None else start
        if end > begin:
            cells[axis.at(begin) : axis.over(end)] = [(view.glyphs.taken, "dim")] * (axis.over(end) - axis.at(begin))
    if now is not None and axis.first <= now < axis.last:
        cells[axis.at(now)] = (view.glyphs.wall, "")
    strokes = [_stroke(row, report, line.day, view) for row in placed]
    unnamed = _paint(cells, strokes, axis)
    label = fill(wording.day_of_month(line.day, view.language), axis.label)
    notes = _notes(line, unnamed, view)
    spans = [Span(label, "bold" if today else ""), *_runs(cells)]
    if axis.notes:
        said = _fitting(notes, axis.notes, view)
        return [drawn(*spans, Span(" " * _GAP), Span(said), keep=7) if said else drawn(*spans, keep=7)]
    named = [text for _, text, is_event in notes if not is_event]
    below = [drawn(Span(" " * axis.label + text), keep=5) for text in wrap(view.join(*named), view.width - axis.label)]
    return [drawn(*spans, keep=7), *(below if named else [])]


def _stroke(row: PlacementRow, report: PlanReport, day: date, view: View) -> _Stroke:
    line = report.lines.get(row.operation)
    sign = level_sign(line.level if line else "normal", view)
    begin, end = _minute(view.local(row.start), day), _minute(view.local(row.end), day)
    return _Stroke(row, begin, end, sign, view.colour(row.community))


def level_sign(level: Level, view: View) -> str:
    """``═`` while a network sleeps, ``▲`` while it is wide awake."""
    return {"quiet": view.glyphs.quiet, "normal": view.glyphs.normal, "peak": view.glyphs.peak}[level]


def _paint(cells: list[tuple[str, str]], strokes: Sequence[_Stroke], axis: _Axis) -> list[_Stroke]:
    """Draw the strokes; returns those whose handle found no room."""
    owner = [-1] * len(cells)
    for number, stroke in enumerate(strokes):
        for cell in range(axis.at(stroke.begin), max(axis.over(stroke.end), axis.at(stroke.begin) + 1)):
            if cell < len(cells) and owner[cell] < 0 and axis.first <= stroke.begin < axis.last:
                owner[cell] = number
    unnamed = []
    for number, stroke in enumerate(strokes):
        own = [cell for cell, whose in enumerate(owner) if whose == number]
        wanted = len(stroke.row.handle) + 1
        while own and len(own) < wanted and own[-1] + 1 < len(cells) and owner[own[-1] + 1] < 0:
            own.append(own[-1] + 1)
            owner[own[-1]] = number
        named = len(own) >= len(stroke.row.handle)
        text = fill(stroke.row.handle if named else "", len(own)).replace(" ", stroke.sign)
        for cell, sign in zip(own, text, strict=True):
            cells[cell] = (sign, f"{stroke.style} bold".strip() if sign != stroke.sign else stroke.style)
        if not named:
            unnamed.append(stroke)
    return unnamed


def _notes(line: DayLine, unnamed: Sequence[_Stroke], view: View) -> list[tuple[str, str, bool]]:
    """What stands beside a day, in order of time: events, deadlines, operations that the picture has no room for."""
    found = [(view.time(one.start), f"{view.time(one.start)} {safe(one.title)}", True) for one in line.events]
    found += [
        (view.time(one.at), _("{time} due {handle}").format(time=view.time(one.at), handle=one.handle), False)
        for one in line.due
    ]
    found += [
        (view.time(one.row.start), f"{view.time(one.row.start)} {one.row.handle}{one.sign}", False) for one in unnamed
    ]
    found.sort(key=lambda note: note[0])
    return [("", safe(line.holiday), False), *found] if line.holiday else found


def _fitting(notes: list[tuple[str, str, bool]], room: int, view: View) -> str:
    """The notes in the room there is; events go first, from the last on."""
    left, gone = list(notes), False
    while left:
        said = view.join(*(text for _, text, _ in left))
        if gone:
            said = f"{said} {view.glyphs.ellipsis}"
        events = [number for number, (_, _, is_event) in enumerate(left) if is_event]
        if width(said) <= room or len(events) <= (1 if len(left) == len(events) else 0):
            return cut(said, room, view.glyphs.ellipsis)
        del left[events[-1]]
        gone = True
    return ""


def _runs(cells: Sequence[tuple[str, str]]) -> list[Span]:
    """The cells as spans, one for each run of one style."""
    spans: list[Span] = []
    for sign, style in cells:
        if spans and spans[-1].style == style:
            spans[-1] = Span(spans[-1].text + sign, style)
        else:
            spans.append(Span(sign, style))
    return spans


def _behind(report: PlanReport, placed: Sequence[PlacementRow], last: date, axis: _Axis, view: View) -> list[Row]:
    """``9 → 13  p7 Tue 10 14:45 · Wed 11 holiday``: the days behind those drawn."""
    rest = [line for line in report.days if line.day > last and (line.working or line.holiday)]
    parts = [
        (
            _day_of(row.start, view),
            f"{row.handle} {wording.day_of_month(_day_of(row.start, view), view.language)} {view.time(row.start)}",
        )
        for row in placed
        if _day_of(row.start, view) > last
    ]
    parts += [
        (
            line.day,
            _("{day} {holiday}, nothing is placed there").format(
                day=wording.day_of_month(line.day, view.language), holiday=safe(line.holiday)
            ),
        )
        for line in rest
        if line.holiday
    ]
    if not parts or not rest:
        return []
    label = fill(f"{rest[0].day.day} {view.glyphs.arrow} {rest[-1].day.day}", axis.label)
    text = view.join(*(said for _, said in sorted(parts)))
    first, *more = wrap(text, view.width - max(axis.label, width(label)))
    return [
        drawn(Span(label, "dim"), Span(first), keep=6),
        *(drawn(Span(" " * width(label) + line), keep=6) for line in more),
    ]


def _minute(moment: datetime, day: date) -> int:
    """Minutes from the beginning of a day; the next day's are the end of it."""
    if moment.date() != day:
        return 0 if moment.date() < day else 24 * _HOUR
    return moment.hour * _HOUR + moment.minute


def last_day(report: PlanReport) -> date:
    """The last day that the plan can use."""
    worked = [line.day for line in report.days if line.working]
    return worked[-1] if worked else (report.until - timedelta(days=1)).date()
