"""YouTube's held comments, against a server written from developers.google.com/youtube/v3/docs/comments, 2026-11-23."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from cmday.connectors.catalog import moderator
from cmday.core.accounts import Account
from cmday.errors import ConfigError
from tests.connectors.moderated import Moderated
from tests.connectors.moderating_contract import ActingContract, ModeratingContract, action_on
from tests.loopback.server import Loopback


def fault(reason: str, status: int) -> tuple[Any, int]:
    return {"error": {"code": status, "message": "no such words here", "errors": [{"reason": reason}]}}, status


def comment(number: int, status: str = "heldForReview") -> dict[str, Any]:
    return {
        "id": f"Ug{number}",
        "snippet": {
            "authorDisplayName": "@bruno",
            "authorChannelId": {"value": "UCbruno"},
            "textDisplay": f"CHEAP FOLLOWERS {number}",
            "publishedAt": f"2026-11-02T08:{number % 60:02}:00Z",
            "updatedAt": f"2026-11-02T08:{number % 60:02}:00Z",
            "moderationStatus": status,
        },
    }


class Server(Moderated):
    refused: tuple[Any, int] = fault("processingFailure", 400)

    def __init__(self, loopback: Loopback) -> None:
        super().__init__(loopback)
        self.comments = [comment(number) for number in (1, 2, 3)]
        self.replies: dict[str, list[Any]] = {}
        self.owns = True

    def read(self, path: str, query: dict[str, str]) -> Any:
        what = path.removeprefix("/youtube/v3/")
        if what == "channels":
            return {"kind": "list", "items": [{"id": "UCme", "snippet": {"title": "Knitting"}}]}
        if what == "comments":
            return {"kind": "list", "items": [one for one in self.comments if one.get("id") == query["id"]]}
        if not self.owns:
            return fault("forbidden", 403)
        start, most = int(query.get("pageToken", "0")), int(query["maxResults"])
        there = [one for one in self.comments if _status(one) in ("", query["moderationStatus"])]
        more = {"nextPageToken": str(start + most)} if start + most < len(there) else {}
        return {"items": [self._thread(one) for one in there[start : start + most]], **more}

    def _thread(self, one: dict[str, Any]) -> dict[str, Any]:
        answers = self.replies.get(one.get("id", ""), [])
        return {"snippet": {"topLevelComment": one, "videoId": "vid"}, "replies": {"comments": answers}}

    def carry_out(self, method: str, path: str, told: dict[str, Any]) -> Any:
        one = next(one for one in self.comments if one["id"] == told["id"])
        if one["snippet"]["moderationStatus"] == "rejected" and told["moderationStatus"] == "published":
            return fault("processingFailure", 400)
        one["snippet"]["moderationStatus"] = told["moderationStatus"]
        return {}


def _status(one: dict[str, Any]) -> str:
    snippet = one.get("snippet")
    return str(snippet.get("moderationStatus", "")) if isinstance(snippet, dict) else ""


class OnYouTube(ActingContract):
    @pytest.fixture(autouse=True)
    def _server(self, loopback: Loopback) -> None:
        self.server = Server(loopback)
        self.url = loopback.url("").rstrip("/")

    def account(self) -> Account:
        return Account(name="films", network="youtube", server=self.url, communities=("bem",))

    def waits(self, count: int) -> None:
        self.server.comments = [comment(number) for number in range(1, count + 1)]

    def written(self) -> list[Any]:
        return self.server.written

    def stands(self) -> Any:
        return json.dumps(self.server.comments)

    def bring_into(self, scene: str) -> None:
        self.server.bring_into(scene)
        first = self.server.comments[0]
        if scene == "malformed":
            first["snippet"]["publishedAt"] = "yesterday"
            self.server.comments[1] = {"id": 7}
        elif scene == "forbidden":
            self.server.owns = False
        elif scene == "gone":
            self.url = "http://127.0.0.1:1"
        elif scene == "edited":
            first["snippet"] |= {"textDisplay": "Other words", "updatedAt": "2026-11-02T09:30:00Z"}
        elif scene == "resolved":
            first["snippet"]["moderationStatus"] = "published"
        elif scene == "vanished":
            self.server.comments.pop(0)


class TestYouTube(OnYouTube, ModeratingContract):
    action: ClassVar[str] = "approve"
    many: ClassVar[int] = 130
    changes: ClassVar[frozenset[str]] = frozenset({"edited", "resolved", "vanished"})

    def test_it_is_the_documented_request(self) -> None:
        self.send(self.one())
        told = {"id": "Ug1", "moderationStatus": "published"}
        assert self.written() == [("POST", "/youtube/v3/comments/setModerationStatus", told)]

    def test_an_answer_that_is_held_below_a_published_comment_waits_alone(self) -> None:
        self.server.comments[0]["snippet"]["moderationStatus"] = "published"
        self.server.comments[0]["snippet"].pop("moderationStatus")
        self.server.replies["Ug2"] = [comment(9), comment(8, "published")]
        assert {"Ug9", "Ug2"} <= {one.subject for one in self.entries()}
        assert "Ug8" not in {one.subject for one in self.entries()}

    def test_probable_spam_waits_where_that_is_asked(self) -> None:
        self.server.comments.append(comment(9, "likelySpam"))
        account = replace(self.account(), options={"queue": ["held", "spam"]})
        connector = moderator(account)
        assert connector is not None
        pages = self.told(lambda: connector.queue(None))
        assert "Ug9" in {one.subject for page in pages for one in page.entries}
        assert pages[-1].whole
        with pytest.raises(ConfigError):
            moderator(replace(account, options={"queue": ["trash"]}))

    def test_a_ban_rejects_and_says_so_and_nobody_can_tell_whether_it_holds(self) -> None:
        outgoing = action_on(self.case(), "ban")
        self.send(outgoing)
        assert self.written()[0][2] == {"id": "Ug1", "moderationStatus": "rejected", "banAuthor": "true"}
        assert not self.offer("ban").inverse


class TestRejecting(OnYouTube):
    action: ClassVar[str] = "remove"
