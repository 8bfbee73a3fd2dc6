"""What rises: against its own past week, never for being loud; and what nobody asked for has its two places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.steps.news.rising import elsewhere, mention_rises, rising
from cmday.storage.trends import Trend

DAY = 86_400
NOW = 1_800_000_000


def trend(
    today: int, week: tuple[int, ...], *, name: str = "x", language: str | None = "en", points: float = 0.0
) -> Trend:
    return Trend(
        feed_url="https://t.example",
        entry=name,
        title=name,
        url=f"https://e.example/{name}",
        language=language,
        unread=True,
        whose=(),
        points=points,
        today=today,
        week=week,
    )


@pytest.mark.parametrize(
    ("today", "week", "times"),
    [
        (60, (10, 10, 10, 10, 10, 10, 10), 6),
        (1000, (1000,) * 7, None),  # loud, and as loud as ever
        (60, (), None),  # nothing to hold it against
        (4, (0,) * 7, None),  # too few to mean anything
        (12, (0,) * 7, 12),
        (3, (5, 5, 5, 5, 5, 5, 50), 10),  # it rose yesterday; this morning is young
        (19, (10,) * 7, None),
    ],
)
def test_a_rise_is_against_its_own_week(today: int, week: tuple[int, ...], times: float | None) -> None:
    assert [round(one.times) for one in rising([trend(today, week)])] == ([times] if times else [])


@given(st.integers(1, 10_000), st.integers(1, 7))
def test_what_is_told_evenly_never_rises(count: int, days: int) -> None:
    assert rising([trend(count, (count,) * days)]) == []


def test_elsewhere_is_one_from_here_and_one_from_outside() -> None:
    week = (10,) * 7
    rises = rising(
        [
            trend(100, week, name="near"),
            trend(90, week, name="also near"),
            trend(50, week, name="loin", language="pt-BR"),
            trend(40, week, name="猫が辞める", language=None),
            trend(500, week, name="asked for", points=3.0),
        ]
    )
    assert [one.trend.title for one in elsewhere(rises, {"en", "fr"}, ())] == ["near", "loin"]
    assert [one.trend.title for one in elsewhere(rises, {"en", "fr", "pt"}, ())] == ["near", "猫が辞める"]
    assert [one.trend.title for one in elsewhere(rises, {"en"}, {"https://e.example/near"})] == ["also near", "loin"]
    assert elsewhere([], {"en"}, ()) == []


def test_mentions_rise_against_usual_days() -> None:
    usual = [NOW - DAY - 3600 - DAY * n for n in range(7)]
    today = [NOW - 60, NOW - 120, NOW - 180]
    found = mention_rises({"a": [*today, *usual], "b": usual, "c": today[:2], "d": [*today, *usual, *usual]}, NOW)
    assert {name: (one.today, one.usual) for name, one in found.items()} == {"a": (3, 1.0)}
