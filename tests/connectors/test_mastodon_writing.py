"""Writing by the Mastodon API, against a server on the loopback that keeps what it is given."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from msgspec.structs import replace

from cmday.connectors.mastodon_writing import MastodonWriting
from cmday.connectors.protocol import Manner
from cmday.core.accounts import Account
from cmday.core.outbox import Attachment, Outgoing, Sent
from cmday.errors import CmdayError, ConfigError, RateLimited, Refused, SignInNeeded, Uncertain
from tests.connectors.sending_contract import LONG_AGO, SECRET, SendingContract
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

ME = "1"
REPLY = Outgoing(
    id="out-1",
    kind="reply",
    account="nox",
    network="mastodon",
    community="sss",
    state="queued",
    text="Thanks! Doors open at 20:30 & there is a cloakroom.",
    key="key-1",
    created=datetime(2026, 11, 2, 8, tzinfo=UTC),
    reply_to="900",
    to="@dj_nox@music.example",
    visibility="unlisted",
    language="en",
)
POST = replace(REPLY, id="out-2", kind="post", key="key-2", reply_to=None, to=None, visibility=None)


class Server:
    """What a Mastodon server does with posts; ``fault`` is what becomes of the next ones, kept or not."""

    def __init__(self, loopback: Loopback) -> None:
        self.loopback = loopback
        self.posts: list[dict[str, Any]] = []
        self.media: dict[str, bytes] = {}
        self.fault: Callable[[], Answer] | None = None
        self.keeps = False
        self.token = SECRET
        self.clock = timedelta()
        self.lists_hidden = True
        loopback.route("*", self)

    def __call__(self, received: Received) -> Answer:
        if received.headers.get("authorization") != f"Bearer {self.token}":
            return self.answer({"error": "The access token is invalid"}, 401)
        if number := re.fullmatch(r"/api/v1/statuses/(\d+)", received.path):
            return self._one(number[1], received.method)
        there: dict[str, Callable[[], Answer]] = {
            "/api/v1/statuses": lambda: self._post(parse_qs(received.body.decode())),
            "/api/v1/accounts/verify_credentials": lambda: self.answer({"id": ME, "acct": "sss", "display_name": ""}),
            f"/api/v1/accounts/{ME}/statuses": self._listed,
            "/api/v1/statuses/900/context": self._below,
            "/api/v2/media": lambda: self._picture(received),
            "/api/v1/media/m1": lambda: self.answer({"id": "m1", "url": "there"}),
        }
        return there.get(received.path, lambda: self.answer({"error": "Record not found"}, 404))()

    def _listed(self) -> Answer:
        return self.answer([one for one in self.posts[::-1] if self.lists_hidden or one["visibility"] == "public"])

    def _below(self) -> Answer:
        return self.answer({"ancestors": [], "descendants": [one for one in self.posts if one["in_reply_to_id"]]})

    def answer(self, body: Any, status: int = 200) -> Answer:
        date = format_datetime(datetime.now(UTC) + self.clock, usegmt=True)
        return Answer(status=status, body=json.dumps(body).encode(), headers={"Date": date})

    def add(self, text: str, **more: Any) -> dict[str, Any]:
        content = re.sub(
            r"@(\w+)@[\w.]+", r'<span class="h-card"><a href="https://x/@\1">@<span>\1</span></a></span>', escape(text)
        )
        post = {
            "id": str(100 + len(self.posts)),
            "created_at": (datetime.now(UTC) + self.clock).isoformat(),
            "account": {"id": ME},
            "content": f"<p>{content}</p>",
            "visibility": "public",
            "in_reply_to_id": None,
            "reblog": None,
            "url": f"https://m.example/@sss/{100 + len(self.posts)}",
            **more,
        }
        self.posts.append(post)
        return post

    def _post(self, form: dict[str, list[str]]) -> Answer:
        def of(name: str) -> str | None:
            return form.get(name, [None])[0]

        if self.fault is None or self.keeps:
            post = self.add(
                of("status") or "",
                visibility=of("visibility"),
                in_reply_to_id=of("in_reply_to_id"),
                media=form.get("media_ids[]"),
            )
        return self.fault() if self.fault else self.answer(post)

    def _one(self, number: str, method: str) -> Answer:
        there = next((one for one in self.posts if one["id"] == number), None)
        if there is None:
            return self.answer({"error": "Record not found"}, 404)
        if method == "DELETE":
            self.posts.remove(there)
        return self.answer(there)

    def _picture(self, received: Received) -> Answer:
        self.media["m1"] = received.body
        return self.answer({"id": "m1", "url": None}, 202)


class TestMastodonWriting(SendingContract):
    reply: ClassVar[Outgoing] = REPLY

    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = Server(loopback)
        self.url = loopback.url("")

    def account(self) -> Account:
        return Account(name="nox", network="mastodon", server=self.url, communities=("sss",), username="sss")

    def there(self) -> list[str]:
        from cmday.text.plain import plain

        return [plain(one["content"]) for one in self.server.posts]

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
                "refuses": lambda: server.answer({"error": "Validation failed: such words"}, 422),
                "busy": lambda: Answer(status=429, headers={"Retry-After": "30"}),
            }[scene]

    def test_what_is_asked_of_the_server(self) -> None:
        self.send()
        (request,) = self.server.loopback.asked("/api/v1/statuses")
        assert request.headers["idempotency-key"] == "key-1"
        assert {name: values[0] for name, values in parse_qs(request.body.decode()).items()} == {
            "status": f"@dj_nox@music.example {REPLY.text}",
            "visibility": "unlisted",
            "in_reply_to_id": "900",
            "language": "en",
        }

    def test_a_post_has_the_visibility_of_the_account_where_it_says_nothing(self) -> None:
        self.send(POST)
        quiet = replace(self.account(), options={"visibility": "unlisted"})
        self.hold(lambda: MastodonWriting(quiet).send(POST))
        assert [one["visibility"] for one in self.server.posts] == ["public", "unlisted"]

    @pytest.mark.parametrize("status", [500, 502, 504])
    def test_a_fault_of_the_server_is_uncertain(self, status: int) -> None:
        self.server.fault = lambda: Answer(status=status, body=b"<h1>oh</h1>")
        assert isinstance(self.fails(), Uncertain)

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"no": "id"}'])
    def test_a_yes_that_cannot_be_read_is_uncertain(self, body: bytes) -> None:
        self.server.fault = lambda: Answer(body=body)
        assert isinstance(self.fails(), Uncertain)

    def test_a_server_that_is_closed_for_now_is_asked_later(self) -> None:
        self.server.fault = lambda: Answer(status=503)
        assert isinstance(self.fails(), RateLimited)

    @pytest.mark.parametrize(
        "words",
        [
            "This action is outside the authorized scopes",
            "Insufficient permissions: write:statuses.",
            "token has insufficient scope",
        ],
    )
    def test_a_token_for_reading_asks_for_a_sign_in(self, words: str) -> None:
        self.server.fault = lambda: self.server.answer({"error": words}, 403)
        error = self.fails()
        assert isinstance(error, SignInNeeded)
        assert "reading only" in error.message.english

    def test_what_is_answered_is_gone(self) -> None:
        self.server.fault = lambda: self.server.answer({"error": "The post you are trying to reply to is gone"}, 404)
        assert isinstance(self.fails(), Refused)

    # Pictures.

    def test_a_picture_goes_first_with_its_words(self, tmp_path: Path) -> None:
        picture = tmp_path / 'l"été.png'
        picture.write_bytes(b"\x89PNG\r\n--not a boundary")
        self.send(replace(POST, attachments=(Attachment(path=str(picture), alt="Une scène, la nuit"),)))
        assert self.server.posts[0]["media"] == ["m1"]
        body = self.server.media["m1"]
        assert b"\x89PNG\r\n--not a boundary" in body
        assert "Une scène, la nuit".encode() in body
        assert b'filename="l__t_.png"\r\nContent-Type: image/png' in body
        assert self.server.loopback.count("/api/v1/media/m1") == 1  # waited for

    def test_an_older_server_takes_it_at_its_own_door(self, tmp_path: Path) -> None:
        picture = tmp_path / "x.png"
        picture.write_bytes(b"x")
        self.server.loopback.route("/api/v2/media", Answer(status=404))
        self.server.loopback.route("/api/v1/media", b'{"id": 7, "url": "u"}')
        self.send(replace(POST, attachments=(Attachment(path=str(picture), alt="x"),)))
        assert self.server.posts[0]["media"] == ["7"]

    @pytest.mark.parametrize("fault", [Answer(silent=True), Answer(never=True)])
    def test_a_picture_that_is_lost_leaves_no_doubt(self, tmp_path: Path, fault: Answer) -> None:
        picture = tmp_path / "x.png"
        picture.write_bytes(b"x")
        self.server.loopback.route("/api/v2/media", fault)
        with pytest.raises(CmdayError) as caught:
            self.send(replace(POST, attachments=(Attachment(path=str(picture), alt="x"),)), deadline=1.0)
        assert not isinstance(caught.value, Uncertain)
        assert self.server.posts == []

    def test_a_picture_that_is_not_there(self) -> None:
        with pytest.raises(CmdayError, match="cannot be read"):
            self.send(replace(POST, attachments=(Attachment(path="/no/such.png", alt="x"),)))
        assert self.server.loopback.count() == 0

    # Looking whether it arrived.

    def test_too_soon_to_tell_is_uncertain(self) -> None:
        assert isinstance(self.find(replace(POST, began=datetime.now(UTC))), Uncertain)
        assert self.find(replace(POST, began=datetime.now(UTC) - LONG_AGO)) is None

    @pytest.mark.parametrize("clock", [timedelta(), timedelta(hours=5), timedelta(hours=-5)])
    def test_a_wrong_clock_of_the_server_does_no_harm(self, clock: timedelta) -> None:
        self.server.clock = clock
        self.send(POST)
        assert isinstance(self.find(replace(POST, began=datetime.now(UTC) - timedelta(seconds=1))), Sent)

    def test_a_clock_of_ours_that_is_ahead_does_no_harm(self) -> None:
        self.send(POST)
        assert isinstance(self.find(replace(POST, began=datetime.now(UTC) + timedelta(days=30))), Sent)

    def test_an_old_post_of_the_same_words_is_another(self) -> None:
        self.server.add(POST.text, created_at="2020-01-01T08:00:00.000Z")
        assert self.find(replace(POST, began=datetime.now(UTC) - LONG_AGO)) is None

    def test_of_two_alike_each_is_found_for_itself(self) -> None:
        first, second = self.send(POST), self.send(POST)
        began = replace(POST, began=datetime.now(UTC))
        found = self.find(began, frozenset({first.id}))
        assert isinstance(found, Sent)
        assert found.id == second.id
        assert not isinstance(self.find(began, frozenset({first.id, second.id})), Sent)

    @pytest.mark.parametrize(
        "more",
        [
            {"in_reply_to_id": "800"},
            {"account": {"id": "2"}},
            {"content": "<p>other words</p>"},
            {"reblog": {"id": "5"}},
        ],
    )
    def test_what_is_alike_but_not_ours_is_not_found(self, more: dict[str, Any]) -> None:
        self.server.add(POST.text, **more)
        assert self.find(replace(POST, began=datetime.now(UTC) - LONG_AGO)) is None

    def test_a_direct_answer_is_not_found_in_a_public_one(self) -> None:
        self.server.add(f"{REPLY.to} {REPLY.text}", in_reply_to_id="900")
        assert self.find(replace(REPLY, visibility="direct", began=datetime.now(UTC) - LONG_AGO)) is None

    def test_a_direct_answer_is_found_below_what_it_answers_though_it_is_not_listed(self) -> None:
        self.server.lists_hidden = False
        direct = replace(REPLY, visibility="direct", began=datetime.now(UTC))
        sent = self.send(direct)
        found = self.find(direct)
        assert isinstance(found, Sent)
        assert found.id == sent.id

    def test_a_direct_answer_to_what_is_gone_cannot_be_told(self) -> None:
        gone = replace(REPLY, reply_to="901", visibility="direct", began=datetime.now(UTC) - LONG_AGO)
        assert isinstance(self.find(gone), Uncertain)

    def test_a_server_that_makes_html_of_marks_is_seen_through(self) -> None:
        self.server.add("x", content="<p>Ouf : <b>demain</b>,<br>20 h ! <code>x</code></p>")
        assert isinstance(
            self.find(replace(POST, text="Ouf\u202f: **demain**,\n20 h ! `x`", began=datetime.now(UTC))), Sent
        )

    def test_long_ago_is_looked_for_page_by_page(self) -> None:
        wanted = self.server.add(POST.text)
        for number in range(90):
            self.server.add(f"chatter {number}")

        def pages(received: Received) -> Answer:
            before = int(parse_qs(received.query).get("max_id", ["100000"])[0])
            return self.server.answer([one for one in self.server.posts[::-1] if int(one["id"]) < before][:20])

        self.server.loopback.route(f"/api/v1/accounts/{ME}/statuses", pages)
        found = self.find(replace(POST, began=datetime.now(UTC)))
        assert isinstance(found, Sent)
        assert found.id == wanted["id"]

    # Taking back, and manners.

    def test_a_server_that_takes_nothing_back_says_so(self) -> None:
        sent = self.send(POST)

        def stubborn(received: Received) -> Answer:
            return Answer(status=404) if received.method == "DELETE" else self.server.answer(self.server.posts[0])

        self.server.loopback.route(f"/api/v1/statuses/{sent.id}", stubborn)
        with pytest.raises(Refused, match="takes nothing back"):
            self.hold(lambda: self.connector().retract(replace(POST, sent_id=sent.id, sent_url=sent.url)))

    @pytest.mark.parametrize(
        ("second", "first", "expected"),
        [
            (
                {
                    "configuration": {
                        "statuses": {
                            "max_characters": 5000,
                            "characters_reserved_per_url": 32,
                            "max_media_attachments": 6,
                        }
                    }
                },
                None,
                (5000, 32, 6),
            ),
            (None, {"configuration": {"statuses": {"max_characters": 1000}}}, (1000, 23, 4)),
            (None, {"max_toot_chars": 4096}, (4096, 23, 4)),
            ({"configuration": []}, {"max_toot_chars": "many"}, (500, 23, 4)),
            (None, None, (500, 23, 4)),
        ],
    )
    def test_manners_are_what_the_server_says(self, second: Any, first: Any, expected: tuple[int, int, int]) -> None:
        for path, body in (("/api/v2/instance", second), ("/api/v1/instance", first)):
            self.server.loopback.route(path, self.server.answer(body) if body else Answer(status=404))
        most, link, pictures = expected
        manner = self.manner()
        assert manner == Manner(most=most, link_length=link, pictures=pictures, findable=True, retractable=True)

    def test_a_visibility_that_is_none(self) -> None:
        with pytest.raises(ConfigError, match="loud"):
            MastodonWriting(replace(self.account(), options={"visibility": "loud"}))
