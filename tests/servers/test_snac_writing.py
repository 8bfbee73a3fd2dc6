"""Posts, answers and pictures on a real server that knows no idempotency key: each is there once, and found again."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import connector, sender
from cmday.connectors.protocol import Exchange, Manner
from cmday.core.accounts import Account
from cmday.core.items import Notification, Page
from cmday.core.outbox import Attachment, Outgoing, Sent
from cmday.errors import Refused, SignInNeeded
from cmday.text.plain import plain
from tests.servers.snac import Snac
from tests.servers.writing import hold, known_by

pytestmark = pytest.mark.server


class Ana:
    """Ana at her server, with what she reads and writes there."""

    def __init__(self, server: Snac) -> None:
        self.server = server
        self.account = Account(name="sss", network="mastodon", server=server.url, username="ana")
        self.sign_in = known_by("ana", server.ana.token)

    def inbox(self) -> list[Notification]:
        found: list[Notification] = []

        def talk() -> Exchange[Page]:
            page: Page = yield from connector(self.account).notifications(None)
            return page

        from tests.connectors.talking import converse, held

        told = converse(held(talk, deadline=20.0), sign_in=self.sign_in)
        assert told.error() is None
        for page in told.heard["0"]:
            found.extend(page.notifications)
        return found

    def answer(self, one: Notification, text: str, key: str) -> Outgoing:
        assert one.reply is not None
        return Outgoing(
            id=f"out-{key}",
            kind="reply",
            account="sss",
            network="mastodon",
            community=None,
            state="queued",
            text=text,
            key=key,
            created=datetime.now(UTC),
            reply_to=one.reply.id,
            to=one.reply.to,
            visibility=one.reply.visibility,
            began=datetime.now(UTC),
        )

    def post(self, text: str, key: str, **more: Any) -> Outgoing:
        one = Outgoing(
            id=f"out-{key}",
            kind="post",
            account="sss",
            network="mastodon",
            community=None,
            state="queued",
            text=text,
            key=key,
            created=datetime.now(UTC),
            began=datetime.now(UTC),
        )
        return replace(one, **more)

    def send(self, one: Outgoing) -> Sent:
        sent: Sent = hold(lambda: sender(self.account).send(one), self.sign_in)
        return sent

    def find(self, one: Outgoing, *taken: str) -> Sent | None:
        found: Sent | None = hold(lambda: sender(self.account).find(one, frozenset(taken)), self.sign_in)
        return found

    def shown(self, number: str) -> Any:
        return self.server.call(f"/api/v1/statuses/{number}", token=self.server.ana.token)

    def times(self, text: str, below: str) -> int:
        context = self.server.call(f"/api/v1/statuses/{below}/context", token=self.server.ana.token)
        return sum(text in plain(one["content"]) for one in context["descendants"])


@pytest.fixture
def ana(snac_server: Snac) -> Ana:
    return Ana(snac_server)


def test_an_answer_to_a_mention_is_there_once_and_reaches_them(ana: Ana, snac_server: Snac) -> None:
    (question,) = [one for one in ana.inbox() if "parking" in one.text]
    there = snac_server.deeds(snac_server.bruno)
    one = ana.answer(question, "Yes: parking **and** a cloakroom, https://venue.example/plan", "a1")
    sent = ana.send(one)
    assert ana.shown(sent.id)["in_reply_to_id"] == one.reply_to
    assert ana.times("a cloakroom", str(one.reply_to)) == 1
    snac_server.wait_notified(snac_server.bruno, there + 1)
    found = ana.find(one)
    assert found is not None
    assert found.id == sent.id


def test_a_direct_answer_stays_between_two(ana: Ana) -> None:
    (letter,) = [one for one in ana.inbox() if one.kind == "message"]
    one = ana.answer(letter, "Between us, then.", "d1")
    assert one.visibility == "direct"
    sent = ana.send(one)
    assert ana.shown(sent.id)["visibility"] not in ("public", "unlisted")
    assert ana.times("Between us", str(one.reply_to)) == 1
    found = ana.find(one)
    assert found is not None
    assert found.id == sent.id


def test_a_post_is_found_by_its_words_and_nothing_else_is(ana: Ana) -> None:
    one = ana.post("Ce soir : portes à 20 h 30, *entrée libre* !", "p1")
    sent = ana.send(one)
    found = ana.find(one)
    assert found is not None
    assert found.id == sent.id
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    assert ana.find(replace(one, text="Never said", began=long_ago)) is None
    assert ana.find(replace(one, began=long_ago), sent.id) is None


def test_a_picture_comes_with_its_words(ana: Ana, tmp_path: Path) -> None:
    picture = tmp_path / "scene.png"
    picture.write_bytes(dot())
    sent = ana.send(ana.post("The stage", "p2", attachments=(Attachment(path=str(picture), alt="Une scène vide"),)))
    (shown,) = ana.shown(sent.id)["media_attachments"]
    assert shown["description"] == "Une scène vide"


def test_the_server_says_how_it_takes_texts(ana: Ana) -> None:
    manner: Manner = hold(lambda: sender(ana.account).manner(), ana.sign_in)
    assert manner.most
    assert manner.most > 500
    assert manner.findable


def test_a_post_is_taken_back_or_that_is_said_to_be_impossible(ana: Ana) -> None:
    one = ana.post("To be taken back", "p3")
    sent = ana.send(one)
    try:
        hold(lambda: sender(ana.account).retract(replace(one, sent_id=sent.id)), ana.sign_in)
    except Refused:
        assert ana.shown(sent.id)["id"] == sent.id
    else:
        assert ana.find(replace(one, began=datetime.now(UTC) - timedelta(minutes=5))) is None


def test_a_revoked_token_asks_for_a_sign_in(ana: Ana) -> None:
    ana.sign_in = known_by("ana", "revoked")
    with pytest.raises(SignInNeeded):
        ana.send(ana.post("never", "p4"))
    with pytest.raises(SignInNeeded):
        ana.find(ana.post("never", "p4"))


def dot() -> bytes:
    """The smallest PNG: one grey dot."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\x80")),
        (b"IEND", b""),
    ]
    whole = b"\x89PNG\r\n\x1a\n"
    for name, body in parts:
        whole += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return whole
