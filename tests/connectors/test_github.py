"""GitHub: the contract, and what its notifications come to.

Fixtures written from https://docs.github.com/en/rest/activity/notifications (also /rest/activity/events, /rest/issues/comments
and /graphql/guides/using-the-graphql-api-for-discussions), 23 November 2026. Not tested against a live server.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from msgspec.structs import replace

from cmday.connectors.downward import Reach, reach
from cmday.connectors.github import GitHub
from cmday.connectors.github_api import api_base, page_base
from cmday.connectors.protocol import Call, Request, Response
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Notification
from cmday.errors import RateLimited, SignInNeeded
from tests.connectors.contract import HttpContract
from tests.connectors.holding import SECRET, Answer, hold
from tests.connectors.saying import NOW, always, asked_of, say

ACCOUNT = Account(name="hub", network="github", server="https://github.com", communities=("bem",))
API = "https://api.github.com"
REPO = f"{API}/repos/club/site"


def thread(number: int, reason: str = "mention", kind: str = "Issue", **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(hours=2) + timedelta(seconds=10 * number)
    subject = {
        "title": f"Doors &amp; bar {number}",
        "url": f"{REPO}/issues/{number}",
        "latest_comment_url": f"{REPO}/issues/comments/{number}",
        "type": kind,
    }
    return {
        "id": str(1000 + number),
        "reason": reason,
        "unread": True,
        "updated_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "last_read_at": None,
        "repository": {"full_name": "club/site", "owner": {"login": "club"}},
        "subject": {**subject, **more.pop("subject", {})},
        **more,
    }


class Server:
    """GitHub as a function: newest first, paged by ``before``, 304 to whoever knows its newest."""

    def __init__(self, count: int = 0, reason: str = "subscribed", interval: str | None = None) -> None:
        self.threads = [thread(number, reason) for number in range(count)]
        self.events: list[dict[str, Any]] = []
        self.comments: dict[str, Any] = {}
        self.found: dict[str, Any] = {}
        self.interval = interval
        self.marked: list[Any] = []

    def __call__(self, step: Request | Call) -> Response:
        request = asked_of(step)
        path = urlsplit(request.url).path
        query = dict(parse_qsl(urlsplit(request.url).query))
        if path == "/user":
            return say(request, {"login": "ana"})
        if path == "/users/ana/events":
            return say(request, self.events)
        if path == "/graphql":
            return say(request, self.found)
        if path == "/notifications":
            return self._marks(request) if request.method == "PUT" else self._list(request, query)
        number = path.rpartition("/")[2]
        return say(request, self.comments.get(number) or comment(number))

    def _marks(self, request: Request) -> Response:
        self.marked.append(json.loads(request.body or b""))
        return say(request, b"", 205)

    def _list(self, request: Request, query: dict[str, str]) -> Response:
        newest = max((one["updated_at"] for one in self.threads), default="none")
        poll: dict[str, Any] = {"x_poll_interval": self.interval} if self.interval else {}
        if dict(request.headers).get("if-modified-since") == newest:
            return say(request, b"", 304, **poll)
        listed = sorted(self.threads, key=lambda one: one["updated_at"], reverse=True)
        listed = [one for one in listed if query.get("since", "") <= one["updated_at"] < query.get("before", "9")]
        return say(request, listed[: int(query["per_page"])], last_modified=newest, **poll)


def comment(number: str, login: str = "bruno", body: str = "When do the doors open?") -> dict[str, Any]:
    page = f"https://github.com/club/site/issues/{number}#issuecomment-{number}"
    return {"id": 1, "user": {"login": login}, "body": body, "html_url": page, "created_at": "2026-11-02T07:30:00Z"}


class TestGitHub(HttpContract):
    account: ClassVar[Account] = ACCOUNT
    many: ClassVar[int] = 120
    pages_when_many: ClassVar[int] = 3

    def answers(self, scene: str) -> Answer:
        fixed = {
            "garbage": always(b"<html>hello</html>"),
            "signed-out": always({"message": "Bad credentials"}, 401),
            "patience": always({"message": "You have exceeded a secondary rate limit"}, 429, retry_after="30"),
        }
        if scene in fixed:
            return fixed[scene]
        server = Server({"few": 3, "many": self.many}.get(scene, 0), "mention" if scene == "few" else "subscribed")
        if scene == "malformed":
            server.threads = [thread(2), thread(1, updated_at="yesterday"), {"id": 7, "subject": {}, "updated_at": ""}]
        return server


def swept(server: Answer, since: Cursor | None = None, account: Account = ACCOUNT) -> Any:
    talk = hold(GitHub(account).notifications(since), server)
    assert talk.error is None
    return talk


def read(found: dict[str, Any], server: Server | None = None) -> Notification:
    server = server or Server()
    server.threads = [found]
    (one,) = swept(server).found
    assert isinstance(one, Notification)
    return one


@pytest.mark.parametrize(
    ("reason", "type_", "kind"),
    [
        ("mention", "Issue", "mention"),
        ("team_mention", "PullRequest", "mention"),
        ("review_requested", "PullRequest", "mention"),
        ("comment", "Discussion", "reply"),
        ("author", "Issue", "reply"),
        ("security_alert", "RepositoryVulnerabilityAlert", "report"),
        ("subscribed", "Issue", "other"),
        ("ci_activity", "CheckSuite", "other"),
        ("author", "Release", "other"),
        ("never heard of it", "Issue", "other"),
    ],
)
def test_kinds(reason: str, type_: str, kind: str) -> None:
    assert read(thread(1, reason, type_)).kind == kind


def test_a_mention_in_full() -> None:
    one = read(thread(5))
    assert (one.author, one.author_handle) == ("bruno", "@bruno")
    assert one.text == "When do the doors open?"
    assert one.url == "https://github.com/club/site/issues/5#issuecomment-5"
    assert one.thread == "club/site#5"
    assert one.subject_text == "club/site: Doors &amp; bar 5"
    assert one.reply is not None
    assert (one.reply.id, one.reply.to) == ("/repos/club/site/issues/5", "bruno")


def test_a_discussion_is_found_by_one_query() -> None:
    server = Server()
    title = 'Which "bar"?'
    said = {
        "author": {"login": "cleo"},
        "bodyText": "Here?",
        "url": "https://github.com/club/site/discussions/9#c",
        "createdAt": "2026-11-02T07:00:00Z",
    }
    server.found = {"data": {"d0": {"nodes": [{"id": "D_1", "title": title, "comments": {"nodes": [said]}}]}}}
    one = read(thread(9, kind="Discussion", subject={"title": title, "url": None, "latest_comment_url": None}), server)
    assert (one.author, one.text, one.url) == ("cleo", "Here?", said["url"])
    assert one.reply is not None
    assert one.reply.id == "discussion:D_1"


@pytest.mark.parametrize(
    "answer", [{"errors": [{"message": "no"}]}, {"data": {"d0": None}}, {"data": {"d0": {"nodes": [7]}}}, [1]]
)
def test_a_discussion_that_is_not_found_has_its_title(answer: Any) -> None:
    server = Server()
    server.found = answer
    one = read(thread(9, kind="Discussion", subject={"url": None, "latest_comment_url": None}), server)
    assert one.text == "Doors &amp; bar 9"
    assert one.url == "https://github.com/club/site/discussions?discussions_q=Doors%20%26amp%3B%20bar%209"
    assert one.reply is None


def test_the_token_goes_to_no_other_server() -> None:
    evil = {"latest_comment_url": "https://api.github.com.evil.example/comments/1", "url": "https://evil.example/x"}
    server = Server()
    server.threads = [thread(1, subject=evil)]
    talk = swept(server)
    assert {urlsplit(one.url).hostname for one in talk.asked} == {"api.github.com"}
    assert talk.found[0].text == "Doors &amp; bar 1"


def test_a_thread_that_moves_again_comes_again() -> None:
    server = Server(2, "mention")
    first = swept(server)
    server.threads[0]["updated_at"] = "2026-11-02T07:59:00Z"
    second = swept(server, first.cursor)
    assert [one.thread for one in second.found] == ["club/site#0"]
    assert second.found[0].id not in {one.id for one in first.found}


def test_nothing_new_is_a_304() -> None:
    server = Server(3)
    first = swept(server)
    second = swept(server, first.cursor)
    assert second.found == []
    assert second.result.said == "304"
    assert ("if-modified-since", server.threads[-1]["updated_at"]) in second.asked[0].headers


def test_the_poll_interval_is_kept_and_told() -> None:
    server = Server(3, interval="60")
    first = swept(server)
    second = swept(server, first.cursor)
    assert second.asked == []
    assert int(second.result.said.removesuffix(" s")) in range(50, 61)
    known = reach(first.cursor)
    past = known.noting(ask_at=int(known.notes["ask_at"]) - 61).cursor()
    server.threads.append(thread(50))
    assert [one.thread for one in swept(server, past).found] == ["club/site#50"]


def test_what_we_said_last_answers_it() -> None:
    server = Server(1, "mention")
    server.comments["0"] = comment("0", "ana", "At eight.")
    talk = swept(server)
    (post,) = [post for page in talk.pages for post in page.thread]
    assert post.mine
    assert post.by == "@ana"
    assert f"hub:{post.answers}" == talk.found[0].id


def test_what_we_said_elsewhere_is_among_our_events() -> None:
    server = Server(1, "mention")
    first = swept(server)
    server.events = [
        {
            "type": "IssueCommentEvent",
            "actor": {"login": "ana"},
            "created_at": "2026-11-02T07:45:00Z",
            "payload": {"issue": {"url": f"{REPO}/issues/0"}, "comment": comment("0", "ana", "At eight.")},
        },
        {"type": "WatchEvent", "payload": {}},
        {"type": "IssueCommentEvent", "payload": {"comment": 7, "issue": []}},
    ]
    later = reach(first.cursor).noting(events_at=None).cursor()
    (post,) = [post for page in swept(server, later).pages for post in page.thread]
    assert (post.thread, post.mine, post.text) == ("club/site#0", True, "At eight.")


def test_details_stop_where_patience_is_asked_for() -> None:
    server = Server(5, "mention")

    def answer(step: Request | Call) -> Response:
        request = asked_of(step)
        if "/comments/" in request.url:
            return say(request, {"message": "slow down"}, 403, retry_after="60")
        return server(step)

    talk = swept(answer)
    assert len(talk.found) == 5
    assert sum("/comments/" in one.url for one in talk.asked) == 1


def test_a_spent_limit_is_patience_and_a_token_that_may_not_is_a_sign_in() -> None:
    limits = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW.timestamp()) + 90)}
    error = hold(
        GitHub(ACCOUNT).notifications(None), always({"message": "API rate limit exceeded"}, 403, **limits)
    ).error
    assert isinstance(error, RateLimited)
    assert error.retry_after == 91
    words = "Resource not accessible by personal access token"
    error = hold(GitHub(ACCOUNT).notifications(None), always({"message": words}, 403)).error
    assert isinstance(error, SignInNeeded)
    assert words in error.message.english


def test_read_marks_are_brought_there_where_that_is_wished() -> None:
    server = Server(2)
    account = replace(ACCOUNT, options={"sync_read": True})
    first = swept(server, account=account)
    assert server.marked == [{"last_read_at": server.threads[-1]["updated_at"], "read": True}]
    swept(server, first.cursor, account=account)
    assert len(server.marked) == 1


def test_where_the_api_of_a_server_is() -> None:
    assert api_base("github.com") == API
    assert api_base("https://git.club.example") == "https://git.club.example/api/v3"
    assert api_base("http://api.club.localhost:8080") == "http://api.club.localhost:8080"
    assert page_base(API) == "https://github.com"


def test_a_cursor_of_another_make_begins_anew() -> None:
    assert reach(Cursor("{]")) == Reach()


CORPUS = Path(os.environ.get("CMDAY_CORPUS", "nowhere"), "recorded")
FIXTURES = sorted(CORPUS.glob("*fixture.json"))


@pytest.mark.skipif(not FIXTURES, reason="CMDAY_CORPUS does not name the folder of recorded answers")
@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.name)
def test_recorded_answers_go_through_with_no_item_lost(file: Path) -> None:
    """Each recorded answer stands where GitHub would give it; lists of threads are counted."""
    for one in json.loads(file.read_bytes()):
        replayed = Replayed(one)
        talk = swept(replayed, account=replace(ACCOUNT, options={"sync_read": True}))
        if replayed.method == "PUT":
            assert any(asked_of(step).method == "PUT" for step in talk.asked)
            assert len(talk.found) == 1
        elif replayed.path == "/notifications":
            assert len(talk.found) == len([entry for entry in one["response"] if recent(entry)])


class Replayed:
    """A recorded answer in its place, and a server of ours around it."""

    def __init__(self, recorded: dict[str, Any]) -> None:
        self.recorded = recorded
        self.method = recorded["method"].upper()
        self.path = recorded["path"].split("?")[0]
        self.server = Server(1)

    def __call__(self, step: Request | Call) -> Response:
        request = asked_of(step)
        if (request.method, urlsplit(request.url).path) != (self.method, self.path):
            return self.server(step)
        body = self.recorded["response"]
        return say(request, body or b"", self.recorded["status"])


def recent(entry: dict[str, Any]) -> bool:
    return datetime.fromisoformat(entry["updated_at"]) >= NOW - timedelta(days=7)


def test_the_secret_is_in_no_cursor() -> None:
    cursor = swept(Server(3, "mention")).cursor
    assert SECRET not in cursor.value
