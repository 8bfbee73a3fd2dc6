"""What ``cmday plan quiet`` tells: each community's usual week, its quiet windows with their reasons, its peaks."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

import msgspec

from cmday.core.communities import Community, Span
from cmday.core.operations import Basis, Window
from cmday.core.time import zone_name
from cmday.hours.quiet import is_supposed, zone_of
from cmday.hours.quiet.measured import Argument, MeasuredTraffic
from cmday.hours.quiet.traffic import CommunityTraffic
from cmday.session import Session
from cmday.steps import traffic
from cmday.steps.planning.report import WindowRow

_DAYS: Final = 7
_HOUR: Final = 4


class QuietWindow(WindowRow, frozen=True, kw_only=True):
    """A quiet window and what speaks for it; ``quieter_than`` of ten working windows, None where not measured."""

    quieter_than: int | None
    why: str


class LeftOutRow(msgspec.Struct, frozen=True, kw_only=True):
    """A day that was not counted; ``why`` names a holiday (in English) or a campaign, null for a day off."""

    day: date
    kind: Literal["holiday", "campaign", "closed"]
    why: str | None


class CommunityHours(msgspec.Struct, frozen=True, kw_only=True):
    """A community's week. ``quiet`` begins with the quietest window, ``peaks`` with the highest.

    ``week`` holds 168 hours from Monday midnight on the CM's clock, ``curve`` the 96 quarters of ``day``; 1.0 is usual,
    and both only rank where ``basis`` is ``configured``. ``peak_hour`` is the hour of the day at which most people are
    there. ``shift`` says by how many hours the measured day contradicts the configured zone, 0 where it does not.
    """

    community: str
    basis: Basis
    people_hours: int
    weeks: int
    confidence: float | None
    zone: str
    supposed: bool
    quiet: tuple[QuietWindow, ...]
    peaks: tuple[WindowRow, ...]
    curve: tuple[float, ...]
    week: tuple[float, ...]
    peak_hour: int | None
    shift: int
    left_out: tuple[LeftOutRow, ...]
    country: str | None


class QuietData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday plan quiet --json``: the windows of the next seven days, and what they stand on.

    ``day`` is the working day whose curves are shown, ``named`` the one community that was asked for.
    """

    windows: tuple[WindowRow, ...]
    communities: tuple[CommunityHours, ...]
    day: date
    named: str | None
    working: tuple[Span, ...]


def quiet_hours(session: Session, named: str | None = None) -> QuietData:
    """What ``cmday plan quiet`` shows, of one community or all in focus."""
    today = session.clock.today()
    day = _working_day(session, today)
    chosen = [
        one
        for one in session.settings.communities.values()
        if (one.short == named if named else session.in_focus(one.short))
    ]
    found = [(one, traffic.of(session, one)) for one in chosen]
    windows = sorted(
        (row(window) for _, own in found for window in own.windows(today, today + timedelta(days=_DAYS - 1))),
        key=lambda window: (window.start.timestamp(), window.community, window.level),
    )
    return QuietData(
        windows=tuple(windows),
        communities=tuple(_hours(session, one, own, day) for one, own in found),
        day=day,
        named=named,
        working=tuple(span for span in session.settings.hours.spans if named or span.weekday == day.weekday()),
    )


def row(one: Window) -> WindowRow:
    """A window as JSON shows it."""
    return WindowRow(
        community=one.community,
        start=one.start,
        end=one.end,
        level=one.level,
        traffic=one.traffic,
        confidence=one.confidence,
        basis=one.basis,
    )


def _working_day(session: Session, today: date) -> date:
    """Today, or the next day of the week that has working hours."""
    working = {span.weekday for span in session.settings.hours.spans}
    days = [today + timedelta(days=ahead) for ahead in range(_DAYS)]
    return next((day for day in days if day.weekday() in working), today)


def _hours(session: Session, community: Community, own: CommunityTraffic, day: date) -> CommunityHours:
    today, zone = session.clock.today(), session.clock.zone
    measured = traffic.week_of(session, community)
    windows = own.windows(today, today + timedelta(days=_DAYS - 1))
    peaks = sorted(
        (one for one in windows if one.level == "peak"), key=lambda one: (-(one.traffic or 0.0), one.start.timestamp())
    )
    monday = today - timedelta(days=today.weekday())
    week = [value for ahead in range(_DAYS) for value in _by_hour(own.curve(monday + timedelta(days=ahead)))]
    return CommunityHours(
        community=community.short,
        basis=own.basis,
        people_hours=measured.people_hours if measured else 0,
        weeks=measured.weeks if measured else 0,
        confidence=own.confidence,
        zone=zone_name(zone_of(community, zone)),
        supposed=own.basis == "configured" and is_supposed(community),
        quiet=tuple(_quiet(own, windows, today)),
        peaks=tuple(row(one) for one in peaks),
        curve=own.curve(day),
        week=tuple(week),
        peak_hour=_peak_hour(week) if own.basis != "configured" else None,
        shift=measured.shift if measured and own.basis != "configured" else 0,
        left_out=tuple(LeftOutRow(day=one.day, kind=one.kind, why=one.why or None) for one in measured.left_out)
        if measured
        else (),
        country=traffic.country_of(session, community),
    )


def _quiet(own: CommunityTraffic, windows: list[Window], today: date) -> list[QuietWindow]:
    if not isinstance(own, MeasuredTraffic):
        return [_argued(one, None, "") for one in windows if one.level == "quiet"]
    return [
        _argued(
            one.window,
            one.quieter_than,
            _why(one),
        )
        for one in own.arguments(today)
    ]


def _why(one: Argument) -> str:
    share, sure = (round((figure or 0) * 100) for figure in (one.window.traffic, one.window.confidence))
    return (
        f"{share} % of usual traffic, quieter than {one.quieter_than} of 10 working windows;"
        f" {one.people_hours} people-hours, {one.weeks} weeks; confidence {sure} %"
    )


def _argued(window: Window, quieter_than: int | None, why: str) -> QuietWindow:
    return QuietWindow(
        community=window.community,
        start=window.start,
        end=window.end,
        level=window.level,
        traffic=window.traffic,
        confidence=window.confidence,
        basis=window.basis,
        quieter_than=quieter_than,
        why=why or "configured hours, not measured",
    )


def _by_hour(quarters: tuple[float, ...]) -> list[float]:
    edges = range(0, len(quarters) + 1, _HOUR)
    return [round(sum(quarters[start:end]) / _HOUR, 3) for start, end in pairwise(edges)]


def _peak_hour(week: list[float]) -> int:
    hours = len(week) // _DAYS
    return max(range(hours), key=lambda hour: sum(week[hour::hours]))
