"""Answers on networks built from documentation, against servers on the loopback that keep what they are given.

Fixtures written from developers.google.com/youtube/v3/docs/comments, reddit.com/dev/api, docs.discord.com (messages),
core.telegram.org/bots/api, developers.facebook.com/docs/graph-api (comments), codeberg.org/api/swagger,
docs.gitlab.com/api/notes, join-lemmy.org/docs and docs.slack.dev (chat.postMessage), 23 November 2026. Not tested against a live server.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl

import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import connector, sender
from cmday.core.accounts import Account, Credentials
from cmday.core.outbox import Attachment, Outgoing
from cmday.errors import Refused, SignInNeeded
from tests.connectors.keeping_contract import KeepingContract
from tests.connectors.sending_contract import SECRET
from tests.connectors.test_comment_writing import TEXT
from tests.connectors.test_comment_writing import outgoing as answer_to
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback


def now() -> str:
    return datetime.now(UTC).isoformat()


class Network:
    """A server that keeps texts by number; a subclass says how it is told, and how it answers."""

    title = ""
    place = ""
    # Where the loopback stands for the network's own address.
    base = ""
    me: ClassVar[dict[str, Any]] = {}

    def __init__(self, loopback: Loopback) -> None:
        self.texts: dict[int, str] = {}
        self.told: list[Any] = []
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.signed_in = True
        loopback.route("*", self)

    def __call__(self, received: Received) -> Answer:
        if not self.signed_in or not self.knows(received):
            return self.say(*self.signed_out)
        if self.is_me(received):
            return self.say(self.me)
        if self.deletes(received):
            number = self.number_of(received)
            return self.deleted(self.texts.pop(number, None) is not None)
        if received.method != "POST":
            return self.say(self.listing([self.one(number, text) for number, text in self.texts.items()]))
        told = self.read(received)
        self.told.append(told)
        number = 100 + len(self.texts)
        if self.fault is None or self.keeps:
            self.texts[number] = self.text_of(told)
        return self.fault() if self.fault else self.say(self.receipt(number, self.text_of(told)))

    signed_out: tuple[Any, int] = ({}, 401)

    def say(self, body: Any, status: int = 200) -> Answer:
        return Answer(status=status, body=json.dumps(body).encode())

    def knows(self, received: Received) -> bool:
        return received.headers.get("authorization") == f"Bearer {SECRET}"

    def is_me(self, received: Received) -> bool:
        return False

    def deletes(self, received: Received) -> bool:
        return received.method == "DELETE"

    def number_of(self, received: Received) -> int:
        return int(received.path.rpartition("/")[2])

    def deleted(self, was_there: bool) -> Answer:
        return Answer(status=204) if was_there else self.say(self.refusal("Not Found"), 404)

    def read(self, received: Received) -> Any:
        return json.loads(received.body)

    def text_of(self, told: Any) -> str:
        raise AssertionError(told)

    def receipt(self, number: int, text: str) -> Any:
        return self.one(number, text)

    def one(self, number: int, text: str) -> dict[str, Any]:
        raise AssertionError(number)

    def listing(self, found: list[dict[str, Any]]) -> Any:
        return found

    def refusal(self, words: str) -> Any:
        return {"message": words}


class YouTube(Network):
    title, place = "youtube", "c7"
    me: ClassVar[dict[str, Any]] = {
        "kind": "youtube#channelListResponse",
        "items": [{"id": "UCme", "snippet": {"title": "Bem"}}],
    }

    def is_me(self, received: Received) -> bool:
        return received.path.endswith("/channels")

    def number_of(self, received: Received) -> int:
        return int(dict(parse_qsl(received.query))["id"])

    def text_of(self, told: Any) -> str:
        assert told["snippet"]["parentId"] == self.place
        return str(told["snippet"]["textOriginal"])

    def one(self, number: int, text: str) -> dict[str, Any]:
        snippet = {"textOriginal": text, "authorChannelId": {"value": "UCme"}, "publishedAt": now(), "videoId": "v1"}
        return {"kind": "youtube#comment", "id": str(number), "snippet": snippet}

    def listing(self, found: list[dict[str, Any]]) -> Any:
        return {"items": found[::-1]}

    def refusal(self, words: str) -> Any:
        return {"error": {"code": 422, "message": words, "errors": [{"reason": "processingFailure"}]}}


class Reddit(Network):
    title, place = "reddit", "t1_above"
    me: ClassVar[dict[str, Any]] = {"name": "bem"}

    def is_me(self, received: Received) -> bool:
        return received.path == "/api/v1/me"

    def deletes(self, received: Received) -> bool:
        return received.path == "/api/del"

    def number_of(self, received: Received) -> int:
        return int(parse_qs(received.body.decode())["id"][0].removeprefix("t1_"))

    def deleted(self, was_there: bool) -> Answer:
        assert was_there in (True, False)
        return self.say({})  # whatever was there

    def read(self, received: Received) -> Any:
        return dict(parse_qsl(received.body.decode()))

    def text_of(self, told: Any) -> str:
        assert (told["thing_id"], told["api_type"]) == (self.place, "json")
        return str(told["text"])

    def one(self, number: int, text: str) -> dict[str, Any]:
        data = {"name": f"t1_{number}", "body": text, "parent_id": self.place, "permalink": f"/r/bem/{number}/"}
        return {"kind": "t1", "data": data | {"created_utc": datetime.now(UTC).timestamp(), "author": "bem"}}

    def receipt(self, number: int, text: str) -> Any:
        return {"json": {"errors": [], "data": {"things": [self.one(number, text)]}}}

    def listing(self, found: list[dict[str, Any]]) -> Any:
        return {"kind": "Listing", "data": {"children": found[::-1], "after": None}}


class Discord(Network):
    title, place = "discord", "11/22"
    me: ClassVar[dict[str, Any]] = {"id": "99", "username": "bem"}

    def knows(self, received: Received) -> bool:
        return received.headers.get("authorization") == f"Bot {SECRET}"

    def is_me(self, received: Received) -> bool:
        return received.path.endswith("/users/@me")

    def text_of(self, told: Any) -> str:
        assert told["message_reference"]["message_id"] == "22"
        assert told["allowed_mentions"]["parse"] == []
        return str(told["content"])

    def one(self, number: int, text: str) -> dict[str, Any]:
        above = {"message_id": "22", "channel_id": "11"}
        return {"id": str(number), "content": text, "author": self.me, "timestamp": now(), "message_reference": above}

    def listing(self, found: list[dict[str, Any]]) -> Any:
        return found[::-1]


class Telegram(Network):
    title, place = "telegram", "-100/22"
    signed_out = ({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)

    def knows(self, received: Received) -> bool:
        return received.path.startswith(f"/bot{SECRET}/")

    def deletes(self, received: Received) -> bool:
        return received.path.endswith("/deleteMessage")

    def number_of(self, received: Received) -> int:
        return int(json.loads(received.body)["message_id"])

    def deleted(self, was_there: bool) -> Answer:
        gone = self.refusal("Bad Request: message to delete not found")
        return self.say({"ok": True, "result": True}) if was_there else self.say(gone, 400)

    def text_of(self, told: Any) -> str:
        assert (told["chat_id"], told["reply_parameters"]["message_id"]) == ("-100", 22)
        return str(told["text"])

    def one(self, number: int, text: str) -> dict[str, Any]:
        return {"message_id": number, "text": text, "chat": {"id": -100, "type": "supergroup", "username": "bem"}}

    def receipt(self, number: int, text: str) -> Any:
        return {"ok": True, "result": self.one(number, text)}

    def refusal(self, words: str) -> Any:
        return {"ok": False, "error_code": 400, "description": words}


class Facebook(Network):
    title, place = "facebook", "77_1"
    me: ClassVar[dict[str, Any]] = {"id": "77", "name": "BEM"}
    signed_out = ({"error": {"message": "Error validating access token", "code": 190}}, 400)

    def is_me(self, received: Received) -> bool:
        return received.path.endswith("/me")

    def deleted(self, was_there: bool) -> Answer:
        return self.say({"success": True}) if was_there else self.say(self.refusal("Object does not exist", 100), 400)

    def text_of(self, told: Any) -> str:
        return str(told["message"])

    def receipt(self, number: int, text: str) -> Any:
        assert text
        return {"id": str(number)}

    def one(self, number: int, text: str) -> dict[str, Any]:
        return {"id": str(number), "message": text, "from": {"id": "77", "name": "BEM"}, "created_time": now()}

    def listing(self, found: list[dict[str, Any]]) -> Any:
        return {"data": found}

    def refusal(self, words: str, code: int = 1705) -> Any:
        return {"error": {"message": words, "code": code}}


class Instagram(Facebook):
    title, place = "instagram", "179"
    me: ClassVar[dict[str, Any]] = {"id": "77", "instagram_business_account": {"id": "17", "username": "bem"}}

    def one(self, number: int, text: str) -> dict[str, Any]:
        return {"id": str(number), "text": text, "username": "bem", "timestamp": now()}


class Forgejo(Network):
    title, place = "forgejo", "/repos/club/site/issues/5"
    me: ClassVar[dict[str, Any]] = {"login": "bem"}

    def knows(self, received: Received) -> bool:
        return received.headers.get("authorization") == f"token {SECRET}"

    def is_me(self, received: Received) -> bool:
        return received.path.endswith("/user")

    def text_of(self, told: Any) -> str:
        return str(told["body"])

    def one(self, number: int, text: str) -> dict[str, Any]:
        page = f"https://codeberg.example/club/site/issues/5#issuecomment-{number}"
        return {"id": number, "html_url": page, "body": text, "user": self.me, "created_at": now()}


class Gitlab(Forgejo):
    title, place = "gitlab", "/projects/7/merge_requests/5"
    me: ClassVar[dict[str, Any]] = {"username": "bem"}

    def knows(self, received: Received) -> bool:
        return received.headers.get("private-token") == SECRET

    def one(self, number: int, text: str) -> dict[str, Any]:
        return {"id": number, "body": text, "author": self.me, "created_at": now()}

    def listing(self, found: list[dict[str, Any]]) -> Any:
        return found[::-1]


class Lemmy(Network):
    """Version 3; ``new`` has version 4."""

    title, place = "lemmy", "41/7"
    new = False

    def is_me(self, received: Received) -> bool:
        return received.path.endswith(("/site", "/account"))

    def __call__(self, received: Received) -> Answer:
        if self.signed_in and not self.new and received.path.startswith("/api/v4/"):
            return self.say({}, 404)
        self.me = {"local_user_view": {"person": {"name": "bem"}}}  # type: ignore[misc]  # of this version
        if not self.new:
            self.me = {"my_user": self.me}  # type: ignore[misc]
        return super().__call__(received)

    def deletes(self, received: Received) -> bool:
        return received.method == "DELETE" or received.path.endswith("/delete")

    def number_of(self, received: Received) -> int:
        return int(json.loads(received.body)["comment_id"])

    def deleted(self, was_there: bool) -> Answer:
        return self.say({}) if was_there else self.say(self.refusal("couldnt_find_comment"), 400)

    def text_of(self, told: Any) -> str:
        assert (told["post_id"], told["parent_id"]) == (41, 7)
        return str(told["content"])

    def one(self, number: int, text: str) -> dict[str, Any]:
        page = f"https://lemmy.example/comment/{number}"
        comment = {"id": number, "content": text, "ap_id": page, "published_at" if self.new else "published": now()}
        return {"comment": comment, "creator": {"name": "bem"}}

    def receipt(self, number: int, text: str) -> Any:
        return {"comment_view": self.one(number, text)}

    def listing(self, found: list[dict[str, Any]]) -> Any:
        return {"items" if self.new else "comments": found[::-1]}

    def refusal(self, words: str) -> Any:
        return {"error": words}


class NewLemmy(Lemmy):
    new = True


class Slack(Network):
    title, place = "slack", "C1:1700000000.000100"
    me: ClassVar[dict[str, Any]] = {"ok": True, "user_id": "U9"}
    signed_out = ({"ok": False, "error": "token_revoked"}, 200)

    def is_me(self, received: Received) -> bool:
        return received.path.endswith("/auth.test")

    def deletes(self, received: Received) -> bool:
        return received.path.endswith("/chat.delete")

    def number_of(self, received: Received) -> int:
        return int(json.loads(received.body)["ts"].partition(".")[2])

    def deleted(self, was_there: bool) -> Answer:
        return self.say({"ok": True} if was_there else self.refusal("message_not_found"))

    def text_of(self, told: Any) -> str:
        assert (told["channel"], told["thread_ts"]) == ("C1", "1700000000.000100")
        return unescape(told["text"])

    def one(self, number: int, text: str) -> dict[str, Any]:
        return {"ts": f"{int(time.time())}.{number:06}", "user": "U9", "text": escape(text, quote=False)}

    def receipt(self, number: int, text: str) -> Any:
        return {"ok": True, "channel": "C1", **self.one(number, text)}

    def listing(self, found: list[dict[str, Any]]) -> Any:
        return {"ok": True, "messages": found}

    def refusal(self, words: str) -> Any:
        return {"ok": False, "error": words}


class Answers(KeepingContract):
    kind: ClassVar[type[Network]]
    server: Network
    reply: ClassVar[Outgoing]

    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = self.kind(loopback)
        self.url = loopback.url("").rstrip("/")

    def account(self) -> Account:
        return Account(name="acc", network=self.kind.title, server=self.url, communities=("sss",), username="@bem")

    def there(self) -> list[str]:
        return list(self.server.texts.values())

    @pytest.mark.parametrize(
        "other",
        [{"kind": "post", "reply_to": None}, {"attachments": (Attachment(path="/tmp/a.png", alt=""),)}],
    )
    def test_what_is_no_answer_is_refused_before_anything_is_asked(self, other: dict[str, Any]) -> None:
        with pytest.raises(Refused):
            self.send(replace(self.reply, **other))
        assert self.there() == []

    def test_the_catalog_knows_that_it_answers(self) -> None:
        from cmday.connectors.catalog import entry

        assert "replies" in entry(self.account()).gives
        assert sender(self.account()).network == connector(self.account()).network


class TestYouTube(Answers):
    kind = YouTube
    reply = answer_to("youtube", YouTube.place)

    def test_it_names_whom_it_answers_and_where_it_stands(self) -> None:
        sent = self.send()
        assert sent.url == "https://www.youtube.com/watch?v=v1&lc=100"
        assert self.there() == [f"@bruno {TEXT}"]

    def test_a_key_that_only_reads_asks_for_a_sign_in(self) -> None:
        talk = sender(self.account()).send(self.reply)
        next(talk)
        with pytest.raises(SignInNeeded, match="reads only"):
            talk.send(Credentials(None, "AIza-secret"))


class TestReddit(Answers):
    kind = Reddit
    reply = answer_to("reddit", Reddit.place)

    def test_a_refusal_with_status_200_is_one(self) -> None:
        said = {"json": {"errors": [["THREAD_LOCKED", "that thread is locked", "parent"]]}}
        self.server.fault = lambda: self.server.say(said)
        error = self.fails()
        assert isinstance(error, Refused)
        assert "that thread is locked" in error.message.english

    def test_a_message_cannot_be_taken_back(self) -> None:
        with pytest.raises(Refused):
            self.hold(lambda: self.connector().retract(replace(self.reply, sent_id="t4_9")))


class TestDiscord(Answers):
    kind = Discord
    reply = answer_to("discord", Discord.place)

    def test_it_is_told_once_however_often_it_is_sent(self) -> None:
        self.send()
        (told,) = self.server.told
        assert (told["nonce"], told["enforce_nonce"]) == ("key-1", True)


class TestTelegram(Answers):
    kind = Telegram
    reply = answer_to("telegram", Telegram.place)

    def test_where_it_stands(self) -> None:
        assert self.send().url == "https://t.me/bem/100"


class TestFacebook(Answers):
    kind = Facebook
    reply = answer_to("facebook", Facebook.place)


class TestInstagram(Answers):
    kind = Instagram
    reply = answer_to("instagram", Instagram.place)


class TestForgejo(Answers):
    kind = Forgejo
    reply = answer_to("forgejo", Forgejo.place)

    def test_where_it_stands(self) -> None:
        assert self.send().url == "https://codeberg.example/club/site/issues/5#issuecomment-100"


class TestGitlab(Answers):
    kind = Gitlab
    reply = answer_to("gitlab", Gitlab.place)


class TestLemmy(Answers):
    kind = Lemmy
    reply = answer_to("lemmy", Lemmy.place)

    def test_where_it_stands(self) -> None:
        assert self.send().url == "https://lemmy.example/comment/100"


class TestNewLemmy(TestLemmy):
    kind = NewLemmy


class TestSlack(Answers):
    kind = Slack
    reply = answer_to("slack", Slack.place)

    def test_nobody_is_called_by_it(self) -> None:
        self.send(replace(self.reply, text="<!channel> & you"))
        (told,) = self.server.told
        assert told["text"] == "&lt;!channel&gt; &amp; you"
