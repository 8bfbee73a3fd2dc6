"""Lemmy in both versions of its API, not tested against a live server.

Fixtures written from join-lemmy.org/docs/contributors/04-api.html and join-lemmy.org/api (v3), and from LemmyNet/lemmy:
crates/api/routes, db_views/notification, db_schema/source/notification (v4), 2026-11-23.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from cmday.core.accounts import Account
from cmday.errors import SignInNeeded
from tests.connectors.documented import DocumentedContract, ago, iso, refusing, serving
from tests.connectors.holding import Answer

ACCOUNT = Account(name="lem", network="lemmy", server="https://lemmy.example", communities=("bem",))
ADA = {"id": 5, "name": "ada", "display_name": "Ada L.", "ap_id": "https://far.example/u/ada"}
ME = {"id": 1, "name": "bem", "ap_id": "https://lemmy.example/u/bem"}
POST = {"id": 70, "name": "Open evening", "ap_id": "https://lemmy.example/post/70"}


def at(number: int) -> str:
    return iso(ago(hours=20)).replace("Z", f".{number:06d}Z")


def view(number: int, **more: Any) -> dict[str, Any]:
    comment = {"id": 800 + number, "content": f"hello {number}", "path": f"0.41.{800 + number}"}
    link = {"ap_id": f"https://far.example/comment/{800 + number}"}
    return {"comment": comment | link, "creator": ADA, "post": POST, "community": {"name": "bem"}} | more


def told(number: int, kind: str = "reply", **data: Any) -> dict[str, Any]:
    head = {"id": number, "recipient_id": 1, "read": False, "published_at": at(number), "kind": kind}
    return {"notification": head, "data": {"type_": "comment", **(data or view(number))}}


def private(number: int, creator: Any = ADA, recipient: Any = ME, when: str = "published_at") -> dict[str, Any]:
    message = {"id": number, "content": "A word?", when: at(number)}
    return {"private_message": message, "creator": creator, "recipient": recipient}


def server_v4(entries: list[Any]) -> Answer:
    def route(path: str, query: dict[str, str]) -> Any:
        if path == "/api/v4/account":
            return {"local_user_view": {"person": ME}}
        assert path == "/api/v4/account/notification/list"
        start = int(query.get("page_cursor", "c0")[1:])
        page = entries[start : start + int(query["limit"])]
        more = start + len(page) < len(entries)
        return {"items": page, **({"next_page": f"c{start + len(page)}"} if more else {})}

    return serving(route)


def server_v3(missing: Any = ({"error": "not_found"}, 404, {}), **lists: list[Any]) -> Answer:
    def route(path: str, query: dict[str, str]) -> Any:
        if path.startswith("/api/v4"):
            return missing
        if path == "/api/v3/site":
            return {"my_user": {"local_user_view": {"person": ME}}}
        key = {"replies": "replies", "mention": "mentions", "list": "private_messages"}[path.rpartition("/")[2]]
        page, limit = int(query["page"]), int(query["limit"])
        return {key: lists.get(key, [])[(page - 1) * limit : page * limit]}

    return serving(route)


def reply_v3(number: int) -> dict[str, Any]:
    return {"comment_reply": {"id": number, "published": at(number)}, **view(number)}


class TestLemmyV4(DocumentedContract):
    account = ACCOUNT
    many: ClassVar[int] = 120
    pages_when_many: ClassVar[int] = 3
    signed_out = ({"error": "not_logged_in"}, 401, {})

    def server(self, count: int) -> Answer:
        return server_v4([told(number) for number in reversed(range(count))])

    def malformed(self) -> Answer:
        return server_v4([told(4), 7, {"notification": {"id": 3}}, {"data": {}}])

    def test_replies_mentions_and_messages_are_told_apart(self) -> None:
        message = told(9, "private_message", **private(33))
        found = self.sweep(server_v4([message, told(8, "mention"), told(7), told(6, "mod_action", modlog={})])).found
        assert [one.kind for one in found] == ["message", "mention", "reply"]
        assert (found[0].text, found[0].thread) == ("A word?", "messages-5")
        assert (found[1].author, found[1].author_handle) == ("Ada L.", "@ada@far.example")
        assert (found[2].thread, found[2].subject_text) == ("comment-41", "Open evening")
        assert found[2].url == "https://far.example/comment/807"


class TestLemmyV3(DocumentedContract):
    account = ACCOUNT
    many: ClassVar[int] = 120
    pages_when_many: ClassVar[int] = 3
    asked_when_quiet: ClassVar[int] = 3
    signed_out = ({"error": "not_logged_in"}, 400, {})

    def server(self, count: int) -> Answer:
        return server_v3(replies=[reply_v3(number) for number in reversed(range(count))])

    def malformed(self) -> Answer:
        return server_v3(replies=[reply_v3(4), 7, {"comment_reply": {"id": 3}}])

    def test_a_server_that_shows_a_page_instead_has_version_3(self) -> None:
        page: Any = (b"<!doctype html><p>no such page", 200, {})
        talk = self.sweep(server_v3(page, replies=[reply_v3(1)]))
        assert [one.id for one in talk.found] == ["lem:replies-1"]

    def test_our_own_message_answers_theirs(self) -> None:
        mine = private(12, creator=ME, recipient=ADA, when="published")
        talk = self.sweep(server_v3(private_messages=[mine, private(11, when="published")]))
        (post,) = [one for page in talk.pages for one in page.thread]
        (item,) = talk.found
        assert (post.mine, post.thread) == (True, item.thread)
        assert post.at > item.at

    def test_a_server_that_shows_nobody_signed_in_asks_for_a_sign_in(self) -> None:
        talk = self.sweep(serving(lambda path, _query: {"site_view": {}} if "v3" in path else ({}, 404, {})))
        assert isinstance(talk.error, SignInNeeded)


@pytest.mark.parametrize("said", ["not_logged_in", "incorrect_login"])
def test_a_session_that_is_over_asks_for_a_sign_in(said: str) -> None:
    talk = TestLemmyV4().sweep(refusing({"error": said}, 400))
    assert isinstance(talk.error, SignInNeeded)
