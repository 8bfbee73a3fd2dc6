"""Times: what is due goes, what is late asks, and no clock that jumps sends anything twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.core.outbox import LATE, Outgoing
from cmday.outbox.lateness import sort_out
from tests.conftest import NOW, Cmday
from tests.outbox.conftest import Write
from tests.outbox.post_office import PostOffice

States = Callable[[], dict[str, str]]
START = datetime.fromisoformat(NOW)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set the clock so far from the start."""
    return lambda by: monkeypatch.setenv("CMDAY_NOW", (START + by).isoformat())


def test_a_timer_sends_what_is_due_and_only_that(
    cmday: Cmday, write: Write, office: PostOffice, at: Callable[[timedelta], None]
) -> None:
    write(
        {"text": "bientôt", "due": START + timedelta(hours=2)},
        {"text": "plus tard", "due": START + timedelta(hours=4)},
        {"text": "sans heure"},
        {"text": "brouillon", "due": START, "state": "draft"},
        {"text": "retenu", "due": START, "state": "held"},
    )
    assert cmday("send", "--due", "--yes").code == 0
    assert office.asked() == 0
    at(timedelta(hours=2, minutes=4))
    for _ in range(3):
        assert cmday("send", "--due", "--yes").code == 0
    assert office.texts() == ["bientôt"]
    at(timedelta(hours=4))
    assert cmday("send", "--due", "--yes").code == 0
    assert office.texts() == ["bientôt", "plus tard"]


def test_what_a_laptop_slept_over_asks(
    cmday: Cmday, write: Write, office: PostOffice, at: Callable[[timedelta], None], states: States
) -> None:
    write({"text": "ce matin", "due": START + timedelta(minutes=10)}, {"text": "à l'heure", "due": START})
    at(timedelta(minutes=41))
    for argv in (["--due", "--yes"], ["--yes"]):
        left = cmday("send", *argv)
        assert left.code == 3
        assert "o1 was due 08:41, too late to go unasked" in left.out
    assert office.asked() == 0
    assert "late, was due 08:41" in cmday("outbox").out
    named = cmday("send", "o1", "--yes")
    assert named.code == 0, "to name it is the word it waits for"
    assert states() == {"ce matin": "sent", "à l'heure": "queued"}


def test_the_limit_of_lateness(cmday: Cmday, write: Write, office: PostOffice, at: Callable[[timedelta], None]) -> None:
    write({"text": "juste", "due": START})
    at(LATE)
    assert cmday("send", "--due", "--yes").code == 0
    assert office.texts() == ["juste"]


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(hours=-3), timedelta(hours=3), timedelta(days=4000)])
def test_a_clock_that_jumps_sends_nothing_twice(  # noqa: PLR0917  fixtures
    cmday: Cmday, write: Write, office: PostOffice, at: Callable[[timedelta], None], states: States, jump: timedelta
) -> None:
    write({"text": "un", "due": START}, {"text": "deux"}, {"text": "demain", "due": START + timedelta(days=1)})
    assert cmday("send", "--yes").code == 0
    at(jump)
    assert cmday("send", "--due", "--yes").code == (3 if jump > timedelta(days=1) else 0)
    assert cmday("send", "--yes").code == (3 if jump > timedelta(days=1) else 0)
    at(timedelta())
    assert cmday("send", "--yes").code == 0
    assert office.counts() == {"un": 1, "deux": 1}
    assert states() == {"un": "sent", "deux": "sent", "demain": "queued"}


@given(
    due=st.none() | st.integers(-10_000, 10_000), retry=st.none() | st.integers(-10_000, 10_000), due_only=st.booleans()
)
def test_every_item_lies_in_one_pile(due: int | None, retry: int | None, *, due_only: bool) -> None:
    one = Outgoing(
        id="out-1",
        kind="post",
        account="nox",
        network="mastodon",
        community=None,
        state="queued",
        text="x",
        key="k",
        created=START,
        due=None if due is None else START + timedelta(minutes=due),
        retry_at=None if retry is None else START + timedelta(minutes=retry),
    )
    piles = sort_out([one], START, due_only=due_only)
    where = [name for name in piles.__struct_fields__ if getattr(piles, name)]
    assert len(where) == 1
    if where == ["now"]:
        assert due is None or -30 <= due <= 0
        assert due is not None or not due_only
    if due is not None and due < -30:
        assert where == ["late"]
