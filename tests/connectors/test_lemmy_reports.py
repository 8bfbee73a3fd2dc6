"""Lemmy's reports, against servers written from join-lemmy.org/api (lemmy-js-client, 0.19 and 1.0), 2026-11-23."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from cmday.core.accounts import Account
from tests.connectors.moderated import Moderated
from tests.connectors.moderating_contract import ActingContract, ModeratingContract, action_on
from tests.loopback.server import Loopback

BRUNO = {"id": 7, "name": "bruno", "display_name": "Bruno", "actor_id": "https://elsewhere.example/u/bruno"}
CLEO = {"id": 8, "name": "cleo", "ap_id": "https://lemmy.example/u/cleo"}


def view(number: int, *, v4: bool) -> dict[str, Any]:
    """A comment as the server has it."""
    at = "published_at" if v4 else "published"
    body = {"id": number, "content": f"CHEAP FOLLOWERS {number}", "removed": False, "deleted": False}
    return {
        "comment": {**body, at: "2026-11-02T08:00:00Z", "ap_id": f"https://lemmy.example/comment/{number}"},
        "post": {"id": 4, "name": "Knitting", "locked": False},
        "community": {"id": 5, "name": "knitting"},
        "creator": BRUNO,
        "creator_banned_from_community": False,
    }


class Server(Moderated):
    v4 = False

    def __init__(self, loopback: Loopback) -> None:
        super().__init__(loopback)
        self.moderates = True
        self.said: list[dict[str, Any]] = []
        self.fill(3)

    def fill(self, count: int) -> None:
        self.views = {number: view(number, v4=self.v4) for number in range(1, count + 1)}
        self.reports = {number: {"id": number, "reason": "spam", "resolved": False} for number in self.views}
        for report in self.reports.values():
            report["published_at" if self.v4 else "published"] = "2026-11-02T09:00:00Z"

    def read(self, path: str, query: dict[str, str]) -> Any:
        what = path.removeprefix(f"/api/{'v4' if self.v4 else 'v3'}/")
        user = {"person": {"name": "ana"}, "local_user": {"admin": False}}
        me = {"local_user_view": user, "moderates": [{}] if self.moderates else []}
        if what == "account":
            return me
        if what == "site":
            return {"my_user": me}
        if what.endswith("report/list"):
            return self._listed(what, query)
        if what == "comment/list":
            return {"items" if self.v4 else "comments": self.said}
        if what == "comment":
            found = self.views.get(int(query["id"]))
            return {"comment_view": found} if found else ({"error": "couldnt_find_object"}, 404)
        return {"error": "couldnt_find_object"}, 404

    def _listed(self, what: str, query: dict[str, str]) -> Any:
        assert query["unresolved_only"] == "true"
        if not self.moderates:
            return {"error": "not_a_moderator"}, 400
        listed = [self._report(number) for number, one in self.reports.items() if one["resolved"] is False]
        start = int(query.get("page_cursor", "0")) if self.v4 else 50 * (int(query["page"]) - 1)
        page = listed[start : start + 50]
        if self.v4:
            return {"items": page, "next_page": str(start + 50) if start + 50 < len(listed) else None}
        return {"comment_reports": page} if what.startswith("comment") else {"post_reports": []}

    def _report(self, number: int) -> dict[str, Any]:
        beside = {"comment_report": self.reports[number], "creator": CLEO, "comment_creator": BRUNO, "type_": "comment"}
        return {**self.views[number], **beside}

    def carry_out(self, method: str, path: str, told: dict[str, Any]) -> Any:
        what = path.removeprefix(f"/api/{'v4' if self.v4 else 'v3'}/")
        if what == "comment/remove":
            self.views[told["comment_id"]]["comment"]["removed"] = told["removed"]
        elif what == "comment/report/resolve":
            self.reports[told["report_id"]]["resolved"] = told["resolved"]
        elif what == "community/ban_user":
            for one in self.views.values():
                one["creator_banned_from_community"] = told["ban"]
        elif what == "post/lock":
            for one in self.views.values():
                one["post"]["locked"] = told["locked"]
        elif what.endswith("/delete"):
            self.said.clear()
        else:
            made = what
            self.said.append({made: {"id": 99, "content": told["content"]}, "creator": {"name": "ana"}})
            return {f"{made}_view": self.said[-1]}
        return {}


class NewServer(Server):
    v4 = True


class OnLemmy(ActingContract):
    kind: ClassVar[type[Server]] = Server

    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = self.kind(loopback)
        self.url = loopback.url("").rstrip("/")

    def account(self) -> Account:
        return Account(name="fedi", network="lemmy", server=self.url, communities=("bem",), username="ana")

    def waits(self, count: int) -> None:
        self.server.fill(count)

    def written(self) -> list[Any]:
        return self.server.written

    def stands(self) -> Any:
        return json.dumps([self.server.views.get(1), self.server.reports.get(1), self.server.said])

    def bring_into(self, scene: str) -> None:
        server = self.server
        server.bring_into(scene)
        if scene == "malformed":
            server.reports[1]["id"] = "one"
            del server.views[2]["comment"]
        elif scene == "forbidden":
            server.moderates = False
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        elif scene == "edited":
            server.views[1]["comment"] |= {"content": "Other words", "updated": "2026-11-02T10:00:00Z"}
        elif scene == "resolved":
            server.reports[1]["resolved"] = True
        elif scene == "vanished":
            del server.views[1]
            del server.reports[1]


class TestLemmy3(OnLemmy, ModeratingContract):
    many: ClassVar[int] = 60
    changes: ClassVar[frozenset[str]] = frozenset({"edited", "resolved", "vanished"})

    def test_it_is_the_documented_request(self) -> None:
        self.send(self.one())
        told = {"comment_id": 1, "removed": True, "reason": "charter 4"}
        assert self.written() == [("POST", f"/api/{'v4' if self.server.v4 else 'v3'}/comment/remove", told)]

    def test_a_thing_has_all_its_reports(self) -> None:
        self.server.reports[9] = {**self.server.reports[1], "id": 9, "reason": "rude"}
        self.server.views[9] = self.server.views[1]
        one = next(one for one in self.entries() if one.subject == "comment-1")
        assert [(said.by_handle, said.reason) for said in one.reports] == [
            ("@cleo@lemmy.example", "spam"),
            ("@cleo@lemmy.example", "rude"),
        ]
        assert one.place == {"post": "4", "community": "5", "reports": "1 9"}
        assert (one.author_id, one.author_handle) == ("7", "@bruno@elsewhere.example")

    def test_what_was_removed_elsewhere_is_resolved(self) -> None:
        case = self.case()
        self.server.views[1]["comment"]["removed"] = True
        found = self.look(case)
        assert found is not None
        assert found.resolved_as == "removed"


class TestLemmy4(TestLemmy3):
    kind: ClassVar[type[Server]] = NewServer


class TestBanning(OnLemmy):
    action: ClassVar[str] = "ban"
    arguments: ClassVar[dict[str, str]] = {"seconds": "3600"}

    @pytest.mark.parametrize(("kind", "field"), [(Server, "expires"), (NewServer, "expires_at")])
    def test_it_ends_by_itself(self, loopback: Loopback, kind: type[Server], field: str) -> None:
        self.server = kind(loopback)
        self.send(self.one())
        ((_, _, told),) = self.written()
        assert (told["community_id"], told["person_id"], told["ban"]) == (5, 7, True)
        assert isinstance(told[field], int)

    def test_who_never_was_in_the_queue_is_banned_as_well(self) -> None:
        one = action_on(replace(self.case(), place={}, author_id=None), "ban")
        self.send(one)
        assert any(one["creator_banned_from_community"] for one in self.server.views.values())
        assert self.find(one)


class TestResolving(OnLemmy):
    action: ClassVar[str] = "resolve"


class TestLocking(OnLemmy):
    action: ClassVar[str] = "lock"


class TestReplying(OnLemmy):
    action: ClassVar[str] = "reply"
    words: ClassVar[str] = "Please stop."

    def test_the_inverse_takes_it_back_or_there_is_none(self) -> None:
        outgoing = self.one()
        self.retract(outgoing, self.send(outgoing))
        assert self.server.said == []


class TestWarning(OnLemmy):
    action: ClassVar[str] = "warn"
    words: ClassVar[str] = "Please read charter 4."

    def test_the_inverse_takes_it_back_or_there_is_none(self) -> None:
        outgoing = action_on(self.case(), "warn", self.words)
        self.retract(outgoing, self.send(outgoing))
        assert self.server.said == []

    def test_after_a_crash_it_is_found(self) -> None:
        assert self.find(self.one()) is not None, "nobody can tell"
