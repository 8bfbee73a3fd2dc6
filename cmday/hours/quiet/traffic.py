"""What others ask of a community's traffic, measured or not: one shape for placement, schedule and screens."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol

from cmday.core.communities import Community
from cmday.core.operations import Basis, Level, Window
from cmday.hours.quiet.configured import Traffic, day_curve, usual_at, windows_of

_AHEAD = 60
# Little enough that no ordinary hour passes for a quiet or a peak one.
_BEND = 0.2


class CommunityTraffic(Protocol):
    """How busy a community is; 1.0 is its usual, the mean of a whole week.

    ``basis`` says what the figures stand on: where it is ``configured`` they only rank, and must not be shown.
    ``confidence`` is 0 to 1, None where nothing was measured.
    """

    @property
    def basis(self) -> Basis:
        """What the figures stand on."""

    @property
    def confidence(self) -> float | None:
        """How sure the best of its quiet windows is."""

    def windows(self, first: date, last: date) -> list[Window]:
        """The quiet and peak windows that begin on these days of the CM's zone, in order of start."""

    def between(self, start: datetime, end: datetime) -> float:
        """The mean traffic of a span."""

    def level(self, start: datetime, end: datetime) -> Level:
        """The level of a span, as this community goes."""

    def curve(self, day: date) -> tuple[float, ...]:
        """96 values, one for each wall-clock quarter of an hour of the CM's zone."""


class ConfiguredTraffic:
    """The configured hours of a community, or the supposed ones, as traffic; figures are nominal.

    Outside those hours a day is bent a little as days usually go, so that what finds no peak is not put into the night.
    """

    basis: Basis = "configured"
    confidence: float | None = None

    def __init__(self, community: Community, zone: tzinfo, today: date) -> None:
        self._community = community
        self._zone = zone
        self._first = today - timedelta(days=2)
        self._last = today + timedelta(days=_AHEAD)
        self._nominal = Traffic(windows_of(community, self._first, self._last, zone))

    def windows(self, first: date, last: date) -> list[Window]:
        return windows_of(self._community, first, last, self._zone)

    def between(self, start: datetime, end: datetime) -> float:
        nominal = self._nominal_at(start, end)
        found = nominal.between(start, end)
        if nominal.level(start, end) != "normal":
            return found
        return found + _BEND * (usual_at(self._community, start + (end - start) / 2, self._zone) - 1)

    def level(self, start: datetime, end: datetime) -> Level:
        return self._nominal_at(start, end).level(start, end)

    def curve(self, day: date) -> tuple[float, ...]:
        return day_curve(self._community, day, self._zone)

    def _nominal_at(self, start: datetime, end: datetime) -> Traffic:
        """What is reckoned already, or, for what lies outside it, the days around the span."""
        first, last = start.astimezone(self._zone).date(), end.astimezone(self._zone).date()
        if self._first < first and last < self._last:
            return self._nominal
        day = timedelta(days=1)
        return Traffic(windows_of(self._community, first - day, last + day, self._zone))
