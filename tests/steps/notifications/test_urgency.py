"""Who comes first, and by when: the nearest limit in working hours, then the kind, then who has waited longest."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from cmday.config.settings import Settings
from cmday.core.communities import Community, Span, WorkingHours
from cmday.core.items import KINDS, STATES, Item
from cmday.steps.notifications.urgency import Limits, in_order, most_urgent
from cmday.storage.open_items import Head
from tests.storage.making import NOW, notification

ORDER = ["message", "question", "report", "mention", "reply"]
PARIS = ZoneInfo("Europe/Paris")
WEEK = WorkingHours(spans=tuple(Span(day, *span) for day in range(5) for span in ((540, 750), (810, 1050))))
SETTINGS = Settings(
    zone=PARIS,
    hours=WEEK,
    reply_within=60,
    communities={
        "sss": Community(short="sss", title="S", reply_within=timedelta(hours=4)),
        "late": Community(
            short="late",
            title="L",
            reply_within=timedelta(hours=1),
            hours=WorkingHours(spans=(Span(0, 1200, 1320), Span(1, 1200, 1320))),
        ),
    },
)


def item(number: int, kind: str = "mention", *, at: datetime = NOW, state: str = "new", community: str = "sss") -> Item:
    one = notification(number, kind, community=community or None)
    return Item(notification=msgspec.structs.replace(one, at=at), state=state, first_seen=NOW)  # type: ignore[arg-type]


def limit(at: str, community: str = "sss", kind: str = "question") -> str:
    found = Limits(SETTINGS).answer_by(item(1, kind, at=datetime.fromisoformat(at), community=community))
    assert found is not None
    return found.astimezone(PARIS).strftime("%a %H:%M")


def test_limits_count_working_time_only() -> None:
    assert limit("2026-11-02T08:31:00+01:00") == "Mon 14:00", "the day begins at nine"
    assert limit("2026-11-02T09:00:00+01:00") == "Mon 14:00", "half past twelve to half past one is lunch"
    assert limit("2026-10-31T22:00:00+01:00") == "Mon 14:00", "the night of a Saturday counts nothing"
    assert limit("2026-11-06T16:30:00+01:00") == "Mon 12:00", "an hour on Friday, three on Monday"
    assert limit("2026-11-02T09:00:00+01:00", community="") == "Mon 10:00", "the CM's own reply_within"
    assert limit("2026-11-02T09:00:00+01:00", community="late") == "Mon 21:00", "the community's own hours"


def test_what_wants_no_answer_has_no_limit() -> None:
    limits = Limits(SETTINGS)
    assert limits.answer_by(item(1, "like")) is None
    assert limits.answer_by(item(1, "question", state="done")) is None
    assert limits.answer_by(item(1, "report")) is not None


def test_the_order_of_a_morning() -> None:
    monday = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    limits = Limits(SETTINGS)
    items = [
        item(1, "like", at=monday),
        item(2, "mention", at=monday - timedelta(days=3)),
        item(3, "question", at=monday),
        item(4, "message", at=monday),
        item(5, "report", at=monday - timedelta(minutes=30)),
        item(6, "reply", at=monday - timedelta(days=3)),
        item(7, "message", at=monday - timedelta(days=9), state="done"),
        item(8, "follow", at=monday + timedelta(minutes=1)),
        item(9, "question", at=monday - timedelta(days=3)),
    ]
    found = [int(one.notification.id[4:]) for one in in_order(limits.limited(one) for one in items)]
    assert found == [9, 2, 6, 4, 3, 5, 8, 1, 7]


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.sampled_from(STATES), st.integers(0, 20000), st.sampled_from(["sss", ""])),
        max_size=30,
    )
)
def test_the_order_holds_whatever_comes(drawn: list[tuple[str, str, int, str]]) -> None:
    limits = Limits(SETTINGS)
    items = [
        limits.limited(item(n, kind, state=state, at=NOW - timedelta(minutes=ago), community=community))
        for n, (kind, state, ago, community) in enumerate(drawn)
    ]
    ordered = in_order(items)
    assert sorted(one.notification.id for one in ordered) == sorted(one.notification.id for one in items)
    assert ordered == in_order(reversed(items))
    open_ones = [one for one in ordered if one.state in ("new", "seen")]
    assert ordered[: len(open_ones)] == open_ones
    limits_first = [one.answer_by for one in open_ones if one.answer_by]
    assert limits_first == sorted(limits_first)
    assert all(one.answer_by for one in open_ones[: len(limits_first)]), "what has no limit comes after"
    for one, other in itertools.pairwise(open_ones[: len(limits_first)]):
        if one.answer_by == other.answer_by:
            assert ORDER.index(one.notification.kind) <= ORDER.index(other.notification.kind)


@given(
    st.lists(
        st.tuples(st.sampled_from(ORDER), st.integers(0, 9000), st.sampled_from(["sss", "late", ""])), max_size=40
    ),
    st.integers(1, 10),
)
def test_the_first_of_a_merge_are_the_first_of_all(drawn: list[tuple[str, int, str]], most: int) -> None:
    limits = Limits(SETTINGS)
    moments = [(kind, int(NOW.timestamp()) - 60 * ago, community) for kind, ago, community in drawn]
    found = [Head(kind, place, at, f"{n}") for n, (kind, at, place) in enumerate(moments)]  # type: ignore[arg-type]
    streams = [
        iter(sorted((one for one in found if (one.kind, one.community) == key), key=lambda one: one.at))
        for key in sorted({(one.kind, one.community or "") for one in found})
    ]
    whole = sorted((limits.of_moment(one.community, one.at), ORDER.index(one.kind), one.at) for one in found)
    taken = [found[int(name)] for name in most_urgent(streams, limits, most)]
    assert [(limits.of_moment(one.community, one.at), ORDER.index(one.kind), one.at) for one in taken] == whole[:most]
