"""The estimate follows what was counted, as far as that goes, and says how far it goes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import isfinite
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.core.communities import Community
from cmday.hours.quiet.circadian import expected_shifts, learnt_shifts, week_of
from cmday.hours.quiet.measured import MeasuredTraffic
from cmday.hours.quiet.measuring import MeasuredWeek, basis_of, measure
from cmday.hours.quiet.weeks import CELLS, Week
from tests.hours.example import week as working

HERE = expected_shifts([(0, 1)])
PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 11, 2)
EVENING = [0.05] * 8 + [0.5, 0.4, 0.3, 0.3, 1.6, 1.0, 0.4, 0.4, 0.6, 0.9, 1.4, 2.5, 3.0, 2.5, 1.2, 0.4]


def seen(shape: list[float], weeks: int = 6, scale: float = 10.0, *, later: int = 0) -> list[Week]:
    """Weeks of random counts about a day's shape, ``later`` hours later."""
    chance = Random(1)
    return [
        Week(
            age,
            [
                float(sum(chance.random() < shape[(cell - later) % 24] * scale / 100 for _ in range(100)))
                for cell in range(CELLS)
            ],
            [1.0] * CELLS,
        )
        for age in range(weeks)
    ]


def traffic(week: MeasuredWeek, zone: str = "Europe/Paris") -> MeasuredTraffic:
    return MeasuredTraffic(week, Community(short="bem", title="BEM", zone=zone), working(), PARIS, MONDAY)


def test_much_data_shows_its_own_shape() -> None:
    found = measure(seen(EVENING), HERE)
    assert found.basis == "measured"
    assert max(range(CELLS), key=lambda cell: found.traffic[cell]) % 24 in (19, 20)
    assert found.traffic[24 + 10] < 0.6 < found.traffic[24 + 12]
    assert found.shift == 0


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 40), min_size=CELLS, max_size=CELLS),
            st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=CELLS, max_size=CELLS),
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([None, HERE, expected_shifts([(5.5, 2), (-9, 1)])]),
)
def test_any_counts_give_a_week_of_finite_positive_traffic(
    weeks: list[tuple[list[int], list[float]]], expected: tuple[float, ...] | None
) -> None:
    given_weeks = [
        Week(age, [float(one * bool(share)) for one, share in zip(people, exposure, strict=True)], exposure)
        for age, (people, exposure) in enumerate(weeks)
    ]
    found = measure(given_weeks, expected)
    for week in (found.traffic, *found.draws):
        assert len(week) == CELLS
        assert all(isfinite(value) and value > 0 for value in week)
        assert sum(week) == pytest.approx(CELLS, rel=1e-3)


def test_without_a_count_it_is_the_circadian_prior() -> None:
    empty = measure([Week(0, [0.0] * CELLS, [1.0] * CELLS)], HERE)
    assert empty.basis == "configured"
    assert empty.draws == ()
    assert empty.traffic[4] < 0.4
    assert empty.traffic[20] > 1.2
    assert sum(week_of(HERE or ())) == pytest.approx(1)


@pytest.mark.parametrize(
    ("people", "weeks", "basis"),
    [
        (29, 10, "configured"),
        (30, 10, "weak"),
        (99, 10, "weak"),
        (100, 2, "weak"),
        (100, 2.9, "measured"),
        (5000, 1, "weak"),
    ],
)
def test_what_so_many_people_hours_are_worth(people: int, weeks: float, basis: str) -> None:
    assert basis_of(people, weeks) == basis


def test_a_day_left_out_does_not_count_as_quiet() -> None:
    counted, left_out = seen(EVENING), seen(EVENING)
    for week in (*counted, *left_out):
        week.people[48:72] = [0.0] * 24
    for week in left_out:
        week.exposure[48:72] = [0.0] * 24
    quiet, open_ = measure(counted, HERE).traffic, measure(left_out, HERE).traffic
    tuesday, wednesday = sum(open_[24:48]), sum(open_[48:72])
    assert wednesday == pytest.approx(tuesday, rel=0.15)
    assert sum(quiet[48:72]) < 0.6 * wednesday


