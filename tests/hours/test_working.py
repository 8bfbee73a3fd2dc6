"""Working time: right across weekends, holidays, years and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.core.communities import Span, WorkingHours
from cmday.hours.working import (
    add_working_minutes,
    day_end,
    local_moment,
    minutes_of,
    working_minutes_between,
    working_stretches,
)
from tests.hours.example import week

PARIS = ZoneInfo("Europe/Paris")
MONTREAL = ZoneInfo("America/Montreal")
ALWAYS = WorkingHours(spans=tuple(Span(day, 0, 1440) for day in range(7)))
NIGHT = WorkingHours(spans=tuple(Span(day, 60, 300) for day in range(7)))


def at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-02T08:31", 60, "2026-11-02T10:00"),  # before work
        ("2026-11-02T09:30", 180, "2026-11-02T12:30"),  # ends with the morning, not after lunch
        ("2026-11-02T09:30", 181, "2026-11-02T14:01"),
        ("2026-11-02T13:00", 30, "2026-11-02T14:30"),
        ("2026-11-06T17:00", 60, "2026-11-09T09:30"),  # over the weekend
        ("2026-12-31T17:00", 60, "2027-01-04T09:30"),  # New Year is a holiday, a Friday
        ("2026-11-10T17:00", 60, "2026-11-12T09:30"),  # Armistice Day
        ("2026-11-02T20:00", 0, "2026-11-02T20:00"),
    ],
)
def test_minutes_are_added_in_working_time(start: str, minutes: int, end: str) -> None:
    assert add_working_minutes(at(start), minutes, week(country="FR"), PARIS) == at(end)


def test_a_day_off_counts_nothing() -> None:
    hours = week(days_off=frozenset({"2026-11-03"}))
    assert add_working_minutes(at("2026-11-02T17:00"), 60, hours, PARIS) == at("2026-11-04T09:30")


@pytest.mark.parametrize(
    ("zone", "day", "hours_long"),
    [
        (PARIS, date(2026, 3, 29), 23),
        (PARIS, date(2026, 10, 25), 25),
        (MONTREAL, date(2026, 3, 8), 23),
        (MONTREAL, date(2026, 11, 1), 25),
        (PARIS, date(2026, 11, 2), 24),
    ],
)
def test_a_day_is_as_long_as_its_clock_says(zone: ZoneInfo, day: date, hours_long: int) -> None:
    assert minutes_of(working_stretches(day, day, ALWAYS, zone)) == hours_long * 60


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [(PARIS, date(2026, 3, 29), 180), (PARIS, date(2026, 10, 25), 300), (MONTREAL, date(2026, 11, 1), 240)],
)
def test_night_work_loses_and_gains_the_hour(zone: ZoneInfo, day: date, minutes: int) -> None:
    # In Montréal the hour from 1 comes twice; the span begins with the first 01:00 and so holds 01:00 twice.
    expected = minutes + 60 if zone is MONTREAL else minutes
    assert minutes_of(working_stretches(day, day, NIGHT, zone)) == expected


def test_a_time_that_the_clocks_skip_is_an_hour_later() -> None:
    assert local_moment(date(2026, 3, 29), 150, PARIS).isoformat() == "2026-03-29T03:30:00+02:00"


def test_who_never_works_is_taken_by_the_clock() -> None:
    start = at("2026-11-02T08:00")
    assert add_working_minutes(start, 90, WorkingHours(spans=()), PARIS) == start + timedelta(minutes=90)


def test_a_day_without_work_ends_when_work_usually_does() -> None:
    assert day_end(date(2026, 11, 7), week(), PARIS) == at("2026-11-07T17:30")
    assert day_end(date(2026, 11, 7), WorkingHours(spans=()), PARIS) == at("2026-11-07T18:00")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
zones = st.sampled_from([PARIS, MONTREAL, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
weeks = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1320), st.integers(120, 600)).map(
        lambda span: Span(span[0], span[1], min(1440, span[1] + span[2]))
    ),
    min_size=1,
    max_size=8,
).map(lambda spans: WorkingHours(spans=tuple(spans)))


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(1, 3000), weeks, zones)
def test_between_takes_back_what_add_gave(start: datetime, minutes: int, hours: WorkingHours, zone: ZoneInfo) -> None:
    end = add_working_minutes(start, minutes, hours, zone)
    assert working_minutes_between(start, end, hours, zone) == minutes
    assert working_minutes_between(end, start, hours, zone) == -minutes


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(0, 2000), st.integers(0, 2000), weeks, zones)
def test_adding_twice_is_adding_the_sum(
    start: datetime, first: int, then: int, hours: WorkingHours, zone: ZoneInfo
) -> None:
    once = add_working_minutes(start, first + then, hours, zone)
    assert add_working_minutes(add_working_minutes(start, first, hours, zone), then, hours, zone) == once
