"""Answers on GitHub and Discourse, against servers on the loopback that keep what they are given.

Fixtures written from https://docs.github.com/en/rest/issues/comments and https://docs.discourse.org (posts), 23 November
2026. Not tested against a live server.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing
from cmday.errors import Refused
from tests.connectors.keeping_contract import KeepingContract
from tests.connectors.sending_contract import SECRET
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

TEXT = "Doors open at 20:30 & there is a cloakroom."


def outgoing(network: str, reply_to: str) -> Outgoing:
    return Outgoing(
        id="out-1",
        kind="reply",
        account="acc",
        network=network,
        community="sss",
        state="queued",
        text=TEXT,
        key="key-1",
        created=datetime(2026, 11, 2, 8, tzinfo=UTC),
        reply_to=reply_to,
        to="bruno",
    )


class Server:
    """What both have in common: posts by number, a fault for what is written next, kept or not."""

    secret: ClassVar[tuple[str, str]]

    def __init__(self, loopback: Loopback) -> None:
        self.posts: dict[int, dict[str, Any]] = {}
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.signed_in = True
        self.loopback = loopback
        loopback.route("*", self)

    def __call__(self, received: Received) -> Answer:
        name, value = self.secret
        if not self.signed_in or received.headers.get(name) != value:
            return self.say(self.refusal("Bad credentials"), 401)
        number = received.path.removesuffix(".json").rpartition("/")[2]
        if received.method == "POST":
            if self.fault is None or self.keeps:
                post = self.keep(100 + len(self.posts), json.loads(received.body))
                self.posts[100 + len(self.posts)] = post
            return self.fault() if self.fault else self.say(post, 201)
        if received.method == "DELETE":
            gone = self.posts.pop(int(number), None)
            return Answer(status=204) if gone else self.say(self.refusal("Not Found"), 404)
        return self.listed(received.path)

    def say(self, body: Any, status: int = 200) -> Answer:
        return Answer(status=status, body=json.dumps(body).encode())

    def refusal(self, words: str) -> dict[str, Any]:
        raise AssertionError(words)

    def keep(self, number: int, told: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError(number)

    def listed(self, path: str) -> Answer:
        raise AssertionError(path)


class Hub(Server):
    secret = ("authorization", f"Bearer {SECRET}")

    def refusal(self, words: str) -> dict[str, Any]:
        return {"message": words}

    def keep(self, number: int, told: dict[str, Any]) -> dict[str, Any]:
        page = f"https://github.com/club/site/issues/5#issuecomment-{number}"
        at = datetime.now(UTC).isoformat()
        return {"id": number, "html_url": page, "body": told["body"], "user": {"login": "ana"}, "created_at": at}

    def listed(self, path: str) -> Answer:
        return self.say({"login": "ana"} if path.endswith("/user") else list(self.posts.values()))


class Forum(Server):
    secret = ("user-api-key", SECRET)

    def refusal(self, words: str) -> dict[str, Any]:
        return {"errors": [words]}

    def keep(self, number: int, told: dict[str, Any]) -> dict[str, Any]:
        at = datetime.now(UTC).isoformat()
        cooked = f"<p>{escape(told['raw'])}</p>"
        return {"id": number, "post_number": 4, "topic_id": 41, "cooked": cooked, "yours": True, "created_at": at}

    def listed(self, path: str) -> Answer:
        return self.say({"post_stream": {"posts": list(self.posts.values())}})


class Comments(KeepingContract):
    kind: ClassVar[type[Server]]
    server: Server

    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = self.kind(loopback)
        self.url = loopback.url("")

    def account(self) -> Account:
        return Account(name="acc", network=self.reply.network, server=self.url, communities=("sss",))

    def there(self) -> list[str]:
        from cmday.text.plain import plain

        return [plain(post.get("cooked") or escape(post["body"])) for post in self.server.posts.values()]

    def test_what_is_no_answer_is_refused_before_anything_is_asked(self) -> None:
        with pytest.raises(Refused):
            self.send(replace(self.reply, kind="post", reply_to=None))
        assert self.there() == []


class TestGitHubWriting(Comments):
    reply: ClassVar[Outgoing] = outgoing("github", "/repos/club/site/issues/5")
    kind: ClassVar[type[Server]] = Hub

    def test_where_it_goes(self) -> None:
        sent = self.send()
        assert sent.url == "https://github.com/club/site/issues/5#issuecomment-100"
        (request,) = self.server.loopback.asked("/api/v3/repos/club/site/issues/5/comments")
        assert json.loads(request.body) == {"body": f"@bruno {TEXT}"}

    def test_a_discussion_is_answered_found_and_cleared_by_its_node(self) -> None:
        said: list[dict[str, Any]] = []
        comment = {"id": "DC_1", "url": "https://github.com/club/site/discussions/9#c", "viewerDidAuthor": True}
        comment |= {"body": f"@bruno {TEXT}", "createdAt": datetime.now(UTC).isoformat()}

        def graphql(received: Received) -> Answer:
            said.append(json.loads(received.body))
            node = {"comments": {"nodes": [comment]}}
            return self.server.say({"data": {"addDiscussionComment": {"comment": comment}, "node": node}})

        self.server.loopback.route("/api/v3/graphql", graphql)
        talk = replace(self.reply, reply_to="discussion:D_9")
        sent = self.send(talk)
        assert (sent.id, sent.url) == ("discussion:DC_1", comment["url"])
        assert said[0]["variables"] == {"id": "D_9", "body": f"@bruno {TEXT}"}
        assert self.find(talk) == sent
        self.hold(lambda: self.connector().retract(replace(talk, sent_id=sent.id)))
        assert said[-1]["variables"] == {"id": "DC_1"}

    def test_a_discussion_that_is_locked_is_refused_in_githubs_words(self) -> None:
        refusal = self.server.say({"errors": [{"message": "The discussion is locked"}]})
        self.server.loopback.route("/api/v3/graphql", refusal)
        with pytest.raises(Refused, match="is locked"):
            self.send(replace(self.reply, reply_to="discussion:D_9"))


class TestDiscourseWriting(Comments):
    reply: ClassVar[Outgoing] = outgoing("discourse", "41/3")
    kind: ClassVar[type[Server]] = Forum

    def test_where_it_goes(self) -> None:
        sent = self.send()
        assert sent.url == f"{self.url.rstrip('/')}/t/-/41/4"
        (request,) = self.server.loopback.asked("/posts.json")
        assert json.loads(request.body) == {"raw": TEXT, "topic_id": 41, "reply_to_post_number": 3}

    def test_what_waits_for_approval_is_sent_and_says_so(self) -> None:
        self.server.fault = lambda: self.server.say({"action": "enqueued", "pending_post": {"id": 9}})
        sent = self.send()
        assert (sent.id, sent.note) == ("pending-9", "it waits for approval on the forum")
