"""Reddit, not tested against a live server.

Fixtures written from reddit.com/dev/api (message/inbox, user/comments), github.com/reddit-archive/reddit/wiki/JSON and
wiki/OAuth2, 2026-11-23.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from cmday.connectors.protocol import Request
from cmday.connectors.reddit_session import renew
from cmday.core.accounts import Account, Credentials
from cmday.errors import RateLimited, SignInNeeded
from tests.connectors.documented import DocumentedContract, ago, refusing, serving
from tests.connectors.holding import Answer, hold

ACCOUNT = Account(
    name="sub", network="reddit", server="https://oauth.reddit.com", communities=("bem",), username="bem_robin"
)


def comment(number: int, **more: Any) -> dict[str, Any]:
    data = {
        "name": f"t1_{number:x}",
        "author": "ada",
        "body": f"hello {number} & *all*",
        "created_utc": ago(hours=50).timestamp() + number,
        "context": f"/r/bem/comments/abc/title/{number:x}/?context=3",
        "link_title": "Open evening",
        "parent_id": "t3_abc",
        "subject": "post reply",
        "type": "post_reply",
        "was_comment": True,
    }
    return {"kind": "t1", "data": data | more}


def message(number: int, **more: Any) -> dict[str, Any]:
    data = {
        "name": f"t4_{number:x}",
        "author": "bo",
        "subject": "Tickets",
        "body": "Are there any left?",
        "created_utc": ago(hours=1).timestamp() + number,
        "first_message_name": None,
        "parent_id": None,
        "was_comment": False,
    }
    return {"kind": "t4", "data": data | more}


def listing(things: list[Any], query: dict[str, str]) -> dict[str, Any]:
    """A listing newest first, that goes on after a fullname."""
    names = [one["data"]["name"] if isinstance(one, dict) and "data" in one else None for one in things]
    start = names.index(query["after"]) + 1 if "after" in query else 0
    page = things[start : start + int(query["limit"])]
    more = start + len(page) < len(things)
    return {"kind": "Listing", "data": {"children": page, "after": page[-1]["data"]["name"] if more else None}}


def site(inbox: list[Any], comments: list[Any] | None = None, sent: list[Any] | None = None) -> Answer:
    def route(path: str, query: dict[str, str]) -> Any:
        if path == "/api/v1/me":
            return {"name": "bem_robin"}
        assert query["raw_json"] == "1"
        things = {"/message/inbox": inbox, "/user/bem_robin/comments": comments, "/message/sent": sent}[path]
        return listing(things or [], query)

    return serving(route)


class TestReddit(DocumentedContract):
    account = ACCOUNT
    many: ClassVar[int] = 230
    pages_when_many: ClassVar[int] = 3
    asked_when_quiet: ClassVar[int] = 3

    def server(self, count: int) -> Answer:
        return site([comment(number) for number in reversed(range(count))])

    def malformed(self) -> Answer:
        return site([comment(1), 7, {"kind": "t1"}, comment(2, created_utc="soon")])

    def test_mentions_replies_and_messages_are_told_apart(self) -> None:
        mention = comment(3, type="username_mention")
        found = self.sweep(site([message(5), mention, comment(2)])).found
        assert [one.kind for one in found] == ["message", "mention", "reply"]
        assert found[0].text == "Tickets\nAre there any left?"
        assert found[0].thread == "t4_5"
        assert found[1].url == "https://www.reddit.com/r/bem/comments/abc/title/3/?context=3"
        assert found[2].author_handle == "u/ada"
        assert found[2].subject_text == "Open evening"

    def test_what_we_answered_elsewhere_is_told(self) -> None:
        mine = comment(9, author="bem_robin", parent_id="t1_2", permalink="/r/bem/comments/abc/title/9/", context=None)
        sent = message(8, author="bem_robin", first_message_name="t4_5", parent_id="t4_5")
        talk = self.sweep(site([message(5), comment(2)], [mine], [sent]))
        answered = {one.answers: one for page in talk.pages for one in page.thread}
        assert set(answered) == {"t1_2", "t4_5"}
        assert answered["t1_2"].mine
        assert answered["t1_2"].by == "u/bem_robin"
        assert answered["t1_2"].thread == "t1_2"
        assert answered["t4_5"].thread == "t4_5"

    def test_a_token_that_is_over_asks_for_a_sign_in(self) -> None:
        talk = self.sweep(refusing({"message": "Unauthorized", "error": 401}, 401))
        assert isinstance(talk.error, SignInNeeded)

    def test_the_end_of_its_window_counts_where_nothing_else_is_said(self) -> None:
        told = {"x_ratelimit_remaining": "0.0", "x_ratelimit_reset": "212"}
        talk = self.sweep(refusing({"error": 429}, 429, **told))
        assert isinstance(talk.error, RateLimited)
        assert talk.error.retry_after == 212


class TestSigningIn:
    secret = "app-id:app-secret:pass:word"

    def passed(self, answer: Answer, secret: str = secret) -> Any:
        return hold(renew(ACCOUNT, Credentials("u/bem_robin", secret), None), answer)

    def test_three_parts_get_a_token(self) -> None:
        talk = self.passed(refusing({"access_token": "fresh", "expires_in": 86400, "token_type": "bearer"}, 200))
        step = talk.asked[0]
        assert isinstance(step, Request)
        assert step.url == "https://www.reddit.com/api/v1/access_token"
        assert step.body == b"grant_type=password&username=bem_robin&password=pass%3Aword"
        assert step.secret_headers[0][0] == "Authorization"
        assert (talk.result.secret, talk.result.server) == ("fresh", "https://oauth.reddit.com")
        assert talk.result.expires

    @pytest.mark.parametrize(
        ("body", "status"), [({"error": "invalid_grant"}, 200), ({"message": "Unauthorized", "error": 401}, 401)]
    )
    def test_a_refusal_asks_for_a_sign_in(self, body: Any, status: int) -> None:
        error = self.passed(refusing(body, status)).error
        assert isinstance(error, SignInNeeded)
        assert "pass:word" not in f"{error.message} {error.hint}"

    def test_a_secret_of_other_parts_says_what_is_wanted(self) -> None:
        talk = self.passed(refusing({}, 200), "only-a-password")
        assert isinstance(talk.error, SignInNeeded)
        assert "ID:SECRET:PASSWORD" in talk.error.message.english
        assert talk.asked == []
