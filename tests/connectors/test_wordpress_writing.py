"""Writing to WordPress, against a site on the loopback that keeps what it is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from cmday.connectors.wordpress_writing import WordPressWriting, title_and_text
from cmday.core.accounts import Account
from cmday.core.outbox import Outgoing
from cmday.errors import RateLimited, Refused
from tests.connectors.sending_contract import SECRET, SendingContract
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

REPLY = Outgoing(
    id="out-1",
    kind="reply",
    account="blog",
    network="wordpress",
    community="bem",
    state="queued",
    text="Yes! Doors open at 20:30 & there is a <cloakroom>.",
    key="key1",
    created=datetime(2026, 11, 2, 8, tzinfo=UTC),
    reply_to="7",
    to="Bruno",
)
POST = replace(REPLY, id="out-2", kind="post", key="key2", text="Meetup\n\nTonight at eight.", reply_to=None, to=None)


class Site:
    """A site with one comment (7) on one post (12); ``fault`` is what becomes of the next ones, kept or not."""

    def __init__(self, loopback: Loopback) -> None:
        self.written: list[dict[str, Any]] = []
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.status = "approved"
        self.refuses = False
        loopback.route("*", self)

    def __call__(self, received: Received) -> Answer:
        path = received.path.removeprefix("/wp-json/wp/v2")
        if self.refuses:
            return answer({"code": "incorrect_password", "message": "no"}, 401)
        if received.method == "POST":
            return self._write(path, json.loads(received.body))
        if path in ("/comments", "/posts"):
            return answer([one for one in self.written[::-1] if one["path"] == path])
        there: dict[str, Any] = {"/users/me": {"id": 1, "name": "Ana"}, "/comments/7": {"id": 7, "post": 12}}
        there |= {f"{one['path']}/{one['id']}": one for one in self.written}
        if path not in there:
            return answer({"code": "rest_comment_invalid_id", "message": "Invalid comment ID."}, 404)
        if received.method == "DELETE":
            self.written.remove(there[path])
        return answer(there[path])

    def _write(self, path: str, body: dict[str, Any]) -> Answer:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        one = {
            **body,
            "id": 100 + len(self.written),
            "path": path,
            "author": 1,
            "link": f"https://blog.example/{100 + len(self.written)}",
            "date_gmt": body.get("date_gmt", now),
            "modified_gmt": now,
            "status": body.get("status", self.status),
            "content": {"rendered": f"<p>{body['content']}</p>", "raw": body["content"]},
            "title": {"rendered": body.get("title", ""), "raw": body.get("title", "")},
        }
        if self.fault is None or self.keeps:
            self.written.append(one)
        return self.fault() if self.fault else answer(one, 201)


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


class TestWordPressWriting(SendingContract):
    reply: ClassVar[Outgoing] = REPLY

    @pytest.fixture(autouse=True)
    def _site(self, loopback: Loopback) -> None:
        self.site = Site(loopback)
        self.url = loopback.url("")

    def account(self) -> Account:
        return Account(name="blog", network="wordpress", server=self.url, communities=("bem",), username="ana")

    def there(self) -> list[str]:
        return [unescape(one["content"]["raw"]) for one in self.site.written]

    def bring_into(self, scene: str) -> None:
        site = self.site
        site.keeps = scene in ("closes", "hangs")
        if scene == "usual":
            site.fault = None
        elif scene == "signed-out":
            site.refuses = True
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        else:
            site.fault = {
                "closes": lambda: Answer(silent=True),
                "hangs": lambda: Answer(never=True),
                "refuses": lambda: answer({"code": "rest_x", "message": "no <b>such</b> words here"}, 403),
                "busy": lambda: Answer(status=429, body=b"{}", headers={"Retry-After": "7"}),
            }[scene]

    def test_it_stands_below_what_it_answers_and_its_marks_are_no_html(self) -> None:
        self.send()
        (one,) = self.site.written
        assert (one["post"], one["parent"]) == (12, 7)
        assert one["content"]["raw"] == "Yes! Doors open at 20:30 &amp; there is a &lt;cloakroom&gt;."

    def test_what_waits_for_approval_is_sent_and_says_so(self) -> None:
        self.site.status = "hold"
        assert "approval" in (self.send().note or "")

    def test_what_it_answers_is_gone(self) -> None:
        with pytest.raises(Refused):
            self.send(replace(REPLY, reply_to="8"))

    def test_a_flood_is_a_matter_of_patience(self) -> None:
        self.site.fault = lambda: answer({"code": "comment_flood", "message": "Slow down."}, 400)
        assert isinstance(self.fails(), RateLimited)

    def test_a_post_goes_out_now_or_waits_on_the_site(self) -> None:
        self.send(POST)
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
        later = replace(POST, key="key3", text="Next week\nAgain.", due=due)
        sent = self.send(later)
        now, then = self.site.written
        assert (now["status"], now["title"]["raw"], now["content"]["raw"]) == ("publish", "Meetup", "Tonight at eight.")
        assert (then["status"], then["date_gmt"]) == ("future", due.strftime("%Y-%m-%dT%H:%M:%S"))
        found = self.find(replace(later, began=datetime.now(UTC)))
        assert found == sent
        assert self.find(replace(later, text="Never\nsaid", began=datetime.now(UTC))) is None
        self.hold(lambda: self.connector().retract(replace(later, sent_id=sent.id)))
        assert self.site.written == [now]


@pytest.mark.parametrize(
    ("text", "subject", "title", "rest"),
    [
        ("One line", None, "One line", "One line"),
        ("Title\n\nText\nmore", None, "Title", "Text\nmore"),
        ("Text", "Subject", "Subject", "Text"),
        ("x" * 200 + "\nmore", None, "x" * 119 + "…", "x" * 200 + "\nmore"),
    ],
)
def test_a_post_has_a_title(text: str, subject: str | None, title: str, rest: str) -> None:
    assert title_and_text(replace(POST, text=text, subject=subject)) == (title, rest)


def test_a_site_without_speaking_addresses_is_written_to_as_well(loopback: Loopback) -> None:
    site = Site(loopback)
    loopback.route("/wp-json/wp/v2/comments/7", Answer(status=404, body=b"<html>"))
    asked: list[str] = []

    def by_parameter(received: Received) -> Answer:
        from dataclasses import replace as other
        from urllib.parse import parse_qs

        asked.append(received.method)
        return site(other(received, path="/wp-json" + parse_qs(received.query)["rest_route"][0]))

    loopback.route("/", by_parameter)
    account = Account(name="blog", network="wordpress", server=loopback.url("").rstrip("/"), username="ana")
    from tests.connectors.talking import converse, held
    from tests.servers.writing import known_by

    told = converse(held(lambda: WordPressWriting(account).send(REPLY)), sign_in=known_by("ana", SECRET))
    assert told.error() is None
    assert asked == ["GET", "POST"]
    assert len(site.written) == 1
