"""The metro timetable: each community's traffic over the working day, its dips as brackets, one's own hours below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from cmday.i18n import _
from cmday.steps.planning.measured import CommunityHours, QuietData
from cmday.terminal.block import Row, Span, drawn
from cmday.terminal.view import View
from cmday.text.cells import cut, fill, width

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_FIRST, _LAST = 8 * _HOUR, 19 * _HOUR
_WIDEST_HOUR: Final = 16
_NARROWEST_HOUR: Final = 2
_TOP: Final = 2.0
_BRACKET: Final = 2


class Ruler(msgspec.Struct, frozen=True):
    """How minutes of the day become cells, after ``label`` cells for names."""

    first: int
    last: int
    an_hour: int
    label: int

    def at(self, minute: int) -> int:
        return round((min(max(minute, self.first), self.last) - self.first) * self.an_hour / _HOUR)

    @property
    def cells(self) -> int:
        return self.at(self.last)


def metro_rows(data: QuietData, view: View) -> list[Row]:
    """The picture: hours, then a curve and its brackets for each community, then one's own hours."""
    ruler = _ruler(data, view.width)
    rows = [drawn(Span(" " * ruler.label + _hours(ruler)), keep=7)]
    for one in data.communities:
        colour = view.colour(one.community)
        label = fill(cut(one.community, ruler.label - 1, view.glyphs.ellipsis), ruler.label)
        style = colour if one.basis != "configured" else f"{colour} dim".strip()
        rows.append(drawn(Span(label, colour), Span(_curve(one, ruler, view), style), keep=7))
        spans = [
            (_minute(window.start, data.day), _minute(window.end, data.day))
            for window in one.quiet
            if view.local(window.start).date() == data.day
        ]
        signs = (view.glyphs.under_left, view.glyphs.line, view.glyphs.under_right)
        rows.append(_marked("", spans, ruler, signs, _("quiet")))
    own = [(span.start, span.end) for span in data.working if span.weekday == data.day.weekday()]
    signs = (view.glyphs.left, view.glyphs.line, view.glyphs.right)
    rows.append(_marked(cut(_("your hours"), ruler.label - 1, view.glyphs.ellipsis), own, ruler, signs, ""))
    return rows


def _ruler(data: QuietData, available: int) -> Ruler:
    """The working day from 8 to 19, wider where one works longer; fewer hours where there is no room for them."""
    spans = [span for span in data.working if span.weekday == data.day.weekday()]
    first = min([_FIRST, *(span.start for span in spans)]) // _HOUR * _HOUR
    last = -(-max([_LAST, *(span.end for span in spans)]) // _HOUR) * _HOUR
    label = 11 if available >= _HOUR else 5
    an_hour = min(_WIDEST_HOUR, (available - label) * _HOUR // (last - first))
    if an_hour < _NARROWEST_HOUR:
        an_hour = _NARROWEST_HOUR
        last = first + (available - label) // an_hour * _HOUR
    return Ruler(first, last, an_hour, label)


def _hours(ruler: Ruler) -> str:
    text = ""
    step = _HOUR if ruler.an_hour > _NARROWEST_HOUR else 2 * _HOUR
    for minute in range(ruler.first, ruler.last, step):
        text = fill(text, ruler.at(minute)) + f"{minute // _HOUR:02}"
    return text


def _curve(one: CommunityHours, ruler: Ruler, view: View) -> str:
    levels = view.glyphs.levels
    signs = []
    for cell in range(ruler.cells):
        quarter = (ruler.first + cell * _HOUR // ruler.an_hour) // 15
        height = round(one.curve[quarter] / _TOP * (len(levels) - 1))
        signs.append(levels[min(height, len(levels) - 1)])
    return "".join(signs)


def _minute(moment: datetime, day: date) -> int:
    if moment.date() != day:
        return 0 if moment.date() < day else _DAY
    return moment.hour * _HOUR + moment.minute


def _marked(label: str, spans: Iterable[tuple[int, int]], ruler: Ruler, signs: Sequence[str], word: str) -> Row:
    """Brackets from each span's beginning to its end, with a word in them where it fits."""
    left, line, right = signs
    cells = [" "] * ruler.cells
    for start, end in spans:
        begin, over = ruler.at(start), ruler.at(end)
        if over - begin < _BRACKET:
            continue
        inside = over - begin - 2
        text = f" {word} " if word and width(word) + 4 <= inside else ""
        cells[begin:over] = [left, *text.center(inside, line), right]
    return drawn(Span(fill(label, ruler.label)), Span("".join(cells).rstrip()), keep=6)
