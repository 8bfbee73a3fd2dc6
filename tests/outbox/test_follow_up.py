"""From an answer to its item: done when it was sent, back when nobody answered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.outbox.post_office import PostOffice
from tests.steps.notifications.conftest import mention, serve, timeline_of

QUESTION = "Les portes, vendredi, c'est à 19 h ou à 20 h pour vous ?"
FRIDAY = "2026-11-06T10:00:00+01:00"


@pytest.fixture
def asked(office: PostOffice, cmday: Cmday) -> PostOffice:
    """nina asks something on nox: i1."""
    serve(office.loopback, "nox", timeline_of(mention(1, QUESTION)))
    assert [one["handle"] for one in cmday("inbox", "--json").json["data"]["items"]] == ["i1"]
    return office


def items(cmday: Cmday, *words: str) -> list[dict[str, Any]]:
    found = cmday("inbox", *words, "--json").json["data"]["items"]
    assert isinstance(found, list)
    return found


def test_item_is_done_when_its_answer_was_sent(asked: PostOffice, cmday: Cmday) -> None:
    cmday("inbox", "reply", "i1", "À 19 h 30")
    assert "written" in cmday("inbox", "--offline").out
    assert [one["state"] for one in items(cmday, "--offline")] == ["new"]
    assert cmday("send", "--yes").code == 0
    [post] = asked.posts("nox")
    assert post["text"] == "@nina@music.example À 19 h 30"
    assert post["in_reply_to_id"] == "91"
    assert items(cmday, "--offline") == []
    shown = cmday("inbox", "--offline", "--all").out
    assert "answered 08:31" in shown
    assert "written" not in shown


def test_item_waits_while_its_answer_fails_or_is_taken_back(asked: PostOffice, cmday: Cmday) -> None:
    cmday("inbox", "reply", "i1", "À 19 h 30")
    asked.fail("nox", Answer(status=422, body=b'{"error": "no"}'))
    cmday("send", "--yes")
    assert "written" in cmday("inbox", "--offline").out
    cmday("outbox", "drop", "o1")
    assert "written" not in cmday("inbox", "--offline").out
    assert [one["state"] for one in items(cmday, "--offline")] == ["new"]


def test_thread_comes_back_unless_they_answered(
    asked: PostOffice, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = cmday("inbox", "reply", "i1", "À 19 h 30", "--follow-up", "fri")
    assert "i1 comes back Fri 09:00, unless they answer" in said.out
    cmday("send", "--yes")
    assert items(cmday, "--offline") == []
    monkeypatch.setenv("CMDAY_NOW", FRIDAY)
    assert [(one["text"], one["state"]) for one in items(cmday, "--offline")] == [(QUESTION, "seen")]
    assert "answered Mon 08:31" in cmday("inbox", "--offline").out
    cmday("inbox", "done", "i1")
    assert items(cmday, "--offline") == [], "it comes back once"


@pytest.mark.parametrize("reply_to", ["100", "91"])
def test_thread_stays_away_when_they_answered(
    asked: PostOffice, cmday: Cmday, monkeypatch: pytest.MonkeyPatch, reply_to: str
) -> None:
    cmday("inbox", "reply", "i1", "À 19 h 30", "--follow-up", "fri")
    cmday("send", "--yes")
    monkeypatch.setenv("CMDAY_NOW", FRIDAY)
    thanks = mention(2, "Merci", hours=30, in_reply_to_id=reply_to)
    serve(asked.loopback, "nox", timeline_of(mention(1, QUESTION), thanks))
    assert [one["text"] for one in items(cmday)] == ["Merci"]
    assert [one["text"] for one in items(cmday, "--offline")] == ["Merci"]


def test_thread_stays_when_the_answer_never_left(
    asked: PostOffice, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    cmday("inbox", "reply", "i1", "À 19 h 30", "--follow-up", "fri")
    cmday("inbox", "done", "i1")
    cmday("undo", "--yes")
    cmday("undo", "--yes")
    cmday("inbox", "done", "i1")
    monkeypatch.setenv("CMDAY_NOW", FRIDAY)
    assert items(cmday, "--offline") == []
