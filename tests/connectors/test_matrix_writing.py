"""Writing to Matrix, against a server on the loopback that keeps what it is given, once for each transaction id."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import unquote

import pytest
from msgspec.structs import replace

from cmday.connectors.matrix_writing import MatrixWriting
from cmday.core.accounts import Account
from cmday.core.outbox import Attachment, Outgoing
from cmday.errors import ConfigError, Refused, SignInNeeded
from tests.connectors.sending_contract import SECRET, SendingContract
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

ME = "@ana:hs.example"
ROOM = "!club:hs.example"
REPLY = Outgoing(
    id="out-1",
    kind="reply",
    account="club",
    network="matrix",
    community="bem",
    state="queued",
    text="Yes! Doors open at 20:30 & there is a cloakroom.",
    key="key1",
    created=datetime(2026, 11, 2, 8, tzinfo=UTC),
    reply_to=f"{ROOM}/$asked",
    to="@bruno:hs.example",
)
POST = replace(REPLY, id="out-2", kind="post", key="key2", reply_to=None, to=None)


class Server:
    """A home server: an event for each transaction id; ``fault`` is what becomes of the next ones, kept or not."""

    def __init__(self, loopback: Loopback) -> None:
        self.events: dict[str, dict[str, Any]] = {}
        self.redacted: list[str] = []
        self.encrypted = False
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.token = SECRET
        self.shows_transactions = True
        loopback.route("*", self)

    def __call__(self, received: Received) -> Answer:
        if received.headers.get("authorization") != f"Bearer {self.token}":
            return answer({"errcode": "M_UNKNOWN_TOKEN", "error": "Unrecognised access token"}, 401)
        path = unquote(received.path).removeprefix("/_matrix/client/v3")
        rest = path.removeprefix(f"/rooms/{ROOM}/")
        there: dict[str, Any] = {
            "/account/whoami": {"user_id": ME},
            "/directory/room/#club:hs.example": {"room_id": ROOM},
        }
        there |= {"messages": {"chunk": self._shown()}}
        there |= {"state/m.room.encryption": {"algorithm": "x"}} if self.encrypted else {}
        if received.method == "GET":
            return answer(there[rest]) if rest in there else answer({"errcode": "M_NOT_FOUND"}, 404)
        if rest.startswith("redact/"):
            return self._redact(rest.split("/")[1])
        assert rest.startswith("send/m.room.message/"), rest
        return self._send(rest.rpartition("/")[2], json.loads(received.body))

    def _send(self, transaction: str, content: dict[str, Any]) -> Answer:
        if self.fault is None or self.keeps:
            event: dict[str, Any] = {
                "event_id": f"${transaction}",
                "type": "m.room.message",
                "sender": ME,
                "content": content,
            }
            event |= {"origin_server_ts": int(datetime.now(UTC).timestamp() * 1000)}
            self.events.setdefault(transaction, event)
        return self.fault() if self.fault else answer({"event_id": f"${transaction}"})

    def _redact(self, event: str) -> Answer:
        self.redacted.append(event)
        for one in self.events.values():
            if one["event_id"] == event:
                one["content"] = {}
        return answer({"event_id": "$redaction"})

    def _shown(self) -> list[dict[str, Any]]:
        shown = {"transaction_id": ""} if self.shows_transactions else {}
        return [{**one, "unsigned": dict.fromkeys(shown, key)} for key, one in reversed(list(self.events.items()))]


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


class TestMatrixWriting(SendingContract):
    reply: ClassVar[Outgoing] = REPLY

    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = Server(loopback)
        self.url = loopback.url("")

    def account(self) -> Account:
        options: dict[str, object] = {"rooms": ["#club:hs.example"]}
        return Account(name="club", network="matrix", server=self.url, username="ana", options=options)

    def there(self) -> list[str]:
        return [one["content"]["body"] for one in self.server.events.values() if one["content"]]

    def bring_into(self, scene: str) -> None:
        server = self.server
        server.keeps = scene in ("closes", "hangs")
        if scene == "usual":
            server.fault = None
        elif scene == "signed-out":
            server.token = "another"
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        else:
            server.fault = {
                "closes": lambda: Answer(silent=True),
                "hangs": lambda: Answer(never=True),
                "refuses": lambda: answer({"errcode": "M_FORBIDDEN", "error": "no such words here"}, 403),
                "busy": lambda: answer({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 7000}, 429),
            }[scene]

    def test_it_answers_and_says_whom_it_speaks_to(self) -> None:
        self.send()
        content = self.server.events["key1"]["content"]
        assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$asked"}}
        assert content["m.mentions"] == {"user_ids": ["@bruno:hs.example"]}
        self.send(replace(REPLY, key="key3", references=("$root",)))
        about = self.server.events["key3"]["content"]["m.relates_to"]
        assert (about["rel_type"], about["event_id"], about["is_falling_back"]) == ("m.thread", "$root", False)

    def test_sent_twice_it_is_there_once(self) -> None:
        assert self.send() == self.send()
        assert len(self.there()) == 1

    def test_without_transaction_ids_it_is_found_by_its_words(self) -> None:
        sent = self.send()
        self.server.shows_transactions = False
        found = self.find(replace(REPLY, began=datetime.now(UTC)))
        assert found == sent
        assert self.find(replace(REPLY, key="other", text="Never said", began=datetime.now(UTC))) is None

    def test_a_post_goes_to_the_room_one_runs_and_comes_back_from_there(self) -> None:
        sent = self.send(POST)
        assert sent.url == f"https://matrix.to/#/{ROOM}/$key2"
        self.hold(lambda: self.connector().retract(replace(POST, sent_id=sent.id, sent_url=sent.url)))
        assert self.server.redacted == ["$key2"]

    def test_nothing_goes_in_the_clear_into_an_encrypted_room(self) -> None:
        self.server.encrypted = True
        error = self.fails()
        assert isinstance(error, Refused)
        assert "encrypted" in error.message.english
        assert self.there() == []

    @pytest.mark.parametrize("options", [{}, {"post_room": "#gone:x"}])
    def test_a_post_wants_a_room(self, options: dict[str, object]) -> None:
        account = replace(self.account(), options=options)
        with pytest.raises(Refused) as caught:
            self.hold(lambda: MatrixWriting(account).send(POST))
        assert caught.value.hint is not None

    def test_pictures_are_refused_before_anything_is_written(self) -> None:
        picture = Attachment(path="/nowhere.png", alt="x")
        with pytest.raises(Refused):
            self.send(replace(REPLY, attachments=(picture,)))
        assert self.there() == []


def test_a_room_that_cannot_be_one_is_a_mistake() -> None:
    account = Account(name="club", network="matrix", server="hs.example", options={"post_room": "club"})
    with pytest.raises(ConfigError):
        MatrixWriting(account)


def test_a_token_that_is_over_is_no_doubt(loopback: Loopback) -> None:
    server = Server(loopback)
    server.token = "another"
    account = Account(name="club", network="matrix", server=loopback.url(""), username="ana")
    from tests.connectors.talking import converse, held

    told = converse(held(lambda: MatrixWriting(account).send(REPLY)))
    assert isinstance(told.error(), SignInNeeded)
    assert server.events == {}
