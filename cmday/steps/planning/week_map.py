"""A week of one community in seven lines: two cells an hour, the windows numbered in it, one's own hours below."""

from __future__ import annotations

from typing import Final

from cmday.i18n import _
from cmday.steps.planning import hours_words
from cmday.steps.planning.measured import CommunityHours, QuietData, QuietWindow
from cmday.terminal import wording
from cmday.terminal.block import Row, Span, drawn
from cmday.terminal.view import View
from cmday.text.cells import cut, fill, width

_LABEL: Final = 6
_DAYS, _HOURS = 7, 24
_GAP: Final = 4
# From these traffics on there is a shade; below the first of them there is nothing to see.
_LIMITS: Final = (0.1, 0.35, 0.65, 1.0, 1.5)
_BESIDE: Final = 26
_BRACKET: Final = 2


def map_rows(data: QuietData, one: CommunityHours, numbered: int, view: View) -> list[Row]:
    """Hours, seven days, own hours and legend; beside them the best windows and the peaks where there is room."""
    cells = 2 if view.width >= _LABEL + 2 * _HOURS else 1
    left = _LABEL + _HOURS * cells + _GAP
    beside = _beside(one, numbered, view) if view.width >= left + _BESIDE else []
    lines = [_ruler(cells)]
    lines += [_day(data, one, weekday, numbered, cells, view) for weekday in range(_DAYS)]
    lines.append(_own_hours(data, cells, view, room=left - _GAP if len(beside) > len(lines) else view.width))
    lines += [""] * (len(beside) - len(lines))
    beside += [""] * (len(lines) - len(beside))
    room = view.width - left
    rows = [
        drawn(Span((fill(line, left) + cut(said, room, view.glyphs.ellipsis)).rstrip()), keep=7)
        for line, said in zip(lines, beside, strict=True)
    ]
    return [*rows, _legend(view)]


def has_room_beside(view: View) -> bool:
    """Whether the windows are listed beside the map."""
    return view.width >= _LABEL + 2 * _HOURS + _GAP + _BESIDE


def _ruler(cells: int) -> str:
    step = 4 // cells
    return " " * _LABEL + "".join(fill(f"{hour:02}", step * cells) for hour in range(0, _HOURS, step)).rstrip()


def _day(data: QuietData, one: CommunityHours, weekday: int, numbered: int, cells: int, view: View) -> str:  # noqa: PLR0917
    hours = one.week[weekday * _HOURS : (weekday + 1) * _HOURS]
    line = [shade for value in hours for shade in [_shade(value, view)] * cells]
    for number, window in enumerate(one.quiet[:numbered], 1):
        if view.local(window.start).weekday() == weekday:
            _number(line, number, window, cells, view)
    name = wording.short_weekday(hours_words.of_week(weekday, data.day), view.language)
    return fill(name, _LABEL) + "".join(line)


def _number(line: list[str], number: int, window: QuietWindow, cells: int, view: View) -> None:
    """Mark a window in a day's line: ``[1░]``, or its number alone where it is short."""
    start, end = view.local(window.start), view.local(window.end)
    begin = (start.hour * 60 + start.minute) * cells // 60
    over = min(-(-(end.hour * 60 + end.minute) * cells // 60), len(line))
    if over - begin > _BRACKET:
        line[begin], line[over - 1] = "[", "]"
        begin += 1
    line[begin] = str(number)


def _shade(value: float, view: View) -> str:
    step = sum(value >= limit for limit in _LIMITS)
    return view.glyphs.shades[step - 1] if step else " "


def _own_hours(data: QuietData, cells: int, view: View, *, room: int) -> str:
    """The working hours of the weekday that has most, and on which days one works."""
    weekdays = sorted({span.weekday for span in data.working})
    if not weekdays:
        return ""
    usual = max(weekdays, key=lambda day: (sum(span.weekday == day for span in data.working), -day))
    line = [" "] * (_HOURS * cells)
    for span in data.working:
        begin, over = span.start * cells // 60, min(-(-span.end * cells // 60), len(line))
        if span.weekday == usual and over - begin >= _BRACKET:
            glyphs = view.glyphs
            line[begin:over] = [glyphs.under_left, *glyphs.line * (over - begin - 2), glyphs.under_right]
    text = " " * _LABEL + "".join(line).rstrip()
    said = f" {_('your hours')}, {hours_words.days(weekdays, data.day, view)}"
    return text + (said if width(text + said) <= room else "")


def _legend(view: View) -> Row:
    shades = "  ".join(shade * 2 for shade in view.glyphs.shades)
    text = _("traffic, from a tenth of the usual to double:") + "  " + shades
    return drawn(Span(" " * _LABEL + (text if width(text) + _LABEL <= view.width else shades), "dim"), keep=5)


def _beside(one: CommunityHours, numbered: int, view: View) -> list[str]:
    """What stands to the right of the map: the best windows, then the peaks."""
    lines = [_("best windows in your hours")]
    lines += [
        f"{number}  {hours_words.span(window, view)}  {hours_words.percent(window.traffic, view)}".rstrip()
        for number, window in enumerate(one.quiet[:numbered], 1)
    ]
    if one.peaks:
        lines += ["", _("peaks")]
        lines += [
            f"   {hours_words.span(window, view)}  {hours_words.percent(window.traffic, view)}".rstrip()
            for window in one.peaks[:2]
        ]
    return lines
