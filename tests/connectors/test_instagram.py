"""Instagram, not tested against a live server.

Fixtures written from developers.facebook.com/docs/instagram-platform/instagram-graph-api: reference/ig-user/media,
ig-user/tags, ig-media/comments, ig-comment, and docs/graph-api/reference/page (instagram_business_account), 2026-11-23.
"""

from __future__ import annotations

from typing import Any, ClassVar

from cmday.connectors.protocol import Request
from cmday.core.accounts import Account
from cmday.errors import RateLimited, ServerFailed
from tests.connectors.documented import DocumentedContract, refusing, serving
from tests.connectors.holding import SECRET, Answer
from tests.connectors.test_facebook import HOST, NOT_ALLOWED, paged, stamp

ACCOUNT = Account(name="pics", network="instagram", server=HOST, communities=("bem",))
LINKED = {"id": "77", "instagram_business_account": {"id": "17841", "username": "bem"}}
LINK = "https://www.instagram.com/p/abc/"


def said(number: int, username: str = "ada", replies: Any = (), **more: Any) -> dict[str, Any]:
    told = {"id": f"179{number}", "text": f"when {number}?", "timestamp": stamp(number), "username": username, **more}
    return told | ({"replies": {"data": list(replies)}} if replies else {})


def gallery(comments: list[Any], tags: Any = (), me: Any = LINKED) -> Answer:
    def route(path: str, query: dict[str, str]) -> Any:
        parts = path.removeprefix("/v25.0/").split("/")
        size, after = int(query.get("limit", 25)), query.get("after")
        if parts == ["me"]:
            return me
        if parts == ["17841", "media"]:
            medium = {"id": "m1", "caption": "Doors\nopen", "permalink": LINK, "timestamp": stamp(0)}
            return paged([medium | ({"comments": paged(comments, 25, None)} if comments else {})], size, after)
        if parts == ["17841", "tags"]:
            return tags if isinstance(tags, tuple) and tags else paged(list(tags), size, after)
        assert parts == ["m1", "comments"]
        return paged(comments, size, after)

    return serving(route)


class TestInstagram(DocumentedContract):
    account = ACCOUNT
    many: ClassVar[int] = 230
    pages_when_many: ClassVar[int] = 4
    asked_when_quiet: ClassVar[int] = 2
    signed_out = ({"error": {"message": "Session has expired", "type": "OAuthException", "code": 190}}, 401, {})
    patience = ({"error": {"message": "(#4) limit", "type": "OAuthException", "code": 4}}, 400, {"retry_after": "30"})

    def server(self, count: int) -> Answer:
        return gallery([said(number) for number in reversed(range(count))])

    def malformed(self) -> Answer:
        return gallery([said(4), 7, said(3, timestamp="soon")])

    def test_the_token_goes_by_header(self) -> None:
        step = self.sweep(self.server(1)).asked[0]
        assert isinstance(step, Request)
        assert step.secret_headers == (("Authorization", f"Bearer {SECRET}"),)

    def test_comments_answers_and_what_tags_us(self) -> None:
        tag = {"id": "180", "caption": "at @bem", "permalink": LINK, "timestamp": stamp(9), "username": "bob"}
        talk = self.sweep(gallery([said(5), said(1, replies=[said(6, "bem", text="At eight."), said(7)])], [tag]))
        assert [(one.kind, one.text, one.author_handle, one.thread) for one in talk.found] == [
            ("mention", "at @bem", "@bob", "180"),
            ("reply", "when 5?", "@ada", "1795"),
            ("reply", "when 1?", "@ada", "1791"),
            ("reply", "when 7?", "@ada", "1791"),
        ]
        assert (talk.found[1].url, talk.found[1].subject_text) == (LINK, "Doors open")
        (own,) = [one for page in talk.pages for one in page.thread]
        assert (own.mine, own.answers, own.text, own.by) == (True, "1791", "At eight.", "@bem")

    def test_a_new_answer_below_an_old_comment_is_noticed_once(self) -> None:
        first = self.sweep(gallery([said(5), said(1, replies=[said(2)])]))
        server = gallery([said(5), said(1, replies=[said(2), said(8)])])
        second = self.sweep(server, first.cursor)
        assert [one.id for one in second.found] == ["pics:1798"]
        assert self.sweep(server, second.cursor).found == []

    def test_tags_that_may_not_be_read_cost_themselves_only(self) -> None:
        server = gallery([said(1)], NOT_ALLOWED)
        first = self.sweep(server)
        assert len(first.found) == 1
        assert "may not read tags" in " ".join(first.gaps)
        assert self.sweep(server, first.cursor).gaps == []

    def test_a_page_without_an_account_says_so(self) -> None:
        error = self.sweep(gallery([], me={"id": "77"})).error
        assert isinstance(error, ServerFailed)
        assert "professional" in error.message.english

    def test_the_limit_of_instagram_is_patience(self) -> None:
        assert isinstance(self.sweep(refusing({"error": {"message": "slow", "code": 80002}}, 400)).error, RateLimited)
