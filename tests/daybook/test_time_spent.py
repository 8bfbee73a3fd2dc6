"""The time between two things done is the later one's step's; who does nothing for ten minutes was away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cmday.daybook.time_spent import time_spent
from cmday.storage.journal import JournalEntry

MORNING = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def lines(*told: tuple[int, str, str | None]) -> list[JournalEntry]:
    """One line for each minute, verb and step."""
    return [
        JournalEntry(id=number, at=MORNING + timedelta(minutes=minute), verb=verb, step=step, item="op-1", text="")
        for number, (minute, verb, step) in enumerate(told)
    ]


def minutes(*told: tuple[int, str, str | None]) -> dict[str | None, int]:
    return {one.step: one.minutes for one in time_spent(lines(*told))}


def test_each_step_has_the_time_before_what_was_done_in_it() -> None:
    spent = minutes(
        (0, "start", None), (4, "done", "notifications"), (9, "reply", "notifications"), (11, "read", "news")
    )
    assert spent == {None: 0, "notifications": 9, "news": 2}


def test_an_absence_is_nobodys() -> None:
    assert minutes(
        (0, "done", "news"), (10, "done", "news"), (21, "done", "moderation"), (22, "done", "moderation")
    ) == {
        "news": 10,
        "moderation": 1,
    }


def test_an_operation_that_runs_is_no_absence() -> None:
    assert minutes((0, "begin", "planning"), (90, "pause", "planning"), (180, "done", "news")) == {
        "planning": 90,
        "news": 0,
    }


def test_nothing_done_took_no_time() -> None:
    assert time_spent([]) == []


@given(
    st.lists(
        st.tuples(
            st.integers(0, 900),
            st.sampled_from(["done", "read", "begin", "pause"]),
            st.sampled_from(["news", "planning", None]),
        )
    )
)
def test_all_steps_together_never_take_longer_than_the_day(told: list[tuple[int, str, str | None]]) -> None:
    span = max((minute for minute, _, _ in told), default=0) - min((minute for minute, _, _ in told), default=0)
    spent = time_spent(lines(*told))
    assert sum(one.minutes for one in spent) <= span + len(spent)
    assert all(one.minutes >= 0 for one in spent)
    assert sum(one.deeds for one in spent) == len(told)
