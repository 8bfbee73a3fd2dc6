"""Reddit's mod queue, against a server written from reddit.com/dev/api (moderation, listings), 2026-11-23."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import moderator
from cmday.core.accounts import Account
from cmday.errors import Refused
from tests.connectors.moderated import Moderated
from tests.connectors.moderating_contract import ActingContract, ModeratingContract, action_on
from tests.loopback.server import Loopback

CREATED = 1_793_000_000


def thing(number: int) -> dict[str, Any]:
    return {
        "name": f"t1_c{number}",
        "author": "bruno",
        "body": f"CHEAP FOLLOWERS {number}",
        "created_utc": CREATED + number,
        "subreddit": "knitting",
        "link_id": "t3_p1",
        "permalink": f"/r/knitting/comments/p1/_/c{number}/",
        "edited": False,
        "banned_by": None,
        "approved_by": None,
        "approved": False,
        "removed": False,
        "spam": False,
        "locked": False,
        "ignore_reports": False,
        "mod_reports": [["charter 4", "cleo"]],
        "user_reports": [["spam", 3, False, True]],
    }


class Server(Moderated):
    refused: tuple[Any, int] = ({"message": "no such words here", "error": 403}, 403)

    def __init__(self, loopback: Loopback) -> None:
        super().__init__(loopback)
        self.things = [thing(number) for number in (1, 2, 3)]
        self.banned: dict[str, Any] = {}
        self.said: list[dict[str, Any]] = []
        self.moderates = True
        self.asked: list[str] = []

    def read(self, path: str, query: dict[str, str]) -> Any:
        there = {"/api/v1/me": {"name": "ana"}, "/subreddits/mine/moderator": listing([{}] if self.moderates else [])}
        if path in there:
            return there[path]
        if path.endswith("/about/modqueue"):
            self.asked.append(path)
            if not self.moderates:
                return {"message": "Forbidden", "error": 403}, 403
            start = int(query.get("after", "0"))
            more = str(start + 100) if start + 100 < len(self.things) else None
            return listing(self.things[start : start + 100], more)
        if path == "/api/info":
            return listing([one for one in self.things if one.get("name") == query["id"]])
        if path.endswith("/about/banned"):
            return {"data": {"children": [{"name": name} for name in self.banned]}}
        return listing(self.said)

    def carry_out(self, method: str, path: str, told: dict[str, Any]) -> Any:
        one = next((one for one in self.things if one.get("name") == told.get("id")), {})
        if path == "/api/approve":
            one |= {"approved": True, "removed": False, "spam": False}
        elif path == "/api/remove":
            one |= {"removed": told["spam"] == "false", "spam": told["spam"] == "true", "approved": False}
        elif path in ("/api/lock", "/api/unlock"):
            one["locked"] = path == "/api/lock"
        elif path in ("/api/ignore_reports", "/api/unignore_reports"):
            one["ignore_reports"] = path == "/api/ignore_reports"
        elif path.endswith("/api/friend"):
            self.banned[told["name"]] = told.get("duration")
        elif path.endswith("/api/unfriend"):
            self.banned.pop(told["name"], None)
        elif path == "/api/del":
            self.said = [said for said in self.said if said["name"] != told["id"]]
        else:
            self.said.append(
                {"name": "t1_new", "body": told["text"], "parent_id": told.get("thing_id"), "created_utc": 1}
            )
            self.said[-1] |= {"dest": told.get("to", "")}
            return {"json": {"errors": [], "data": {"things": [{"data": {"name": "t1_new"}}]}}}
        return {}


def listing(things: list[Any], after: str | None = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"after": after, "children": [{"data": one} for one in things]}}


class OnReddit(ActingContract):
    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = Server(loopback)
        self.url = loopback.url("").rstrip("/")

    def account(self) -> Account:
        return Account(name="snoo", network="reddit", server=self.url, communities=("bem",), username="ana")

    def waits(self, count: int) -> None:
        self.server.things = [thing(number) for number in range(1, count + 1)]

    def written(self) -> list[Any]:
        return self.server.written

    def stands(self) -> Any:
        one = {**self.server.things[0], "approved": None}
        return json.dumps([one, self.server.banned, self.server.said])

    def bring_into(self, scene: str) -> None:
        self.server.bring_into(scene)
        first = self.server.things[0]
        if scene == "malformed":
            first["created_utc"] = "yesterday"
            self.server.things[1] = {"name": 7}
        elif scene == "forbidden":
            self.server.moderates = False
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        elif scene == "edited":
            first |= {"body": "Other words", "edited": CREATED + 90}
        elif scene == "resolved":
            first |= {"banned_by": "cleo", "banned_at_utc": CREATED + 100, "removed": True}
        elif scene == "vanished":
            self.server.things.pop(0)


class TestReddit(OnReddit, ModeratingContract):
    many: ClassVar[int] = 130
    changes: ClassVar[frozenset[str]] = frozenset({"edited", "resolved", "vanished"})

    def test_who_reported_is_told_of_moderators_and_counted_of_others(self) -> None:
        one = self.entries()[0]
        assert [(said.by, said.reason) for said in one.reports] == [("cleo", "charter 4"), ("3 people", "spam")]
        assert one.url == "https://www.reddit.com/r/knitting/comments/p1/_/c1/"

    def test_what_the_filter_caught_waits_and_is_not_decided(self) -> None:
        self.server.things[0] |= {"banned_by": True, "removed": True}
        one = self.entries()[0]
        assert (one.held, one.resolved) == (True, None)

    def test_named_subreddits_are_asked_for(self) -> None:
        connector = moderator(replace(self.account(), options={"subreddits": ["r/knitting", "yarn"]}))
        assert connector is not None
        self.told(lambda: connector.queue(None))
        assert self.server.asked == ["/r/knitting+yarn/about/modqueue"]

    @pytest.mark.parametrize(
        ("action", "path", "form"),
        [
            ("approve", "/api/approve", {"id": "t1_c1"}),
            ("remove", "/api/remove", {"id": "t1_c1", "spam": "false"}),
            ("label", "/api/remove", {"id": "t1_c1", "spam": "true"}),
            ("lock", "/api/lock", {"id": "t1_c1"}),
            ("resolve", "/api/ignore_reports", {"id": "t1_c1"}),
        ],
    )
    def test_each_decision_is_the_documented_form(self, action: str, path: str, form: dict[str, str]) -> None:
        outgoing = action_on(self.case(), action)
        assert self.find(outgoing) is None
        self.send(outgoing)
        assert self.written() == [("POST", path, form)]
        assert self.find(outgoing)

    def test_there_is_no_label_but_spam(self) -> None:
        with pytest.raises(Refused):
            self.send(action_on(self.case(), "label", label="tone"))

    def test_a_refusal_inside_a_200_is_one(self) -> None:
        case = self.case()
        self.server.carry_out = lambda *_: {"json": {"errors": [["USER_DOESNT_EXIST", "no such user", "name"]]}}  # type: ignore[method-assign]
        with pytest.raises(Refused, match="no such user"):
            self.send(action_on(case, "ban"))


class TestBanning(OnReddit):
    action: ClassVar[str] = "ban"
    arguments: ClassVar[dict[str, str]] = {"seconds": "90000"}

    def test_a_time_is_counted_in_whole_days(self) -> None:
        self.send(self.one())
        form = {"type": "banned", "name": "bruno", "api_type": "json", "duration": "2"}
        form |= {"ban_reason": "charter 4", "note": "charter 4"}
        assert self.written() == [("POST", "/r/knitting/api/friend", form)]

    def test_who_never_was_in_the_queue_is_banned_as_well(self) -> None:
        one = action_on(replace(self.case(), place={}, author_id=None), "ban")
        self.send(one)
        assert self.server.banned
        assert self.find(one)


class TestReplying(OnReddit):
    action: ClassVar[str] = "reply"
    words: ClassVar[str] = "Please stop."

    def test_the_inverse_takes_it_back_or_there_is_none(self) -> None:
        outgoing = self.one()
        self.retract(outgoing, self.send(outgoing))
        assert self.server.said == []


class TestWarning(OnReddit):
    action: ClassVar[str] = "warn"
    words: ClassVar[str] = "Please read charter 4."
