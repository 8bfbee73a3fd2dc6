"""The day as a ruler: events and operations as bars above each other, and below them each community's traffic."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import msgspec

from cmday.i18n import _
from cmday.steps.schedule.load import minutes_on
from cmday.steps.schedule.report import Bar, ScheduleReport, TrafficLine, ZoneLine, event_key
from cmday.terminal.block import Row, Span, drawn
from cmday.terminal.glyphs import Glyphs
from cmday.terminal.view import View
from cmday.text.cells import cut, fill

_LABEL: Final = 10
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_FIRST: Final = 8 * _HOUR
_LAST: Final = 19 * _HOUR
_WIDEST_HOUR: Final = 16
_TOP: Final = 1.5
_BAR: Final = 4


class Scale(msgspec.Struct, frozen=True):
    """How minutes become cells: ``first`` minute shown, cells an hour, and how many cells there are."""

    first: int
    cells_an_hour: int
    cells: int

    def at(self, minute: int) -> int:
        return round((minute - self.first) * self.cells_an_hour / _HOUR)

    def minute(self, cell: int) -> int:
        return self.first + cell * _HOUR // self.cells_an_hour


def day_rows(report: ScheduleReport, view: View) -> list[Row]:
    """The ruler, the bars and the curves; nothing where the screen is too narrow for them."""
    events = [
        Bar(*minutes, report.handles.get(event_key(event), ""))
        for event in report.data.events
        if not event.all_day and (minutes := minutes_on(view.local(event.start), view.local(event.end), report.day))
    ]
    planned = [
        Bar(minutes[0], minutes[1] if line.presence else minutes[0], line.handle)
        for line in report.planned
        if (minutes := minutes_on(view.local(line.start), view.local(line.end), report.day))
    ]
    scale = _scale([*events, *planned], report, view.width - _LABEL)
    if scale is None:
        return []
    rows = [drawn(Span(" " * _LABEL + _ruler(scale)), keep=7)]
    rows += [_zone(zone, scale, view) for zone in report.zones]
    now = view.now.hour * _HOUR + view.now.minute if view.now.date() == report.day else None
    lines = _bars(events, scale, view.glyphs)
    _mark_breaks(lines[0], report, scale, view.glyphs)
    if now is not None and 0 <= scale.at(now) < scale.cells and lines[0][scale.at(now)] == " ":
        lines[0][scale.at(now)] = view.glyphs.now
    rows += [_labelled(_("events") if not at else "", line, keep=7) for at, line in enumerate(lines)]
    if planned:
        rows += [
            _labelled(_("plan") if not at else "", line, keep=7)
            for at, line in enumerate(_bars(planned, scale, view.glyphs))
        ]
    curves = [_curve(traffic, scale, view) for traffic in report.traffic if traffic.quarters]
    # Curves are there to be compared: all of them or none.
    return rows + curves[:1] + [msgspec.structs.replace(row, follows=True) for row in curves[1:]]


def _scale(bars: Iterable[Bar], report: ScheduleReport, cells: int) -> Scale | None:
    spans = [span for span in report.working if span.weekday == report.day.weekday()]
    edges = [(bar.start, bar.end) for bar in bars] + [(span.start, span.end) for span in spans]
    first = min([_FIRST, *(start for start, _end in edges)]) // _HOUR * _HOUR
    last = -(-max([_LAST, *(end for _start, end in edges)]) // _HOUR) * _HOUR
    cells_an_hour = min(_WIDEST_HOUR, cells * _HOUR // (last - first))
    if cells_an_hour < 3:  # noqa: PLR2004  two digits and a space
        return None
    return Scale(first, cells_an_hour, min(cells, (_DAY - first) * cells_an_hour // _HOUR))


def _ruler(scale: Scale) -> str:
    text = ""
    for minute in range(scale.first, _DAY, _HOUR):
        at = scale.at(minute)
        if at + 2 > scale.cells:
            break
        text = fill(text, at) + f"{minute // _HOUR:02}"
    return text


def _zone(zone: ZoneLine, scale: Scale, view: View) -> Row:
    """The hours of another clock below those of one's own."""
    text = ""
    for minute, hour in zone.hours:
        at = scale.at(minute)
        if at < len(text) or at + 2 > scale.cells:
            continue
        text = fill(text, at) + f"{hour:02}"
    label = fill(cut(",".join(zone.communities), _LABEL - 1, view.glyphs.ellipsis), _LABEL)
    return drawn(Span(label), Span(text, "dim"), keep=6)


def _bars(bars: list[Bar], scale: Scale, glyphs: Glyphs) -> list[list[str]]:
    """The bars in as few lines as keep them apart."""
    lines: list[list[str]] = [[" "] * scale.cells]
    for bar in sorted(bars, key=lambda bar: (bar.start, -bar.end)):
        start = max(0, scale.at(bar.start))
        piece = _piece(min(scale.at(bar.end), scale.cells) - start, bar.label, glyphs)[: scale.cells - start]
        if not piece:
            continue
        place = slice(start, start + len(piece))
        line = next((line for line in lines if not "".join(line[place]).strip()), None)
        if line is None:
            line = [" "] * scale.cells
            lines.append(line)
        line[place] = piece
    return lines


def _piece(cells: int, label: str, glyphs: Glyphs) -> str:
    """``├──p1──┤``, or the label alone where there is no room for more."""
    if cells < max(_BAR, len(label) + 2):
        return label or glyphs.one
    return glyphs.left + label.center(cells - 2, glyphs.line) + glyphs.right


def _mark_breaks(line: list[str], report: ScheduleReport, scale: Scale, glyphs: Glyphs) -> None:
    """Write the name of a break between working hours where nothing else stands."""
    spans = sorted(span for span in report.working if span.weekday == report.day.weekday())
    for before, after in pairwise(spans):
        start, end = scale.at(before.end), scale.at(after.start)
        noon = before.end <= 12 * _HOUR + 30 <= after.start
        text = f"{glyphs.dot} {_('noon') if noon else _('break')} {glyphs.dot}"
        if len(text) <= end - start and not "".join(line[start:end]).strip():
            line[start:end] = text.center(end - start)


def _labelled(label: str, line: list[str], *, keep: int) -> Row:
    return drawn(Span(fill(cut(label, _LABEL - 1), _LABEL)), Span("".join(line).rstrip()), keep=keep)


def _curve(traffic: TrafficLine, scale: Scale, view: View) -> Row:
    levels = view.glyphs.levels
    signs = []
    for cell in range(scale.cells):
        quarter = min(scale.minute(cell) // 15, len(traffic.quarters) - 1)
        height = round(traffic.quarters[quarter] / _TOP * (len(levels) - 1))
        signs.append(levels[max(0, min(height, len(levels) - 1))])
    label = fill(cut(traffic.community, _LABEL - 1, view.glyphs.ellipsis), _LABEL)
    colour = view.colour(traffic.community)
    return drawn(Span(label, colour), Span("".join(signs), f"{colour} dim" if not traffic.measured else colour), keep=3)
