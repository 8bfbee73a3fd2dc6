"""YouTube: the contract, what comments come to, and the count of the quota.

Fixtures written from https://developers.google.com/youtube/v3/docs/commentThreads/list (also /comments, /channels/list and
/errors), 23 November 2026. Not tested against a live server.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from msgspec.structs import replace

from cmday.connectors.protocol import Request, Response
from cmday.connectors.youtube import YouTube
from cmday.connectors.youtube_api import quota_day, until_midnight
from cmday.core.accounts import Account, Credentials
from cmday.core.items import Cursor
from cmday.errors import NotFound, RateLimited, SignInNeeded
from tests.connectors.contract import HttpContract
from tests.connectors.holding import Answer, hold
from tests.connectors.saying import NOW, always, asked_of, say

ACCOUNT = Account(
    name="tube", network="youtube", server="https://youtube.example", communities=("bem",), username="@bem"
)
ME = "UCme"


def comment(number: str, at: int, author: str = "UCbruno", **more: Any) -> dict[str, Any]:
    published = (NOW - timedelta(hours=4) + timedelta(seconds=at)).isoformat().replace("+00:00", "Z")
    snippet = {
        "authorDisplayName": "@bruno",
        "authorChannelId": {"value": author},
        "textDisplay": "When do the doors &amp; bar open?<br>Thanks",
        "textOriginal": "When do the doors & bar open?\nThanks",
        "publishedAt": published,
        "updatedAt": published,
        **more,
    }
    return {"kind": "youtube#comment", "id": number, "snippet": snippet}


def thread(number: int, *replies: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    top = comment(f"c{number}", 10 * number)
    found: dict[str, Any] = {"kind": "youtube#commentThread", "id": f"c{number}"}
    count = len(replies) if total is None else total
    found["snippet"] = {"channelId": ME, "videoId": "vid1", "topLevelComment": top, "totalReplyCount": count}
    return found | ({"replies": {"comments": list(replies)}} if replies else {})


class Server:
    """The API as a function: threads newest first, a hundred at a time, pages by token."""

    def __init__(self, count: int = 0) -> None:
        self.threads: list[Any] = [thread(number) for number in range(count)]
        self.answers: dict[str, list[Any]] = {}
        self.channels: list[Any] = [{"id": ME, "snippet": {"title": "Bem"}, "statistics": {"subscriberCount": "1234"}}]

    def __call__(self, step: Any) -> Response:
        request = asked_of(step)
        what = urlsplit(request.url).path.rpartition("/")[2]
        query = dict(parse_qsl(urlsplit(request.url).query))
        if what == "channels":
            return say(request, {"kind": "youtube#channelListResponse", "items": self.channels})
        if what == "comments":
            return say(request, {"items": self.answers[query["parentId"]]})
        first = int(query.get("pageToken", "t0")[1:])
        listed = self.threads[::-1]
        more = {"nextPageToken": f"t{first + 100}"} if len(listed) > first + 100 else {}
        return say(request, {"kind": "youtube#commentThreadListResponse", "items": listed[first : first + 100], **more})


def fault(reason: str, code: int) -> dict[str, Any]:
    return {"error": {"code": code, "message": f"It is {reason}", "errors": [{"reason": reason}]}}


class TestYouTube(HttpContract):
    account: ClassVar[Account] = ACCOUNT
    many: ClassVar[int] = 250
    pages_when_many: ClassVar[int] = 3

    def answers(self, scene: str) -> Answer:
        fixed = {
            "garbage": always(b"<html>hello</html>"),
            "signed-out": always(fault("authError", 401), 401),
            "patience": always(fault("rateLimitExceeded", 429), 429, retry_after="30"),
        }
        if scene == "patience":
            return always({"error": {"code": 429, "message": "slow"}}, 429, retry_after="30")
        if scene in fixed:
            return fixed[scene]
        server = Server({"few": 3, "many": self.many}.get(scene, 0))
        if scene == "malformed":
            server.threads = [
                thread(1),
                {"id": "x"},
                thread(2) | {"snippet": {"topLevelComment": comment("c", 1, publishedAt="now")}},
                7,
            ]
        return server


def swept(server: Answer, since: Cursor | None = None) -> Any:
    talk = hold(YouTube(ACCOUNT).notifications(since), server)
    assert talk.error is None
    return talk


def test_a_comment_in_full() -> None:
    (one,) = swept(Server(1)).found
    assert (one.kind, one.author, one.author_handle) == ("reply", "bruno", "@bruno")
    assert one.text == "When do the doors & bar open?\nThanks"
    assert one.url == "https://www.youtube.com/watch?v=vid1&lc=c0"
    assert (one.thread, one.subject) == ("c0", "c0")
    assert one.reply is not None
    assert one.reply.id == "c0"


def test_an_answer_below_an_old_comment_is_noticed() -> None:
    server = Server(30)
    first = swept(server)
    server.threads[2] = thread(2, comment("c2.r1", 9_000))
    second = swept(server, first.cursor)
    assert [(one.id, one.thread) for one in second.found] == [("tube:c2.r1", "c2")]
    assert swept(server, second.cursor).found == []


def test_our_own_answer_closes_what_it_answers() -> None:
    server = Server(1)
    server.threads[0] = thread(0, comment("c0.r1", 60, ME, parentId="c0"))
    talk = swept(server)
    assert [one.id for one in talk.found] == ["tube:c0"]
    (own,) = [one for page in talk.pages for one in page.thread]
    assert (own.mine, own.thread, own.answers) == (True, "c0", "c0")


def test_answers_that_did_not_come_along_are_fetched_once() -> None:
    server = Server(1)
    server.threads[0] = thread(0, comment("r0", 10), total=3)
    server.answers["c0"] = [comment(f"r{number}", 10 + number) for number in range(3)]
    first = swept(server)
    assert sorted(one.id for one in first.found) == ["tube:c0", "tube:r0", "tube:r1", "tube:r2"]
    second = swept(server, first.cursor)
    assert (second.found, len(second.asked)) == ([], 1)


def test_the_quota_of_the_day_is_counted_and_told() -> None:
    server = Server(250)
    first = swept(server)
    assert first.result.said == "4/10,000"
    assert first.result.followers == 1234
    assert swept(server, first.cursor).result.said == "5/10,000"


def test_a_cut_sweep_has_cost_what_it_asked() -> None:
    server = Server(250)
    first = hold(YouTube(ACCOUNT).notifications(None), server, cut_after=2)
    assert swept(server, first.cursor).result.said == "5/10,000"


@pytest.mark.parametrize(("reason", "seconds"), [("quotaExceeded", 24 * 3600 - 0), ("userRateLimitExceeded", 60)])
def test_a_spent_quota_waits_for_midnight_in_california(reason: str, seconds: int) -> None:
    error = hold(YouTube(ACCOUNT).notifications(None), always(fault(reason, 403), 403)).error
    assert isinstance(error, RateLimited)
    assert error.retry_after is not None
    assert 0 < error.retry_after <= seconds


def test_the_day_of_the_quota_is_californias() -> None:
    assert quota_day(NOW) == "2026-11-02"
    assert quota_day(NOW - timedelta(hours=1)) == "2026-11-01"
    assert until_midnight(NOW) == 86_400
    assert until_midnight(NOW - timedelta(seconds=30)) == 30


def test_a_key_goes_into_its_own_header_and_one_refused_is_a_sign_in() -> None:
    exchange = YouTube(ACCOUNT).check()
    next(exchange)
    request = exchange.send(Credentials(None, "AIza-secret"))
    assert isinstance(request, Request)
    assert request.secret_headers == (("X-Goog-Api-Key", "AIza-secret"),)
    assert "AIza" not in request.url
    error = hold(YouTube(ACCOUNT).check(), always(fault("keyInvalid", 400), 400)).error
    assert isinstance(error, SignInNeeded)


def test_a_channel_that_is_not_there_is_said() -> None:
    server = Server()
    server.channels = []
    assert isinstance(hold(YouTube(ACCOUNT).notifications(None), server).error, NotFound)
    server = Server()
    by_number = replace(ACCOUNT, username="UCme")
    talk = hold(YouTube(by_number).check(), server)
    assert "id=UCme" in asked_of(talk.asked[0]).url


def test_names_of_pages_that_are_over_lose_the_gap_and_say_so() -> None:
    server = Server(250)
    first = hold(YouTube(ACCOUNT).notifications(None), server, cut_after=2)

    def answer(step: Any) -> Response:
        request = asked_of(step)
        return say(request, fault("invalidPageToken", 400), 400) if "pageToken" in request.url else server(request)

    talk = swept(answer, first.cursor)
    assert any("no longer gives" in gap for gap in talk.gaps)
