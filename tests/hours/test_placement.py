"""Placement: the hard rules hold whatever is asked, and what is agreed to stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cmday.core.communities import Community, Span, WorkingHours
from cmday.core.operations import Operation
from cmday.hours.ground import Busy, Ground
from cmday.hours.placement import place
from cmday.hours.safe_start import latest_safe_start
from tests.hours.example import week

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 2, 8, 31, tzinfo=PARIS)
BEM = Community(
    short="bem",
    title="BEM",
    quiet=tuple(Span(day, 570, 690) for day in range(5)),
    peak=tuple(Span(day, 16 * 60, 17 * 60) for day in range(5)),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def operation(name: str = "a", minutes: int = 60, **fields: object) -> Operation:
    values = {"id": name, "title": name, "community": "bem", "duration": timedelta(minutes=minutes), "created": NOW}
    return Operation(**(values | fields))  # type: ignore[arg-type]


def ground(*busy: tuple[str, str], now: datetime = NOW, hours: WorkingHours | None = None) -> Ground:
    taken = tuple(Busy(at(start).astimezone(UTC), at(end).astimezone(UTC), "meeting") for start, end in busy)
    return Ground(now=now, zone=PARIS, hours=hours or week(), communities={"bem": BEM}, busy=taken)


def starts(operations: Sequence[Operation], where: Ground) -> dict[str, str]:
    placed = place(operations, where).placed
    return {one.operation.id: one.start.astimezone(PARIS).strftime("%d %H:%M") for one in placed}


def test_each_goes_where_it_wants_to_be() -> None:
    wishes = [operation("q"), operation("p", wants="peak"), operation("x", wants="any")]
    # Any quiet hour is as good as another, so the one that wants quiet leaves the early hour to the one that does not.
    assert starts(wishes, ground()) == {"q": "02 10:00", "p": "02 16:00", "x": "02 09:00"}


def test_the_calendar_and_the_deadline_are_kept() -> None:
    meeting = ("2026-11-02T09:30", "2026-11-02T11:00")
    assert starts([operation()], ground(meeting)) == {"a": "03 09:30"}
    assert starts([operation(due=at("2026-11-02T17:30"))], ground(meeting)) == {"a": "02 11:00"}


def test_priority_goes_first() -> None:
    rivals = [operation("late", 120, priority=2), operation("first", 120, priority=1, created=NOW)]
    assert starts(rivals, ground()) == {"first": "02 09:30", "late": "03 09:30"}


def test_what_is_agreed_to_stays_and_what_went_by_moves() -> None:
    there = operation("a", start=at("2026-11-04T15:15"))
    gone = operation("b", start=at("2026-11-01T15:15"))
    placement = place([there, gone], ground())
    assert {one.operation.id: one.kept for one in placement.placed} == {"a": "fits", "b": None}
    assert starts([there, gone], ground())["a"] == "04 15:15"


def test_something_urgent_may_move_what_is_agreed_to() -> None:
    there = operation("a", 210, start=at("2026-11-02T09:00"), wants="any")
    urgent = operation("b", 210, due=at("2026-11-02T12:30"), priority=1)
    assert starts([there, urgent], ground()) == {"b": "02 09:00", "a": "02 14:00"}


def test_begun_and_locked_stay_even_over_a_meeting() -> None:
    now = at("2026-11-02T10:00")
    running = operation("r", 60, state="running", began=at("2026-11-02T09:40"), start=at("2026-11-02T09:30"))
    locked = operation("l", 60, locked=True, start=at("2026-11-02T14:00"))
    placed = place([running, locked], ground(("2026-11-02T14:00", "2026-11-02T15:00"), now=now)).placed
    assert [(one.kept, one.end.astimezone(PARIS).strftime("%H:%M")) for one in placed] == [
        ("begun", "10:40"),
        ("locked", "15:00"),
    ]


def test_what_has_no_place_says_why_and_what_would_help() -> None:
    full = ground(("2026-11-02T09:00", "2026-11-02T12:00"), ("2026-11-02T14:00", "2026-11-02T15:30"))
    [missing] = place([operation(minutes=150, due=at("2026-11-02T17:30"))], full).unplaced
    assert missing.reason == "full"
    assert [(fix.kind, fix.at and fix.at.astimezone(PARIS).strftime("%d %H:%M")) for fix in missing.fixes] == [
        ("deadline", "03 11:30"),
        ("event", None),
    ]
    [long] = place([operation(minutes=300)], ground()).unplaced
    assert long.reason == "too-long"
    assert [fix.kind for fix in long.fixes] == ["split"]
    [over] = place([operation(due=at("2026-11-01T12:00"))], ground()).unplaced
    assert over.reason == "overdue"
    [late] = place([operation(minutes=120, due=at("2026-11-02T10:00"))], ground()).unplaced
    assert late.reason == "too-late"


def test_a_community_with_hours_of_its_own_gets_those() -> None:
    own = msgspec.structs.replace(BEM, hours=WorkingHours(spans=(Span(3, 600, 720),)))
    where = Ground(now=NOW, zone=PARIS, hours=week(), communities={"bem": own})
    assert starts([operation()], where) == {"a": "05 10:00"}


def test_the_latest_safe_start_leaves_just_enough_free_time() -> None:
    where = ground(("2026-11-03T14:00", "2026-11-03T16:30"))
    free = where.free(None, [])
    due = at("2026-11-03T17:30")
    assert latest_safe_start(due, timedelta(hours=1), free) == at("2026-11-03T16:30")
    assert latest_safe_start(due, timedelta(hours=2), free) == at("2026-11-03T11:30")
    assert latest_safe_start(due, timedelta(hours=40), free) is None


def around(first: int, last: int) -> st.SearchStrategy[datetime | None]:
    """None, or a moment so many minutes from now."""
    return st.none() | st.integers(first, last).map(lambda minutes: NOW + timedelta(minutes=minutes))


operations = st.lists(
    st.builds(
        lambda minutes, wants, due, after, priority, start, state, community: {
            "duration": timedelta(minutes=minutes),
            "wants": wants,
            "due": due,
            "not_before": after,
            "priority": priority,
            "start": start,
            "state": state,
            "community": community,
        },
        st.integers(5, 300),
        st.sampled_from(["quiet", "peak", "any"]),
        around(-600, 20000),
        around(-600, 10000),
        st.integers(1, 3),
        around(-600, 15000),
        st.sampled_from(["open", "paused"]),
        st.sampled_from([None, "bem"]),
    ),
    max_size=8,
)
meetings = st.lists(st.tuples(st.integers(0, 20000), st.integers(5, 600)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(operations, meetings)
def test_no_hard_rule_is_ever_broken(fields: list[dict[str, Any]], taken: list[tuple[int, int]]) -> None:
    busy = tuple(
        Busy((NOW + timedelta(minutes=a)).astimezone(UTC), (NOW + timedelta(minutes=a + b)).astimezone(UTC), "m")
        for a, b in taken
    )
    where = Ground(now=NOW, zone=PARIS, hours=week(), communities={"bem": BEM}, busy=busy)
    wanted = [operation(str(number), **one) for number, one in enumerate(fields)]
    found = place(wanted, where)
    assert sorted([one.operation.id for one in found.placed] + [one.operation.id for one in found.unplaced]) == sorted(
        one.id for one in wanted
    )
    assert found == place(list(reversed(wanted)), where)
    for one in found.placed:
        if one.kept == "now":
            continue
        own = one.operation
        assert one.end - one.start == where.length(own)
        assert one.start >= max(NOW, own.not_before or NOW)
        assert own.due is None or one.end <= own.due
        assert any(a <= one.start and one.end <= b for a, b in where.free(own.community, []))
    in_order = sorted((one.start, one.end) for one in found.placed)
    assert all(end <= start for (_, end), (start, _) in pairwise(in_order))
    # Agreed to and asked again, nothing moves.
    agreed = [msgspec.structs.replace(one.operation, start=one.start) for one in found.placed]
    again = place(agreed, where)
    assert {one.operation.id: one.start for one in again.placed} == {
        one.operation.id: one.start for one in found.placed
    }
