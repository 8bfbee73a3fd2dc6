"""When an hour is an alarm: the counts alone."""

from __future__ import annotations

from random import Random
from statistics import mean, pstdev

from hypothesis import assume, given
from hypothesis import strategies as st

from cmday.crisis.decision import WEEK, decide

QUIET = [0] * WEEK


def some_hours(seed: int, most: int, length: int) -> list[int]:
    """Any hours: a list drawn number by number would cost seconds."""
    source = Random(seed)
    return [source.randint(0, most) if source.random() < 0.7 else 0 for _hour in range(length)]


COUNTS = st.builds(some_hours, st.integers(0, 2**32), st.integers(0, 40), st.integers(72, WEEK + 30))


def test_ten_by_five_after_a_silent_week() -> None:
    assert decide(10, 5, QUIET, 500).verdict == "alarm"
    assert decide(9, 9, QUIET, 500).verdict == "calm"
    assert decide(30, 4, QUIET, 500).verdict == "calm"


def test_nothing_is_said_under_three_days() -> None:
    judged = decide(200, 100, QUIET, 71.99)
    assert (judged.verdict, judged.mean, judged.sigma, judged.threshold) == ("young", None, None, None)
    assert decide(200, 100, QUIET, 72).verdict == "alarm"


def test_what_is_usual_is_no_alarm() -> None:
    assert decide(30, 20, [30] * WEEK, 500).verdict == "calm"
    assert decide(31, 20, [30] * WEEK, 500).verdict == "alarm"


@given(st.integers(0, 400), st.integers(0, 400), COUNTS, st.floats(72, 2000))
def test_it_is_the_rule_as_it_is_written(count: int, people: int, before: list[int], known: float) -> None:
    judged = decide(count, people, before, known)
    compared = before[: min(WEEK, int(known) - 1)]
    assert judged.hours == len(compared)
    assert judged.mean is not None
    assert judged.sigma is not None
    assert abs(judged.mean - mean(compared)) < 1e-9
    assert abs(judged.sigma - pstdev(compared)) < 1e-6
    limit = mean(compared) + 6 * pstdev(compared)
    assume(abs(count - limit) > 1e-6)
    assert (judged.verdict == "alarm") == (count > limit and count >= 10 and people >= 5)


@given(st.integers(0, 200), st.integers(0, 60), COUNTS, st.floats(0, 2000))
def test_one_more_by_one_more_person_never_ends_an_alarm(
    count: int, people: int, before: list[int], known: float
) -> None:
    assume(decide(count, people, before, known).verdict == "alarm")
    assert decide(count + 1, people + 1, before, known).verdict == "alarm"


@given(COUNTS)
def test_what_is_older_than_a_week_does_not_count(before: list[int]) -> None:
    whole = (before * 4)[: WEEK + 40]
    assert decide(12, 6, whole, 9_000) == decide(12, 6, whole[:WEEK], 9_000)
