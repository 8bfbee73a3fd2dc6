"""Instants fall into the cells of the local week, whatever the clocks do, and what nobody looked at has no exposure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.hours.quiet.weeks import Week, cell_of, counted, day_of, length_in_weeks, offsets, weeks_of

ZONES = ("Europe/Paris", "America/Montreal", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata")


def at(year: int, month: int, day: int, zone: str, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=ZoneInfo(zone)).timestamp())


def week(zone: str, year: int, month: int, day: int) -> Week:
    """A week from a local midnight, looked at from end to end."""
    start = at(year, month, day, zone)
    last = date(year, month, day) + timedelta(days=7)
    end = at(last.year, last.month, last.day, zone)
    whole = weeks_of([], [(start, end)], offsets(ZoneInfo(zone), start, end))
    assert len(whole) == 1
    return whole[0]


@pytest.mark.parametrize(
    ("zone", "first", "missing", "doubled"),
    [
        ("Europe/Paris", (2026, 3, 23), {146: 0.0}, {}),
        ("Europe/Paris", (2026, 10, 19), {}, {146: 2.0}),
        ("America/Montreal", (2026, 3, 2), {146: 0.0}, {}),
        ("America/Montreal", (2026, 10, 26), {}, {145: 2.0}),
        ("Australia/Sydney", (2026, 9, 28), {146: 0.0}, {}),
        ("Australia/Sydney", (2026, 3, 30), {}, {146: 2.0}),
        ("Australia/Lord_Howe", (2026, 9, 28), {146: 0.5}, {}),
        ("Australia/Lord_Howe", (2026, 3, 30), {}, {145: 1.5}),
    ],
)
def test_hours_that_the_clocks_skip_or_repeat_are_exposed_as_often_as_they_were(
    zone: str, first: tuple[int, int, int], missing: dict[int, float], doubled: dict[int, float]
) -> None:
    exposure = week(zone, *first).exposure
    assert {cell: share for cell, share in enumerate(exposure) if share != 1.0} == {**missing, **doubled}


@pytest.mark.parametrize("zone", ZONES)
def test_a_habit_of_eight_in_the_evening_stays_in_its_cells_all_year(zone: str) -> None:
    where = ZoneInfo(zone)
    start, end = at(2027, 12, 20, zone), at(2028, 12, 20, zone)
    clock = offsets(where, start, end)
    people = []
    for ahead in range(366):  # over two year ends and a leap day
        day = date(2027, 12, 20) + timedelta(days=ahead)
        moment = datetime(day.year, day.month, day.day, 20, tzinfo=where)
        shift = moment.utcoffset() or timedelta()
        local = int((moment.timestamp() + shift.total_seconds()) // 3600)
        assert day_of(local) == day
        people.append((local, 3.0))
    weeks = weeks_of(people, [(start, end)], clock)
    assert {cell % 24 for one in weeks for cell, count in enumerate(one.people) if count} == {20}
    assert counted(weeks) == 3 * 366
    assert sum(sum(one.exposure) for one in weeks) == pytest.approx(366 * 24)


def test_offsets_cover_the_span_without_a_gap_and_change_when_the_clocks_do() -> None:
    start, end = at(2026, 1, 1, "UTC"), at(2027, 1, 1, "UTC")
    found = offsets(ZoneInfo("Australia/Lord_Howe"), start, end)
    assert [one.seconds for one in found] == [39600, 37800, 39600]
    assert [found[0].start, *(one.end for one in found)] == [start, found[1].start, found[2].start, end]
    assert datetime.fromtimestamp(found[1].start, UTC).isoformat() == "2026-04-04T15:00:00+00:00"


def test_hours_nobody_looked_at_and_days_left_out_have_no_exposure() -> None:
    monday = at(2026, 9, 7, "Europe/Paris")
    clock = offsets(ZoneInfo("Europe/Paris"), monday, monday + 7 * 86400)
    there = (monday + 7200) // 3600
    people = [(there + hour, 1.0) for hour in range(168)]
    morning = [(monday + day * 86400 + 8 * 3600, monday + day * 86400 + 12 * 3600 + 900) for day in range(7)]
    [one] = weeks_of(people, morning, clock, {date(2026, 9, 9)})
    assert one.exposure[8:13] == [1.0, 1.0, 1.0, 1.0, 0.25]
    assert sum(one.exposure) == pytest.approx(6 * 4.25)
    assert not any(one.exposure[48:72])
    assert counted([one]) == 6 * 5  # what was seen outside what was looked at does not count either
    assert length_in_weeks([one]) == pytest.approx(6 * 4.25 / 168)


@given(
    st.lists(st.tuples(st.integers(500_000, 500_600), st.integers(0, 9)), max_size=60),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_does_not_matter(people: list[tuple[int, int]], chance: object) -> None:
    start, end = 500_000 * 3600, 500_600 * 3600
    clock = offsets(ZoneInfo("UTC"), start, end)
    shuffled = list(people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (weeks_of(rows, [(start, end)], clock) for rows in (people, shuffled))
    assert [(week.age, week.people, week.exposure) for week in one] == [
        (week.age, week.people, week.exposure) for week in other
    ]


def test_cells_count_from_monday_midnight() -> None:
    assert cell_of(int(datetime(2026, 11, 2, tzinfo=UTC).timestamp()) // 3600) == 0
    assert cell_of(int(datetime(2026, 11, 8, 23, tzinfo=UTC).timestamp()) // 3600) == 167
