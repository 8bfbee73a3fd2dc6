"""Facebook, not tested against a live server.

Fixtures written from developers.facebook.com/docs/graph-api: reference/page/feed, page/tagged, object/comments,
conversation, guides/error-handling, overview/rate-limiting, results (paging), 2026-11-23.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest

from cmday.connectors.facebook import Facebook
from cmday.connectors.protocol import Call, Request
from cmday.core.accounts import Account
from cmday.errors import RateLimited, ServerFailed, SignInNeeded
from tests.connectors.documented import DocumentedContract, ago, refusing, serving
from tests.connectors.holding import SECRET, Answer, hold

HOST = "https://graph.facebook.com"
ACCOUNT = Account(name="page", network="facebook", server=HOST, communities=("bem",))
PAGE_ID = "77"
ADA = {"id": "5", "name": "Ada L."}
US = {"id": PAGE_ID, "name": "BEM"}
NOT_ALLOWED: tuple[Any, int, dict[str, str]] = (
    {"error": {"message": "(#200) no", "type": "OAuthException", "code": 200}},
    403,
    {},
)


def stamp(number: int) -> str:
    return ago(hours=20, seconds=-number).strftime("%Y-%m-%dT%H:%M:%S+0000")


def comment(number: int, **more: Any) -> dict[str, Any]:
    link = f"https://www.facebook.com/bem/posts/1?comment_id={number}"
    told = {"id": f"1_{number}", "message": f"when {number}?", "created_time": stamp(number), "permalink_url": link}
    return told | {"from": ADA} | more


def post(number: int, comments: list[Any], **more: Any) -> dict[str, Any]:
    told = {
        "id": f"{PAGE_ID}_{number}",
        "message": "Doors\nopen",
        "created_time": stamp(0),
        "from": US,
        "all": comments,
    }
    return told | {"permalink_url": f"https://www.facebook.com/bem/posts/{number}"} | more


def paged(rows: list[Any], size: int, after: str | None) -> dict[str, Any]:
    start = int(after or 0)
    end = start + size
    paging: dict[str, Any] = {"cursors": {"before": "x", "after": str(end)}}
    if end < len(rows):
        paging["next"] = f"{HOST}/v25.0/next"
    return {"data": rows[start:end], "paging": paging}


def page(posts: list[Any], tagged: Any = (), talks: Any = (), **headers: str) -> Answer:
    def edge(parts: list[str], query: dict[str, str]) -> Any:
        size, after = int(query.get("limit", 25)), query.get("after")
        if parts == ["me"]:
            return US
        if parts == ["me", "feed"]:
            rows = [{**one, "comments": paged(one["all"], 25, None)} if one["all"] else one for one in posts]
            return paged(rows, size, after)
        if parts == ["me", "tagged"]:
            return tagged if isinstance(tagged, tuple) and tagged else paged(list(tagged), size, after)
        if parts == ["me", "conversations"]:
            return talks if isinstance(talks, tuple) and talks else paged(list(talks), size, after)
        assert (parts[1], query["order"], query["filter"]) == ("comments", "reverse_chronological", "stream")
        return paged(next(one["all"] for one in posts if one["id"] == parts[0]), size, after)

    def route(path: str, query: dict[str, str]) -> Any:
        found = edge(path.removeprefix("/v25.0/").split("/"), query)
        return found if isinstance(found, tuple) else (found, 200, headers)

    return serving(route)


class TestFacebook(DocumentedContract):
    account = ACCOUNT
    many: ClassVar[int] = 230
    pages_when_many: ClassVar[int] = 4
    asked_when_quiet: ClassVar[int] = 3
    signed_out = (
        {"error": {"message": f"Malformed access token {SECRET}", "type": "OAuthException", "code": 190}}, 400, {},
    )  # fmt: skip
    patience = ({"error": {"message": "(#4) limit", "type": "OAuthException", "code": 4}}, 403, {"retry_after": "30"})

    def server(self, count: int) -> Answer:
        return page([post(1, [comment(number) for number in reversed(range(count))])])

    def malformed(self) -> Answer:
        return page([post(1, [comment(4), 7, comment(3, created_time="soon")])])

    def test_the_token_goes_by_header(self) -> None:
        step = self.sweep(self.server(1)).asked[0]
        assert isinstance(step, Request)
        assert step.secret_headers == (("Authorization", f"Bearer {SECRET}"),)

    def test_comments_answers_and_posts(self) -> None:
        ours = comment(9, message="At eight.", parent={"id": "1_8"}) | {"from": US}
        visitor = post(2, [], message="Hello BEM") | {"from": ADA, "created_time": stamp(5)}
        tagging = {"id": "5_3", "message": "at BEM", "created_time": stamp(6), "permalink_url": "javascript:alert(1)"}
        talk = self.sweep(page([visitor, post(1, [ours, comment(8)])], [tagging]))
        assert [(one.kind, one.text, one.author) for one in talk.found] == [
            ("mention", "Hello BEM", "Ada L."),
            ("mention", "at BEM", "Facebook"),
            ("reply", "when 8?", "Ada L."),
        ]
        assert talk.found[1].url is None
        assert (talk.found[2].subject_text, talk.found[2].thread) == ("Doors open", "1_8")
        (own,) = [one for each in talk.pages for one in each.thread]
        assert (own.mine, own.answers, own.thread) == (True, "1_8", "1_8")

    def test_a_new_comment_below_a_known_post_is_noticed(self) -> None:
        first = self.sweep(page([post(1, [comment(1)])]))
        second = self.sweep(page([post(1, [comment(2), comment(1)])]), first.cursor)
        assert [one.id for one in second.found] == ["page:1_2"]

    def test_messages_and_our_answers_to_them(self) -> None:
        said = [
            {"id": "m_2", "message": "Yes.", "created_time": stamp(2), "from": US},
            {"id": "m_1", "message": "Open?", "created_time": stamp(1), "from": ADA},
        ]
        talk = self.sweep(page([], talks=[{"id": "t_1", "link": "/bem/inbox/1", "messages": {"data": said}}]))
        (one,) = talk.found
        assert (one.kind, one.thread, one.url) == ("message", "t_1", "https://www.facebook.com/bem/inbox/1")
        assert [own.thread for each in talk.pages for own in each.thread] == ["t_1"]

    def test_what_the_token_may_not_read_is_told_once_and_costs_itself_only(self) -> None:
        server = page([post(1, [comment(1)])], NOT_ALLOWED, NOT_ALLOWED)
        first = self.sweep(server)
        assert len(first.found) == 1
        told = " ".join(first.gaps)
        assert told.count("may not read conversations") == told.count("may not read tagged") == 1
        assert self.sweep(server, first.cursor).gaps == []
        probe = hold(Facebook(ACCOUNT).check(), server).result
        assert "messages" not in probe.capabilities
        assert "pages_messaging" in probe.detail

    def test_a_place_that_is_forgotten_is_told(self) -> None:
        first = self.sweep(self.server(230), cut_after=4)
        whole, gone = self.server(230), refusing({"error": {"message": "bad cursor", "code": 100}}, 400)

        def forgetful(step: Request | Call) -> Any:
            return (gone if isinstance(step, Request) and "after=" in step.url else whole)(step)

        second = self.sweep(forgetful, first.cursor)
        assert second.error is None
        assert "older entries can no longer be read" in second.gaps

    @pytest.mark.parametrize("code", [4, 17, 32, 613, 80001])
    def test_patience_by_code(self, code: int) -> None:
        cases = {"77": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 7}]}
        body = {"error": {"message": "slow", "code": code}}
        error = self.sweep(refusing(body, 400, x_business_use_case_usage=json.dumps(cases))).error
        assert isinstance(error, RateLimited)
        assert error.retry_after == 420

    def test_what_is_used_up_is_shown_and_stops_the_sweep_before_the_limit(self) -> None:
        server = page([post(1, [comment(1)])], x_app_usage='{"call_count":28,"total_time":3,"total_cputime":1}')
        assert self.sweep(server).result.said == "28 %"
        full = self.sweep(page([], x_app_usage='{"call_count":96}'))
        assert isinstance(full.error, RateLimited)
        assert len(full.asked) == 1
        assert self.sweep(page([], x_app_usage="nonsense")).error is None

    def test_a_missing_permission_asks_for_a_sign_in_and_the_rest_is_told(self) -> None:
        assert isinstance(self.sweep(refusing(*NOT_ALLOWED[:2])).error, SignInNeeded)
        error = self.sweep(refusing({"error": {"message": "Unknown path", "code": 2500}}, 400)).error
        assert isinstance(error, ServerFailed)
        assert "Unknown path" in error.message.english
