"""From operations to places: chains, buffers, limits, hours, clocks that change, what would help, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cmday.core.communities import Community, Span, WorkingHours
from cmday.core.operations import Operation
from cmday.hours.ground import Busy, Ground
from cmday.hours.placement import Fix, Placement, choices, moved, place
from cmday.hours.placement.fixes import _Patience
from cmday.hours.placement.grid import Grid
from cmday.hours.placement.holding import Held
from cmday.hours.placement.translating import _spent
from tests.hours.example import week

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 2, 8, 31, tzinfo=PARIS)
BEM = Community(
    short="bem",
    title="BEM",
    quiet=tuple(Span(day, 570, 690) for day in range(5)),
    peak=(*(Span(day, 16 * 60, 17 * 60) for day in range(5)), Span(5, 20 * 60, 22 * 60)),
)


def at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def operation(name: str = "a", minutes: int = 60, **fields: Any) -> Operation:
    values: dict[str, Any] = {
        "id": name,
        "title": name,
        "community": "bem",
        "duration": timedelta(minutes=minutes),
        "created": NOW,
    }
    return Operation(**(values | fields))


def ground(*busy: tuple[str, str], hours: WorkingHours | None = None, now: datetime = NOW) -> Ground:
    taken = tuple(Busy(at(start).astimezone(UTC), at(end).astimezone(UTC), "meeting") for start, end in busy)
    return Ground(now=now, zone=PARIS, hours=hours or week(), communities={"bem": BEM}, busy=taken)


def starts(operations: Sequence[Operation], where: Ground) -> dict[str, str]:
    return {one.operation.id: f"{one.start.astimezone(PARIS):%d %H:%M}" for one in place(operations, where).placed}


def agreed(found: Placement) -> list[Operation]:
    return [replace(one.operation, start=one.start) for one in found.placed]


def test_what_comes_after_waits_for_the_end_and_the_gap() -> None:
    chain = [
        operation("rules", 90, wants="any"),
        operation("announcement", 30, wants="peak", after=("rules",)),
        operation("draw", 30, wants="any", after=("announcement",), gap=timedelta(days=1)),
    ]
    assert starts(chain, ground()) == {"rules": "02 09:00", "announcement": "02 16:00", "draw": "03 16:30"}


def test_what_waits_for_something_begun_or_done_takes_its_end() -> None:
    begun = operation("a", 60, state="running", began=NOW - timedelta(minutes=11), start=NOW)
    after = [operation("b", wants="any", after=("a", "long done"), gap=timedelta(minutes=10))]
    assert starts([begun, *after], ground())["b"] == "02 09:30"


def test_what_waits_for_what_has_no_place_says_so() -> None:
    found = place([operation("a", 600), operation("b", after=("a",))], ground())
    assert {one.operation.id: one.reason for one in found.unplaced} == {"a": "too-long", "b": "waits"}


def test_a_buffer_is_kept_free_behind_and_before_what_is_locked() -> None:
    locked = operation("l", 60, locked=True, start=at("2026-11-02T10:00"), buffer=timedelta(minutes=30))
    one = operation("x", 60, wants="any", buffer=timedelta(minutes=15))
    assert starts([locked, one], ground()) == {"l": "02 10:00", "x": "02 11:30"}


def test_a_day_holds_no_more_than_its_limit() -> None:
    hours = replace(week(), day_limit=timedelta(hours=2))
    found = starts([operation(str(number), 60, wants="any") for number in range(5)], ground(hours=hours))
    assert sorted(when[:2] for when in found.values()) == ["02", "02", "03", "03", "04"]
    locked = operation("l", 120, locked=True, start=at("2026-11-02T14:00"))
    assert starts([locked, operation("x", wants="any")], ground(hours=hours))["x"] == "03 09:00"


def test_evenings_are_for_what_may_use_them() -> None:
    hours = replace(week(), extended=(Span(5, 20 * 60, 22 * 60),))
    wish = operation("x", wants="peak", not_before=at("2026-11-06T17:00"))
    assert starts([wish], ground(hours=hours)) == {"x": "09 16:00"}
    assert starts([replace(wish, hours="extended")], ground(hours=hours)) == {"x": "07 20:00"}


def test_what_leaves_by_itself_takes_no_time_and_may_leave_any_evening() -> None:
    post = operation("post", 15, wants="peak", presence=False, not_before=at("2026-11-07T00:00"))
    meeting = ("2026-11-07T08:00", "2026-11-07T23:00")
    locked = operation("l", 60, locked=True, start=at("2026-11-07T20:00"))
    assert starts([post, locked], ground(meeting))["post"] == "07 20:00"


@pytest.mark.parametrize(
    ("zone", "now", "slots"),
    [
        ("Europe/Paris", "2026-03-27T08:00", 14 * 96 - 4),
        ("Europe/Paris", "2026-10-23T08:00", 14 * 96 + 4),
        ("Australia/Lord_Howe", "2026-04-03T08:00", 14 * 96 + 2),
        ("Australia/Sydney", "2026-10-02T08:00", 14 * 96 - 4),
    ],
)
def test_days_are_as_long_as_the_clocks_make_them(zone: str, now: str, slots: int) -> None:
    from cmday.hours.placement.grid import Grid

    here = ZoneInfo(zone)
    hours = replace(week(days=7), day_limit=timedelta(hours=2))
    where = Ground(now=at(now, here), zone=here, hours=hours, communities={})
    assert Grid(where).slots == slots
    found = place(
        [operation(str(n), 120, community=None, wants="any", created=at(now, here)) for n in range(12)], where
    )
    local = [(one.start.astimezone(here), one.end.astimezone(here)) for one in found.placed]
    assert [start.date().toordinal() - where.first.toordinal() for start, _ in local] == list(range(12))
    assert {f"{start:%H:%M}-{end:%H:%M}" for start, end in local} == {"09:00-11:00"}


def test_a_plan_moves_as_little_as_it_can() -> None:
    """One has to go from Monday morning: the shorter of two cheap moves, not a reshuffle."""
    plan = agreed(place([operation(str(n), 60, wants="quiet") for n in range(6)], ground()))
    urgent = operation("urgent", 120, wants="any", due=at("2026-11-02T11:00"), priority=1)
    found = place([*plan, urgent], ground())
    gone = {one.id for one in plan if one.start and one.start < at("2026-11-02T11:00")}
    assert {one.operation.id for one in found.placed if one.kept is None} == gone | {"urgent"}
    cause = moved(next(one for one in plan if one.id in gone), found, ground())
    assert cause is not None
    assert (cause.kind, cause.title) == ("operation", "urgent")


def test_every_move_has_its_cause() -> None:
    there = operation("a", start=at("2026-11-03T09:30"))
    cases: list[tuple[Operation, Ground, str]] = [
        (there, ground(("2026-11-03T10:00", "2026-11-03T10:15")), "event"),
        (replace(there, due=at("2026-11-03T10:00")), ground(), "deadline"),
        (replace(there, not_before=at("2026-11-03T10:00")), ground(), "too-early"),
        (there, ground(hours=week(days_off=frozenset({"2026-11-03"}))), "closed"),
        (replace(there, start=at("2026-11-01T09:30")), ground(), "past"),
    ]
    for one, where, kind in cases:
        found = place([one], where)
        cause = moved(one, found, where)
        assert cause is not None
        assert cause.kind == kind
        assert [each.kept for each in found.placed] == [None]
    assert moved(there, place([there], ground()), ground()) is None


def test_better_places_are_told_with_what_takes_them() -> None:
    where = ground(("2026-11-02T09:00", "2026-11-02T11:00"))
    locked = operation("l", 90, locked=True, start=at("2026-11-03T09:30"), title="Draw")
    found = place([locked, operation("x", 90, due=at("2026-11-03T12:30"))], where)
    x = next(one for one in found.placed if one.operation.id == "x")
    told = choices(x.operation, found, where)
    assert all(one.end <= x.start or one.start >= x.end for one in told)
    blocked = {
        (one.start.astimezone(PARIS).strftime("%d %H:%M")): [(b.kind, b.title) for b in one.blocked_by] for one in told
    }
    assert blocked["02 09:30"] == [("event", "meeting")]
    assert blocked["03 09:30"] == [("operation", "Draw")]
    assert any(not reasons for reasons in blocked.values())


def applied(one: Operation, fix: Fix, others: list[Operation], where: Ground) -> Placement:
    """The plan with a fix taken at its word."""
    if fix.kind == "deadline":
        return place([*others, replace(one, due=fix.at)], where)
    if fix.kind == "event" and fix.event:
        return place([*others, one], where.without(fix.event))
    if fix.kind == "operation" and fix.operation:
        free = [replace(each, locked=False) if each.id == fix.operation.id else each for each in others]
        return place([*free, one], where)
    assert fix.length
    parts = [replace(one, id=f"{one.id}{n}", duration=fix.length) for n in range(fix.parts)]
    return place([*others, *parts], where)


def test_what_would_help_helps() -> None:
    where = ground(("2026-11-02T09:00", "2026-11-02T12:00"), ("2026-11-02T14:00", "2026-11-02T14:30"))
    locked = operation("l", 60, locked=True, start=at("2026-11-02T15:30"))
    film = operation("film", 120, due=at("2026-11-02T17:30"))
    found = place([locked, film], where)
    [missing] = found.unplaced
    assert [fix.kind for fix in missing.fixes] == ["deadline", "split", "event", "operation"]
    for fix in missing.fixes:
        assert applied(film, fix, [locked], where).unplaced == ()
    assert missing.fixes[0].at == at("2026-11-03T11:00")


around = st.none() | st.integers(-600, 12000).map(lambda minutes: NOW + timedelta(minutes=minutes))
fields = st.fixed_dictionaries(
    {
        "minutes": st.sampled_from([15, 40, 60, 90, 150, 240]),
        "wants": st.sampled_from(["quiet", "peak", "any"]),
        "due": around,
        "not_before": around,
        "start": around,
        "priority": st.integers(1, 3),
        "locked": st.sampled_from([False, False, False, True]),
        "after": st.lists(st.sampled_from("0123456"), max_size=2, unique=True).map(tuple),
        "gap": st.sampled_from([timedelta(), timedelta(hours=1), timedelta(days=1)]),
        "buffer": st.sampled_from([timedelta(), timedelta(minutes=15), timedelta(minutes=20)]),
        "hours": st.sampled_from(["work", "extended"]),
        "presence": st.sampled_from([True, True, True, False]),
    }
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(fields, max_size=7),
    st.lists(st.tuples(st.integers(0, 12000), st.integers(5, 300)), max_size=6),
    st.sampled_from([None, timedelta(hours=3)]),
)
def test_no_hard_rule_is_broken_between_operations(
    wanted: list[dict[str, Any]], meetings: list[tuple[int, int]], limit: timedelta | None
) -> None:
    start = NOW.astimezone(UTC)
    busy = [(start + timedelta(minutes=a), start + timedelta(minutes=a + b)) for a, b in meetings]
    hours = replace(week(), day_limit=limit, extended=(Span(5, 600, 720),))
    where = Ground(
        now=NOW, zone=PARIS, hours=hours, communities={"bem": BEM}, busy=tuple(Busy(a, b, "m") for a, b in busy)
    )
    asked = [operation(str(number), **{"after": ()} | one) for number, one in enumerate(wanted)]
    found = place(asked, where)
    assert found == place(asked[::-1], where)
    assert len(found.placed) + len(found.unplaced) == len(asked)
    chosen = [one for one in found.placed if one.kept in {None, "fits"}]
    for one in chosen:
        own = one.operation
        assert one.end - one.start == own.duration
        assert one.start >= max(NOW, own.not_before or NOW)
        assert own.due is None or one.end <= own.due
        assert any(a <= one.start and one.end <= b for a, b in where.opened(own))
        assert not own.presence or all(one.end <= a or b <= one.start for a, b in busy)
        if one.kept is None:
            there = {each.operation.id: each for each in found.placed}
            for other in own.after:
                if other in {each.id for each in asked}:
                    assert one.start >= there[other].end + own.gap
    for first, second in combinations([each for each in found.placed if each.operation.presence], 2):
        if first in chosen or second in chosen:
            assert second.start >= first.end + first.operation.buffer
    if limit:
        worked: dict[Any, timedelta] = {}
        for one in chosen:
            if one.operation.presence:
                day = one.start.astimezone(PARIS).date()
                worked[day] = worked.get(day, timedelta()) + one.operation.duration
        assert all(length <= limit for length in worked.values())


def test_what_a_hopeless_plan_may_try_shrinks_with_its_size() -> None:
    assert [_Patience(size).left for size in (1, 50, 100, 200)] == [40, 40, 20, 10]


@given(st.lists(st.tuples(st.integers(-30, 1500), st.integers(1, 200)), max_size=4))
def test_what_is_held_is_spent_on_the_days_that_it_lies_on(spans: list[tuple[int, int]]) -> None:
    grid = Grid(ground())
    held = [
        Held(operation(f"o{at}"), grid.moment(first), grid.moment(first + length), "fits")
        for at, (first, length) in enumerate(spans)
    ]
    slow = [
        sum(first <= slot < first + length for first, length in spans for slot in range(begin, end))
        for begin, end in pairwise((*grid.days, grid.slots))
    ]
    assert list(_spent(held, grid)) == slow
