"""Discourse's review queue, against a server written from docs.discourse.org and the forum's own
reviewables_controller.rb and reviewable_serializer.rb, 2026-11-23."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from cmday.core.accounts import Account
from cmday.errors import Refused
from tests.connectors.moderated import Moderated
from tests.connectors.moderating_contract import ActingContract, ModeratingContract, action_on
from tests.loopback.server import Loopback

BRUNO = {"id": 7, "username": "bruno", "name": "Bruno"}
CLEO = {"id": 8, "username": "cleo"}
TAKES = ("agree_and_hide", "delete_and_agree", "disagree", "ignore_and_do_nothing")
AFTER = {"agree_and_hide": 1, "delete_and_agree": 1, "disagree": 2, "ignore_and_do_nothing": 3, "approve_post": 1}


def reviewable(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "type": "ReviewableFlaggedPost",
        "status": 0,
        "version": 3,
        "topic_id": 12,
        "post_id": 100 + number,
        "target_type": "Post",
        "target_url": f"https://forum.example/t/knitting/12/{number + 1}",
        "created_at": "2026-11-02T08:00:00.000Z",
        "cooked": f"<p>CHEAP FOLLOWERS {number}</p>",
        "target_created_by_id": 7,
        "reviewable_score_ids": [number],
        "bundled_action_ids": [f"{number}-agree"],
        "claimed_by_id": None,
    }


class Server(Moderated):
    signed_out: tuple[Any, int] = ({"errors": ["Log in."], "error_type": "not_logged_in"}, 403)
    refused: tuple[Any, int] = ({"errors": ["no such words here"]}, 422)

    def __init__(self, loopback: Loopback) -> None:
        super().__init__(loopback)
        self.queue = [reviewable(number) for number in (1, 2, 3)]
        self.takes: tuple[str, ...] = TAKES
        self.posts: dict[int, dict[str, Any]] = {101: {"id": 101, "deleted_at": None, "hidden": False}}
        self.topic: dict[str, Any] = {"id": 12, "closed": False}
        self.user: dict[str, Any] = {"id": 7}
        self.letters: list[dict[str, Any]] = []
        self.staff = True

    def read(self, path: str, query: dict[str, str]) -> Any:
        if path == "/session/current.json":
            return {"current_user": {"username": "ana", "moderator": self.staff}}
        if path.startswith("/review"):
            return (
                self._review(path, query) if self.staff else ({"errors": ["No."], "error_type": "invalid_access"}, 403)
            )
        there: dict[str, Any] = {f"/posts/{number}.json": one for number, one in self.posts.items()}
        there |= {"/t/12.json": self.topic, "/admin/users/7.json": self.user}
        there["/topics/private-messages-sent/ana.json"] = {"topic_list": {"topics": self.letters}}
        beside = {"topic_id": 12, "post_number": 2, "user_id": 7, "username": "bruno", "cooked": "<p>Words</p>"}
        there["/posts/by_number/12/2.json"] = {**self.posts[101], **beside, "created_at": "2026-11-02T08:00:00Z"}
        there["/t/77.json"] = {"post_stream": {"posts": [{"id": 700, "cooked": one["raw"]} for one in self.letters]}}
        return there.get(path, ({"errors": ["Not found."], "error_type": "not_found"}, 404))

    def _review(self, path: str, query: dict[str, str]) -> Any:
        if path == "/review.json":
            listed = [one for one in self.queue if one.get("status") == 0 or "status" not in one]
            start = int(query.get("offset", "0"))
            meta: dict[str, Any] = {"total_rows_reviewables": len(listed)}
            if start + 10 < len(listed):
                meta["load_more_reviewables"] = f"/review?offset={start + 10}"
            return {"reviewables": listed[start : start + 10], "meta": meta, **self._beside()}
        number = path.removeprefix("/review/").removesuffix(".json")
        found = next((one for one in self.queue if str(one["id"]) == number), None)
        return {"reviewable": found, **self._beside()} if found else ({"error_type": "not_found"}, 404)

    def _beside(self) -> dict[str, Any]:
        numbers = [one["id"] for one in self.queue]
        ids = {number: [f"{number}-{name}" for name in self.takes] for number in numbers}
        return {
            "users": [BRUNO, CLEO],
            "reviewable_scores": [
                {"id": number, "user_id": 8, "score_type_id": 8, "created_at": "2026-11-02T09:00:00Z"}
                for number in numbers
            ],
            "score_types": [{"id": 8, "title": "Spam"}],
            "bundled_actions": [{"id": f"{number}-agree", "action_ids": names} for number, names in ids.items()],
            "actions": [{"id": name, "label": "..."} for names in ids.values() for name in names],
        }

    def carry_out(self, method: str, path: str, told: dict[str, Any]) -> Any:
        parts = path.removesuffix(".json").split("/")
        if parts[1] == "review":
            one = next(one for one in self.queue if str(one["id"]) == parts[2])
            if told["version"] != one["version"]:
                return {"errors": ["The post was changed."]}, 409
            one |= {"status": AFTER[parts[4]], "version": 4}
            self.posts[101] |= {"deleted_at": "now"} if parts[4].startswith("delete") else {}
            self.posts[101] |= {"hidden": parts[4] == "agree_and_hide"}
        elif parts[1] == "admin":
            self._penalise(parts[4], told)
        elif parts[1] == "t":
            self.topic["closed"] = told["enabled"] == "true"
        elif parts[1] == "reviewable_claimed_topics":
            self.queue[0]["claimed_by_id"] = None if method == "DELETE" else 8
        elif method == "PUT":
            self.posts[101] |= {"deleted_at": None} if parts[3] == "recover" else {"hidden": False}
        elif method == "DELETE":
            self.posts[101]["deleted_at"] = "now"
            self.letters.clear()
        else:
            self.letters.append({**told, "id": 77})
            return {"id": 700, "post_number": 1}
        return {"success": True}

    def _penalise(self, verb: str, told: dict[str, Any]) -> None:
        field = "suspended_till" if "suspend" in verb else "silenced_till"
        self.user[field] = None if verb.startswith("un") else told.get("suspend_until") or told["silenced_till"]


class OnDiscourse(ActingContract):
    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = Server(loopback)
        self.url = loopback.url("").rstrip("/")

    def account(self) -> Account:
        return Account(name="forum", network="discourse", server=self.url, communities=("bem",), username="ana")

    def waits(self, count: int) -> None:
        self.server.queue = [reviewable(number) for number in range(1, count + 1)]

    def written(self) -> list[Any]:
        return self.server.written

    def stands(self) -> Any:
        server = self.server
        return json.dumps([server.posts, server.topic, bool(server.user.get("suspended_till")), server.letters])

    def bring_into(self, scene: str) -> None:
        self.server.bring_into(scene)
        first = self.server.queue[0]
        if scene == "malformed":
            first["created_at"] = "yesterday"
            del self.server.queue[1]["status"]
        elif scene == "forbidden":
            self.server.staff = False
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        elif scene == "edited":
            changed = {"cooked": "<p>Other words</p>", "post_version": 2, "post_updated_at": "2026-11-02T10:00:00Z"}
            first |= changed
        elif scene == "claimed":
            first["claimed_by_id"] = 8
        elif scene == "resolved":
            first["status"] = 2
        elif scene == "vanished":
            self.server.queue.pop(0)


class TestDiscourse(OnDiscourse, ModeratingContract):
    many: ClassVar[int] = 35
    changes: ClassVar[frozenset[str]] = frozenset({"edited", "claimed", "resolved", "vanished"})

    def test_an_entry_is_joined_with_what_stands_beside_it(self) -> None:
        one = self.entries()[0]
        assert (one.subject, one.author, one.author_id, one.thread) == ("12/2", "Bruno", "7", "12")
        assert [(said.by, said.reason) for said in one.reports] == [("cleo", "Spam")]
        assert one.place["version"] == "3"

    def test_it_is_the_documented_request_with_the_version(self) -> None:
        self.send(self.one())
        assert self.written() == [("PUT", "/review/1/perform/delete_and_agree.json", {"version": 3})]

    def test_a_version_that_is_behind_is_told_and_changes_nothing(self) -> None:
        outgoing = self.one()
        self.server.queue[0]["version"] = 4
        with pytest.raises(Refused, match="acted on it since"):
            self.send(outgoing)
        assert self.written() == []

    def test_what_the_forum_does_not_take_is_refused(self) -> None:
        self.server.takes = ("disagree",)
        with pytest.raises(Refused):
            self.send(self.one())
        assert self.written() == []

    def test_a_post_that_waits_for_approval_is_published_and_has_its_title(self) -> None:
        first = self.server.queue[0]
        del first["target_url"]
        first |= {"type": "ReviewableQueuedPost", "payload": {"title": "Yarn", "raw": "Where to buy?"}}
        self.server.takes = ("approve_post", "reject_post")
        case = self.case()
        assert (case.subject, case.text, case.held) == ("review:1", "Yarn\n\nWhere to buy?", True)
        outgoing = action_on(case, "approve")
        self.send(outgoing)
        assert self.written()[0][1] == "/review/1/perform/approve_post.json"
        assert self.find(outgoing)

    def test_a_post_in_no_queue_is_found_by_what_its_notification_bears(self) -> None:
        case = replace(self.case(), place={}, author_id=None)
        found = self.look(case)
        assert found is not None
        assert (found.text, found.author_id) == ("Words", "7")
        self.send(action_on(case, "ban"))
        removal = action_on(case, "remove")
        assert self.find(removal) is None
        self.send(removal)
        assert [path for _, path, _ in self.written()] == ["/admin/users/7/suspend.json", "/posts/101.json"]
        assert self.find(removal)
        assert self.look(case) is None

    @pytest.mark.parametrize(("action", "status"), [("approve", 2), ("hold", 1), ("resolve", 3)])
    def test_each_decision_is_found_then(self, action: str, status: int) -> None:
        outgoing = action_on(self.case(), action)
        assert self.find(outgoing) is None
        self.send(outgoing)
        assert self.server.queue[0]["status"] == status
        assert self.find(outgoing)

    @pytest.mark.parametrize(("action", "back"), [("mute", "unmute"), ("assign", "unassign"), ("remove", "restore")])
    def test_the_way_back_is_an_action_of_its_own(self, action: str, back: str) -> None:
        case = self.case()
        self.send(action_on(case, action))
        assert self.find(action_on(case, back)) is None
        self.send(action_on(case, back))
        assert self.find(action_on(case, back))


class TestBanning(OnDiscourse):
    action: ClassVar[str] = "ban"
    arguments: ClassVar[dict[str, str]] = {"seconds": "86400"}

    def test_it_ends_when_it_should_and_says_why(self) -> None:
        self.send(self.one())
        ((method, path, told),) = self.written()
        assert (method, path, told["reason"]) == ("PUT", "/admin/users/7/suspend.json", "charter 4")
        left = datetime.fromisoformat(told["suspend_until"]) - datetime.now(UTC)
        assert 86_000 < left.total_seconds() <= 86_400


class TestLocking(OnDiscourse):
    action: ClassVar[str] = "lock"


class TestWarning(OnDiscourse):
    action: ClassVar[str] = "warn"
    words: ClassVar[str] = "Please read charter 4."

    def test_the_inverse_takes_it_back_or_there_is_none(self) -> None:
        outgoing = self.one()
        sent = self.send(outgoing)
        assert self.server.letters[0]["is_warning"] is True
        self.retract(outgoing, sent)
        assert self.server.letters == []
