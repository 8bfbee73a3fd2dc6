"""After days away ``start`` opens with what can still be answered, what resolved itself, what is worth an apology."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmday.core.items import Page, ReplyTo, ThreadPost
from cmday.core.time import Clock
from cmday.storage import ledger
from cmday.storage.database import open_database
from tests.conftest import Cmday
from tests.steps.notifications.conftest import Configure
from tests.storage.making import notification

BACK = datetime(2026, 11, 2, 7, 31, tzinfo=UTC)
TITLE = "WHILE YOU WERE AWAY"
Left = Callable[[str], None]


@pytest.fixture
def left(cmday: Cmday, configure: Configure, monkeypatch: pytest.MonkeyPatch, home: Path) -> Left:
    """``left("2026-10-20")``: the last morning was that day; what came since is in the ledger."""
    configure({"nox": "sss"})

    def leave(day: str) -> None:
        monkeypatch.setenv("CMDAY_NOW", f"{day}T09:00:00+01:00")
        # Nobody listens on the server of the account: a morning all the same.
        assert cmday("start", "--skip", "news").code in (0, 3)
        assert cmday("start").code in (0, 3)
        monkeypatch.setenv("CMDAY_NOW", "2026-11-02T08:31:00+01:00")
        db = open_database(home / "cmday.db", Clock(UTC, BACK))
        told = [
            notification(
                number,
                kind,
                minutes=minutes,
                author=author,
                author_handle=f"@{author}",
                thread=f"t{number}",
                reply=ReplyTo(id=f"p{number}", to=f"@{author}"),
            )
            for number, kind, minutes, author in (
                (1, "question", 6000, "ana"),
                (2, "mention", 6000, "bob"),
                (3, "message", 20, "cleo"),
                (4, "question", 6000, "dan"),
                (5, "question", 6000, "eve"),
                (6, "question", 6000, "flo"),
            )
        ]
        posts = [
            ThreadPost(
                id=one,
                thread=thread,
                author=by,
                author_handle=by,
                text="yes",
                at=BACK - timedelta(hours=9),
                answers=answers,
                mine=mine,
            )
            for one, thread, by, answers, mine in (
                ("a4", "t4", "@nox", "p4", True),
                ("a5", "t5", "@gil", "p5", False),
            )
        ]
        ledger.store_page(db, "nox", Page(notifications=tuple(told), cursor=None, thread=tuple(posts)), BACK)
        ledger.store_page(db, "nox", Page(notifications=(), cursor=None, gone=("p6",)), BACK)
        db.close()

    return leave


def test_days_away_are_summed_up_on_one_screen(cmday: Cmday, left: Left) -> None:
    left("2026-10-20")
    shown = cmday("start", "--offline").out
    digest = shown[shown.index(TITLE) : shown.index("NOTIFICATIONS")]
    assert "13 days, since 20 Oct 10:00" in digest
    apology, answerable = digest.index("1 is worth an apology"), digest.index("2 can still be answered")
    assert apology < digest.index("ana") < answerable < digest.index("cleo")
    assert "bob" in digest
    resolved = "3 resolved by themselves: 1 answered by your account elsewhere, 1 answered by somebody else, 1 deleted"
    assert resolved in " ".join(digest.split())
    assert not any(name in digest for name in ("dan", "eve", "flo"))
    assert shown.index(TITLE) < shown.index("1 SCHEDULE")


def test_a_weekend_is_no_absence(cmday: Cmday, left: Left) -> None:
    left("2026-10-30")
    assert TITLE not in cmday("start", "--offline").out


def test_a_long_absence_without_anybody(cmday: Cmday, configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure({"nox": "sss"})
    monkeypatch.setenv("CMDAY_NOW", "2026-10-20T09:00:00+01:00")
    cmday("start")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T08:31:00+01:00")
    assert "Nobody waited for you." in cmday("start", "--offline").out
