"""Quiet and peak hours of a community as they are configured, or as one supposes them where nothing is.

Traffic figures here are nominal: they rank, they measure nothing, and so they never reach a person.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from math import exp
from typing import Final
from zoneinfo import ZoneInfo

from cmday.core.communities import Community, Span
from cmday.core.operations import Level, Window
from cmday.hours.free import without
from cmday.hours.working import Stretch, local_moment, merged

SUPPOSED: Final[tuple[Span, ...]] = tuple(
    Span(weekday, start, end) for weekday in range(5) for start, end in ((9 * 60 + 30, 11 * 60 + 30), (870, 990))
)
NOMINAL: Final[dict[Level, float]] = {"quiet": 0.4, "normal": 1.0, "peak": 1.8}
QUARTERS: Final = 96
_MINUTES: Final = 15
_SMOOTH: Final = tuple(exp(-(distance**2) / 8) for distance in range(-5, 6))
# What a day of a community looks like before its own hours are known: local hour and traffic, joined by straight lines.
_USUAL_DAY: Final = (
    (0.0, 0.35),
    (2.0, 0.12),
    (5.5, 0.12),
    (8.0, 0.85),
    (10.5, 0.75),
    (12.5, 1.25),
    (14.5, 0.8),
    (17.0, 0.95),
    (20.0, 1.45),
    (22.0, 1.1),
    (24.0, 0.35),
)


def zone_of(community: Community, fallback: tzinfo) -> tzinfo:
    """The zone that a community's hours are written in; the CM's own where it names none."""
    return ZoneInfo(community.zone) if community.zone else fallback


def is_supposed(community: Community) -> bool:
    """Whether a community's quiet hours are only supposed, because none are configured."""
    return not community.quiet


def windows_of(community: Community, first: date, last: date, zone: tzinfo) -> list[Window]:
    """The quiet and peak windows that begin on the days ``first`` to ``last`` of the CM's zone, in order of start.

    Hours are read in the community's zone, moments come back in the CM's. Supposed hours are the CM's own.
    """
    own = zone_of(community, zone)
    spans: list[tuple[Level, Span, tzinfo]] = [("peak", span, own) for span in community.peak]
    spans += [("quiet", span, zone if is_supposed(community) else own) for span in community.quiet or SUPPOSED]
    found = [
        Window(
            community=community.short,
            start=start,
            end=end,
            level=level,
            traffic=None,
            confidence=None,
            basis="configured",
        )
        for level, span, where in spans
        for start, end in _days_of(span, first, last, where, zone)
        if first <= start.date() <= last and end > start
    ]
    return sorted(found, key=lambda window: (window.start, window.end, window.level))


def _days_of(span: Span, first: date, last: date, where: tzinfo, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """A span on each of its weekdays; a day more on both sides, because zones are up to a day apart."""
    for ahead in range(-1, (last - first).days + 2):
        day = first + timedelta(days=ahead)
        if day.weekday() == span.weekday:
            yield (
                local_moment(day, span.start, where).astimezone(zone),
                local_moment(day, span.end, where).astimezone(zone),
            )


class Traffic:
    """The nominal traffic that windows stand for; 1.0 outside all of them, and where they overlap the peak counts."""

    def __init__(self, windows: Iterable[Window]) -> None:
        spans: dict[Level, list[Stretch]] = {"quiet": [], "normal": [], "peak": []}
        for window in windows:
            spans[window.level].append((window.start.astimezone(UTC), window.end.astimezone(UTC)))
        cells: list[tuple[float, float, float]] = []
        taken: list[Stretch] = []
        for level in ("peak", "quiet"):
            own = without(merged(spans[level]), taken)
            taken += own
            cells += [(start.timestamp(), end.timestamp(), NOMINAL[level]) for start, end in own]
        self._cells = sorted(cells)
        self._ends = [end for _, end, _ in self._cells]

    def between(self, start: datetime, end: datetime) -> float:
        """The mean traffic of a span."""
        first, last = start.timestamp(), end.timestamp()
        total = last - first
        if total <= 0:
            return NOMINAL["normal"]
        excess = 0.0
        for number in range(bisect_right(self._ends, first), len(self._cells)):
            begin, over, traffic = self._cells[number]
            if begin >= last:
                break
            excess += (min(over, last) - max(begin, first)) * (traffic - NOMINAL["normal"])
        return NOMINAL["normal"] + excess / total

    def level(self, start: datetime, end: datetime) -> Level:
        """The level of a span."""
        return level_of(self.between(start, end))


def level_of(traffic: float) -> Level:
    """The level that a traffic figure stands for."""
    if traffic <= (NOMINAL["quiet"] + NOMINAL["normal"]) / 2:
        return "quiet"
    return "peak" if traffic >= (NOMINAL["peak"] + NOMINAL["normal"]) / 2 else "normal"


def day_curve(community: Community, day: date, zone: tzinfo) -> tuple[float, ...]:
    """A plausible curve of the day, one value for each wall-clock quarter of an hour of the CM's zone, 1.0 is usual.

    The usual shape of a day, averaged over the audience's zones, bent by the configured hours, then smoothed.
    """
    traffic = Traffic(windows_of(community, day - timedelta(days=1), day + timedelta(days=1), zone))
    raw = []
    for quarter in range(QUARTERS):
        moment = local_moment(day, quarter * _MINUTES, zone)
        usual = usual_at(community, moment, zone)
        level = traffic.level(moment, moment + timedelta(minutes=_MINUTES))
        raw.append({"quiet": min(usual, NOMINAL["quiet"]), "normal": usual, "peak": NOMINAL["peak"]}[level])
    return _smoothed(raw)


def usual_at(community: Community, moment: datetime, zone: tzinfo) -> float:
    """How busy a moment is on a usual day, averaged over the audience's zones; 1.0 is usual."""
    audience: list[tuple[tzinfo, float]] = [
        (ZoneInfo(name), weight) for name, weight in community.audience.items() if weight > 0
    ] or [(zone_of(community, zone), 1.0)]
    weights = sum(weight for _, weight in audience)
    return sum(_usual(moment.astimezone(where)) * weight for where, weight in audience) / weights


def _usual(moment: datetime) -> float:
    hour = moment.hour + moment.minute / 60
    for (left, low), (right, high) in pairwise(_USUAL_DAY):
        if left <= hour < right:
            return low + (high - low) * (hour - left) / (right - left)
    return _USUAL_DAY[-1][1]


def _smoothed(raw: list[float]) -> tuple[float, ...]:
    reach = len(_SMOOTH) // 2
    whole = sum(_SMOOTH)
    return tuple(
        round(
            sum(raw[(place + shift) % len(raw)] * weight for shift, weight in enumerate(_SMOOTH, start=-reach)) / whole,
            3,
        )
        for place in range(len(raw))
    )
