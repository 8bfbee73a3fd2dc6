"""Discourse: the contract, and what its notifications come to.

Fixtures written from https://docs.discourse.org (notifications.json, posts/{id}.json, user_actions.json) and its recorded
example, 23 November 2026. Not tested against a live server.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from msgspec.structs import replace

from cmday.connectors.discourse import Discourse
from cmday.connectors.protocol import Call, Response
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Notification
from cmday.errors import SignInNeeded
from tests.connectors.contract import HttpContract
from tests.connectors.holding import SECRET, Answer, hold
from tests.connectors.saying import NOW, always, asked_of, say

ACCOUNT = Account(name="forum", network="discourse", server="https://talk.example", communities=("bem",))


def told(number: int, type_: int = 9, **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(hours=5) + timedelta(seconds=7 * number)
    data = {
        "topic_title": f"Doors & bar {number}",
        "original_post_id": 500 + number,
        "original_username": "bruno",
        "display_username": "bruno",
    }
    return {
        "id": 100 + number,
        "notification_type": type_,
        "read": False,
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.123Z"),
        "post_number": 3,
        "topic_id": 40 + number,
        "fancy_title": f"Doors &amp; bar {number}",
        "slug": "doors-bar",
        "data": {**data, **more.pop("data", {})},
        **more,
    }


def post(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": "Bruno B.",
        "username": "bruno",
        "cooked": '<p>When do the <a class="mention" href="/u/ana">@ana</a> doors &amp; bar open?</p>',
        "version": 1,
        "yours": False,
    }


class Server:
    """A forum as a function: newest first, sixty at a time, by offset."""

    def __init__(self, count: int = 0, type_: int = 9) -> None:
        self.told = [told(number, type_) for number in range(count)]
        self.actions: list[dict[str, Any]] = []
        self.marked = 0

    def __call__(self, step: Any) -> Response:
        request = asked_of(step)
        path, query = urlsplit(request.url).path, dict(parse_qsl(urlsplit(request.url).query))
        if path == "/session/current.json":
            return say(request, {"current_user": {"id": 1, "username": "ana", "moderator": True}})
        if path == "/user_actions.json":
            return say(request, {"user_actions": self.actions})
        if path == "/notifications/mark-read.json":
            self.marked += 1
            return say(request, {"success": "OK"})
        if path.startswith("/posts/"):
            return say(request, post(int(path.removeprefix("/posts/").removesuffix(".json"))))
        first = int(query.get("offset", 0))
        listed = sorted(self.told, key=lambda one: str(one.get("created_at")), reverse=True)
        page = {
            "notifications": listed[first : first + 60],
            "total_rows_notifications": len(listed),
            "load_more_notifications": f"/notifications?offset={first + 60}&username=ana",
        }
        return say(request, page)


class TestDiscourse(HttpContract):
    account: ClassVar[Account] = ACCOUNT
    many: ClassVar[int] = 150
    pages_when_many: ClassVar[int] = 3
    asked_when_quiet: ClassVar[int] = 2  # the list, and what we wrote ourselves

    def answers(self, scene: str) -> Answer:
        refusal = {"errors": ["You are not permitted to view the requested resource."], "error_type": "invalid_access"}
        fixed = {
            "garbage": always(b"<html>hello</html>"),
            "signed-out": always(refusal, 403),
            "patience": always({"errors": ["You’ve performed this action too many times"]}, 429, retry_after="30"),
        }
        if scene in fixed:
            return fixed[scene]
        server = Server({"few": 3, "many": self.many}.get(scene, 0), 1 if scene == "few" else 5)
        if scene == "malformed":
            server.told = [told(2), told(1, created_at="yesterday"), {"id": "x"}, told(3, notification_type=None)]
        return server


def swept(server: Answer, since: Cursor | None = None, account: Account = ACCOUNT) -> Any:
    talk = hold(Discourse(account).notifications(since), server)
    assert talk.error is None
    return talk


def read(found: dict[str, Any]) -> Notification:
    server = Server()
    server.told = [found]
    (one,) = swept(server).found
    assert isinstance(one, Notification)
    return one


@pytest.mark.parametrize(
    ("type_", "kind"),
    [(1, "mention"), (2, "reply"), (3, "mention"), (4, "other"), (5, "like"), (6, "message"), (7, "message"), (9, "reply"),
     (11, "share"), (12, "other"), (15, "mention"), (17, "reply"), (25, "like"), (30, "message"), (800, "follow"), (4711, "other")],
)  # fmt: skip
def test_kinds(type_: int, kind: str) -> None:
    assert read(told(1, type_)).kind == kind


def test_a_mention_in_full() -> None:
    one = read(told(1, 1))
    assert (one.author, one.author_handle) == ("Bruno B.", "@bruno")
    assert one.text == "When do the @ana doors & bar open?"
    assert one.url == "https://talk.example/t/doors-bar/41/3"
    assert (one.thread, one.subject, one.subject_text) == ("41", "41/3", "Doors & bar 1")
    assert one.reply is not None
    assert (one.reply.id, one.reply.to) == ("41/3", "bruno")


def test_a_badge_names_itself_and_cannot_be_answered() -> None:
    data = {"badge_id": 41, "badge_name": "First Emoji", "badge_slug": "first-emoji", "username": "ana"}
    one = read({**told(1, 12), "topic_id": None, "post_number": None, "fancy_title": None, "slug": None, "data": data})
    assert (one.text, one.url) == ("First Emoji", "https://talk.example/badges/41/first-emoji")
    assert one.reply is None


def test_keys_go_into_headers_of_their_own() -> None:
    (request,) = swept(Server()).asked
    assert request.secret_headers == (("User-Api-Key", SECRET),)
    (request,) = swept(Server(), account=replace(ACCOUNT, username="@ana")).asked
    assert request.secret_headers == (("Api-Key", SECRET), ("Api-Username", "ana"))


def test_what_we_wrote_elsewhere_comes_once() -> None:
    server = Server(1, 1)
    first = swept(server)
    server.actions = [
        {"action_type": 5, "created_at": "2026-11-02T07:30:00.000Z", "topic_id": 40, "post_number": 4,
         "acting_username": "ana", "slug": "doors-bar", "excerpt": "At eight."},
        {"action_type": 5, "created_at": None},
    ]  # fmt: skip
    second = swept(server, first.cursor)
    (own,) = [one for page in second.pages for one in page.thread]
    assert (own.thread, own.mine, own.by, own.text) == ("40", True, "@ana", "At eight.")
    assert not [one for page in swept(server, second.cursor).pages for one in page.thread]


def test_posts_that_may_not_be_seen_cost_their_words_only() -> None:
    server = Server(3, 1)

    def answer(step: Any) -> Response:
        request = asked_of(step)
        return say(request, {"errors": ["no"]}, 403) if "/posts/" in request.url else server(request)

    assert {one.text for one in swept(answer).found} == {f"Doors & bar {number}" for number in range(3)}


def test_an_expired_key_is_a_sign_in() -> None:
    def answer(step: Call | Any) -> Response:
        return say(asked_of(step), {"current_user": None, "errors": []}, 404)

    error = hold(Discourse(ACCOUNT).check(), answer).error
    assert isinstance(error, SignInNeeded)


def test_read_marks_are_brought_there_where_that_is_wished() -> None:
    server = Server(2)
    account = replace(ACCOUNT, options={"sync_read": True})
    first = swept(server, account=account)
    swept(server, first.cursor, account=account)
    assert server.marked == 1


RECORDED = Path(os.environ.get("CMDAY_CORPUS", "nowhere"), "recorded")
FILES = sorted(RECORDED.glob("discourse_notifications*.json"))


@pytest.mark.skipif(not FILES, reason="CMDAY_CORPUS does not name the folder of recorded answers")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_recorded_notifications_lose_nothing(file: Path) -> None:
    found = json.loads(file.read_bytes())
    newest = max(datetime.fromisoformat(one["created_at"]) for one in found["notifications"])

    def answer(step: Any) -> Response:
        request = asked_of(step)
        body = found if "/notifications.json" in request.url else {"current_user": {"username": "ana"}}
        date = ("date", newest.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"))
        return replace(say(request, body), headers=(date,))

    talk = swept(answer)
    assert sorted(one.id for one in talk.found) == sorted(f"forum:{one['id']}" for one in found["notifications"])
    assert all(one.text and one.url for one in talk.found)
