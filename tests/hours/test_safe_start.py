"""The latest safe start: backwards through free time, and through what waits for what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cmday.core.operations import Operation
from cmday.hours.free import without
from cmday.hours.safe_start import latest_safe_start, safe_starts
from cmday.hours.working import Stretch, working_stretches
from tests.hours.example import week

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 2, 8, 31, tzinfo=PARIS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=PARIS)


def operation(id_: str, hours: float = 2, due: str | None = None, **more: Any) -> Operation:
    return Operation(
        id=id_, title=id_, community=None, duration=hours * HOUR, created=NOW, due=at(due) if due else None, **more
    )


WORK = working_stretches(at("02T00:00").date(), at("20T00:00").date(), week(), PARIS)  # 9:30-12:30, 14:00-17:30


def starts(*operations: Operation, taken: dict[str, Stretch] | None = None) -> dict[str, str]:
    def free(one: Operation, chain: frozenset[str]) -> list[Stretch]:
        return without(WORK, [span for id_, span in (taken or {}).items() if id_ not in chain])

    found = safe_starts(operations, lambda one: one.duration, free)
    return {
        id_: safe.start.astimezone(PARIS).strftime("%dT%H:%M") if safe.start else "-" for id_, safe in found.items()
    }


def test_a_deadline_is_met_from_the_last_free_time_before_it() -> None:
    assert starts(operation("rules", 2, "05T18:00")) == {"rules": "05T15:30"}
    assert starts(operation("rules", 5, "05T18:00")) == {"rules": "05T11:00"}
    assert starts(operation("rules", 2, "05T09:30")) == {"rules": "04T16:00"}
    assert starts(operation("rules", 2)) == {}


def test_what_waits_leaves_less_time() -> None:
    chain = (
        operation("rules", 2),
        operation("texts", 3, after=("rules",)),
        operation("page", 1, "05T17:30", after=("texts",)),
    )
    assert starts(*chain) == {"page": "05T16:30", "texts": "05T12:00", "rules": "05T10:00"}
    own = operation("rules", 2, "03T12:30")
    assert starts(own, *chain[1:])["rules"] == "03T10:30"


def test_gaps_and_buffers_count_by_the_clock() -> None:
    first = operation("first", 1, buffer=2 * HOUR)
    for gap, expected in ((0, "04T11:30"), (1, "04T11:30"), (4, "04T10:30")):
        second = operation("second", 2, "04T18:30", after=("first",), gap=gap * HOUR)
        assert starts(first, second) == {"second": "04T15:30", "first": expected}


def test_what_goes_by_itself_needs_no_free_time() -> None:
    post = operation("post", 0.25, "07T20:00", presence=False, after=("text",))  # a Saturday evening
    assert starts(operation("text", 2), post) == {"post": "07T19:45", "text": "06T15:30"}


def test_other_operations_take_time_and_ones_own_chain_does_not() -> None:
    taken = {
        "other": (at("05T15:30").astimezone(UTC), at("05T17:30").astimezone(UTC)),
        "page": (at("05T14:00").astimezone(UTC), at("05T15:30").astimezone(UTC)),
    }
    chain = (operation("text", 1), operation("page", 1, "05T18:00", after=("text",)))
    assert starts(*chain, taken=taken) == {"page": "05T14:30", "text": "05T12:00"}


def test_several_that_wait_leave_what_the_most_pressing_leaves() -> None:
    first = operation("first", 1)
    soon, late = (
        operation(name, 1, due, after=("first",)) for name, due in (("soon", "04T12:30"), ("late", "10T12:30"))
    )
    assert starts(first, soon, late)["first"] == "04T10:30"


def test_a_circle_does_not_go_round() -> None:
    one, other = operation("one", 1, "05T12:30", after=("other",)), operation("other", 1, "06T12:30", after=("one",))
    assert set(starts(one, other, operation("alone", 1, "05T12:30"))) == {"one", "other", "alone"}


def test_no_time_at_all_is_no_start() -> None:
    assert starts(operation("huge", 1000, "05T18:00")) == {"huge": "-"}


@pytest.mark.parametrize(
    ("zone", "due", "expected"),
    [
        # Three hours before six in the morning of the days on which clocks change, by the clock that people see.
        ("Europe/Paris", "2026-03-29T06:00", "2026-03-29T01:00+01:00"),
        ("Europe/Paris", "2026-10-25T06:00", "2026-10-25T03:00+01:00"),
        ("Australia/Lord_Howe", "2026-10-04T03:00", "2026-10-03T23:30+10:30"),
        ("Australia/Lord_Howe", "2026-04-05T03:00", "2026-04-05T00:30+11:00"),
    ],
)
def test_hours_are_real_hours_when_clocks_change(zone: str, due: str, expected: str) -> None:
    here = ZoneInfo(zone)
    moment = datetime.fromisoformat(due).replace(tzinfo=here)
    length = 4 * HOUR if zone == "Europe/Paris" and "03-29" in due else 3 * HOUR
    whole = [(moment.astimezone(UTC) - timedelta(days=2), moment.astimezone(UTC))]
    found = latest_safe_start(moment, length, whole)
    assert found is not None
    assert found.isoformat(timespec="minutes") == expected


spans = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), max_size=12)


@given(spans, spans)
def test_free_time_is_what_nothing_takes(given_: list[tuple[int, int]], cut: list[tuple[int, int]]) -> None:
    base = datetime(2026, 11, 2, tzinfo=UTC)

    def stretch(pair: tuple[int, int]) -> Stretch:
        return base + timedelta(minutes=pair[0]), base + timedelta(minutes=pair[0] + pair[1])

    def covered(stretches: list[Stretch]) -> set[int]:
        return {
            minute
            for start, end in stretches
            for minute in range(int((start - base).total_seconds() // 60), int((end - base).total_seconds() // 60))
        }

    from cmday.hours.working import merged

    work, taken = merged(map(stretch, given_)), [stretch(pair) for pair in cut]
    left = without(work, taken)
    assert covered(left) == covered(work) - covered(taken)
    assert left == sorted(left)
    assert all(a < b for a, b in left)


def test_what_is_fixed_begins_when_it_does_whatever_the_hours() -> None:
    live = operation("live", 1, "07T21:00", start=at("07T20:00"), locked=True)
    assert starts(live) == {"live": "07T20:00"}
    assert starts(operation("text", 2), replace(live, after=("text",))) == {"live": "07T20:00", "text": "06T15:30"}