def test_nights_that_no_sweep_saw_do_not_pass_for_dead() -> None:
    asleep = seen([0.0] * 8 + EVENING[8:])
    unseen = [Week(one.age, list(one.people), [float(cell % 24 >= 8) for cell in range(CELLS)]) for one in asleep]
    night = slice(24, 32)
    assert sum(measure(unseen, HERE).traffic[night]) > 1.5 * sum(measure(asleep, HERE).traffic[night])


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Montreal", "Asia/Tokyo", "Asia/Kolkata"])
def test_windows_move_with_the_zone(zone: str) -> None:
    """The same local habits elsewhere are the same hours there, and other hours here."""
    found = traffic(measure(seen(EVENING), HERE), zone)
    evening = datetime(2026, 11, 4, 20, tzinfo=ZoneInfo(zone))
    hour = timedelta(hours=1)
    assert found.between(evening, evening + hour) > 1.8
    assert found.level(evening, evening + hour) == "peak"
    peaks = [one for one in found.windows(MONDAY, MONDAY + timedelta(days=6)) if one.level == "peak"]
    assert any(one.start <= evening < one.end for one in peaks)
    quarter = evening.astimezone(PARIS)
    curve = found.curve(quarter.date())
    assert curve[quarter.hour * 4 + quarter.minute // 15] == pytest.approx(
        found.between(evening, evening + hour / 4), abs=2e-3
    )


@given(st.integers(0, 60 * 24 * 20), st.integers(1, 60 * 24 * 3), st.integers(1, 60 * 24 * 3))
def test_the_mean_of_a_span_is_that_of_its_parts(begin: int, first: int, second: int) -> None:
    found = TRAFFIC
    start = datetime(2026, 10, 20, tzinfo=UTC) + timedelta(minutes=begin)  # the clocks change within
    middle, end = start + timedelta(minutes=first), start + timedelta(minutes=first + second)
    parts = found.between(start, middle) * first + found.between(middle, end) * second
    assert found.between(start, end) * (first + second) == pytest.approx(parts, rel=0.02)


def test_windows_are_quiet_in_working_hours_and_argued() -> None:
    best = TRAFFIC.arguments(MONDAY)
    assert best
    assert best[0].window.traffic == min(one.window.traffic or 9 for one in best)
    for one in best:
        start, end = one.window.start, one.window.end
        assert one.window.level == "quiet"
        assert 9 <= start.hour < end.hour + end.minute / 60 <= 17.5
        assert 0.0 < (one.window.confidence or 0) <= 0.9
        assert one.window.traffic == pytest.approx(TRAFFIC.between(start, end), abs=0.01)
        assert 0 <= one.quieter_than <= 10
    assert best[0].quieter_than >= 8
    assert TRAFFIC.confidence


def test_little_is_less_sure_than_much() -> None:
    weak, strong = (traffic(measure(seen(EVENING, weeks, scale), HERE)) for weeks, scale in ((2, 0.4), (6, 10)))
    assert weak.basis == "weak"
    assert (weak.confidence or 0) < (strong.confidence or 0) <= 0.9


def test_a_day_that_contradicts_the_zone_is_noticed_and_does_not_ruin_the_estimate() -> None:
    far = measure(seen(EVENING, later=6), HERE)
    assert far.shift >= 4
    agreed = measure(seen(EVENING, later=6), expected_shifts([(6, 1)]))
    assert agreed.shift == 0
    assert [round(one, 1) for one in far.traffic[::6]] == pytest.approx(
        [round(one, 1) for one in agreed.traffic[::6]], abs=0.35
    )


def test_an_audience_in_two_zones_is_found_again() -> None:
    two = expected_shifts([(0, 3), (6, 1)])
    assert two
    week = week_of(two)
    hours = [sum(week[hour::24]) * 4000 for hour in range(24)]
    shares = learnt_shifts(hours, None)
    near = sum(shares[shift] for shift in (22, 23, 0, 1, 2))
    assert near > 0.5 > sum(shares[4:9]) > 0.05
    assert sum(shares) == pytest.approx(1)
    assert expected_shifts([(5.5, 1)]) == tuple(0.5 if shift in (5, 6) else 0.0 for shift in range(24))
    assert expected_shifts([]) is None


TRAFFIC = traffic(measure(seen(EVENING), HERE))
