"""A measured week as traffic: laid on real days, cut into quiet and peak windows, each of which can be argued."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import accumulate
from typing import Final

import msgspec

from cmday.core.communities import Community, WorkingHours
from cmday.core.operations import Basis, Level, Window
from cmday.hours.quiet.confidence import confidence
from cmday.hours.quiet.configured import QUARTERS, zone_of
from cmday.hours.quiet.dips import QUARTER, quantile, runs
from cmday.hours.quiet.measuring import MeasuredWeek
from cmday.hours.quiet.weeks import CELLS, DAY
from cmday.hours.working import local_moment, working_stretches

_WEEK: Final = 7 * 24 * 60
_QUARTER: Final = timedelta(minutes=QUARTER)
_QUIET_SHARE, _QUIET_ANYWAY = 0.33, 0.7
_PEAK_SHARE, _PEAK_ANYWAY = 0.92, 1.4


class Argument(msgspec.Struct, frozen=True, kw_only=True):
    """Why a quiet window is one: of ten working windows of its length it is quieter than so many."""

    window: Window
    quieter_than: int
    people_hours: int
    weeks: int


class MeasuredTraffic:
    """The traffic of a community as it was measured; see ``CommunityTraffic`` for what it answers.

    Quiet is the quietest third of the CM's working time, and all below 0.7; a peak is the busiest twelfth of the week
    where that is above the usual, and all from 1.4 on.
    """

    def __init__(
        self, week: MeasuredWeek, community: Community, hours: WorkingHours, zone: tzinfo, today: date
    ) -> None:
        self.week = week
        self.basis: Basis = week.basis
        self._community = community
        self._hours = community.hours or hours
        self._zone = zone
        self._clock = zone_of(community, zone)
        self._quarters = _in_quarters(week.traffic)
        self._sums = [0.0, *accumulate(self._quarters)]
        self._monday = today - timedelta(days=today.weekday())
        self._work = self._working_quarters()
        work = [self._quarters[quarter] for run in self._work for quarter in run]
        self._quiet = max(quantile(work, _QUIET_SHARE), _QUIET_ANYWAY)
        self._peak = min(max(quantile(self._quarters, _PEAK_SHARE), 1.05), _PEAK_ANYWAY)
        self._draws = [_in_quarters(draw) for draw in week.draws]
        self._calm = [
            max(quantile([draw[quarter] for run in self._work for quarter in run], 0.5), _QUIET_ANYWAY)
            for draw in self._draws
        ]
        self._busy = [quantile(draw, 0.75) for draw in self._draws]

    @property
    def confidence(self) -> float | None:
        """How sure the quietest of the next seven days' windows is."""
        found = self.arguments(self._monday + timedelta(days=7))
        return found[0].window.confidence if found else None

    def between(self, start: datetime, end: datetime) -> float:
        """The mean traffic of a span."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end <= start:
            return self._quarters[self._quarter(start)]
        first, last = start.astimezone(self._clock), end.astimezone(self._clock)
        length = (end - start).total_seconds() / 60
        if first.utcoffset() == last.utcoffset() and length <= _WEEK:
            minute = _minute_of_week(first)
            return (self._until(minute + length) - self._until(minute)) / length * QUARTER
        half = start + max((end - start) / 2, timedelta(minutes=1))
        if half >= end:
            return self._quarters[self._quarter(start)]
        left = (half - start) / (end - start)
        return self.between(start, half) * left + self.between(half, end) * (1 - left)

    def level(self, start: datetime, end: datetime) -> Level:
        """The level of a span, as this community goes."""
        return self._level(self.between(start, end))

    def curve(self, day: date) -> tuple[float, ...]:
        """96 values, one for each wall-clock quarter of an hour of the CM's zone."""
        return tuple(
            round(self._quarters[self._quarter(local_moment(day, place * QUARTER, self._zone))], 3)
            for place in range(QUARTERS)
        )

    def windows(self, first: date, last: date) -> list[Window]:
        """The quiet windows of working time and the peaks that begin on these days of the CM's zone, in order."""
        found = [
            self._window(start + begin * _QUARTER, start + end * _QUARTER, "quiet")
            for start, stop in working_stretches(first, last, self._hours, self._zone)
            for begin, end in runs(self._values(start, stop), self._quiet)
        ]
        # A peak at midnight belongs to the day it begins on, so the days run into each other.
        start = local_moment(first, 0, self._zone).astimezone(UTC)
        stop = local_moment(last + timedelta(days=1), 0, self._zone).astimezone(UTC)
        found += [
            self._window(start + begin * _QUARTER, start + end * _QUARTER, "peak")
            for begin, end in runs(self._values(start, stop), self._peak, below=False)
        ]
        return sorted(found, key=lambda window: (window.start, window.end, window.level))

    def arguments(self, first: date, days: int = 7) -> list[Argument]:
        """The quiet windows of these days, the quietest first, with what speaks for each."""
        windows = [one for one in self.windows(first, first + timedelta(days=days - 1)) if one.level == "quiet"]
        return [
            Argument(
                window=one,
                quieter_than=self._quieter_than(one),
                people_hours=self.week.people_hours,
                weeks=self.week.weeks,
            )
            for one in sorted(windows, key=lambda one: (one.traffic or 0.0, one.start))
        ]

    def _window(self, start: datetime, end: datetime, level: Level) -> Window:
        span = self._span(start, end)
        means = [sum([draw[quarter] for quarter in span]) / len(span) for draw in self._draws]
        limits = self._calm if level == "quiet" else self._busy
        votes = [mean < limit if level == "quiet" else mean > limit for mean, limit in zip(means, limits, strict=True)]
        return Window(
            community=self._community.short,
            start=start.astimezone(self._zone),
            end=end.astimezone(self._zone),
            level=level,
            traffic=round(self.between(start, end), 2),
            confidence=confidence(votes, self.week.weeks, self.week.people_hours),
            basis=self.basis,
        )

    def _quieter_than(self, window: Window) -> int:
        length = len(self._span(window.start, window.end))
        means = sorted(
            sum([self._quarters[quarter] for quarter in run[at : at + length]]) / length
            for run in self._work
            for at in range(len(run) - length + 1)
        )
        own = self.between(window.start, window.end)
        return 10 * (len(means) - bisect_right(means, own)) // len(means) if means else 0

    def _working_quarters(self) -> list[list[int]]:
        """The quarters of the community's week that an ordinary working week covers, stretch by stretch."""
        ordinary = WorkingHours(spans=self._hours.spans)
        stretches = working_stretches(self._monday, self._monday + timedelta(days=6), ordinary, self._zone)
        return [self._span(start, end) for start, end in stretches]

    def _span(self, start: datetime, end: datetime) -> list[int]:
        count = max(round((end - start) / _QUARTER), 1)
        return [self._quarter(start.astimezone(UTC) + place * _QUARTER) for place in range(count)]

    def _values(self, start: datetime, end: datetime) -> list[float]:
        return [self._quarters[quarter] for quarter in self._span(start, end)]

    def _level(self, traffic: float) -> Level:
        if traffic <= self._quiet:
            return "quiet"
        return "peak" if traffic >= self._peak else "normal"

    def _quarter(self, moment: datetime) -> int:
        return int(_minute_of_week(moment.astimezone(self._clock))) // QUARTER

    def _until(self, minute: float) -> float:
        """The traffic summed up from the week's begin to a minute, in quarters; over the week's end too."""
        around, minute = divmod(minute, _WEEK)
        quarter = int(minute // QUARTER)
        part = minute / QUARTER - quarter
        return around * self._sums[-1] + self._sums[quarter] + part * self._quarters[quarter]


def _minute_of_week(local: datetime) -> float:
    return ((local.weekday() * DAY + local.hour) * 60 + local.minute) + local.second / 60


def _in_quarters(hours: Sequence[float]) -> list[float]:
    """672 quarters from 168 hours, straight lines between the middles of the hours."""
    found = []
    for cell in range(CELLS):
        before, own, after = hours[cell - 1], hours[cell], hours[(cell + 1) % CELLS]
        found += [
            own + (before - own) * 0.375,
            own + (before - own) * 0.125,
            own + (after - own) * 0.125,
            own + (after - own) * 0.375,
        ]
    return found
