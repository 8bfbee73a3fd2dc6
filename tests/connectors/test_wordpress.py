"""WordPress: the contract, what comments mean, and what becomes of those that wait for approval."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cmday.connectors.protocol import Call, Request, Response
from cmday.connectors.wordpress import UNSEEN, WordPress
from cmday.connectors.wordpress_reading import comments_of, notification, post_above, threads_of
from cmday.core.accounts import Account
from cmday.core.items import Cursor
from cmday.errors import SignInNeeded
from tests.connectors.contract import HttpContract
from tests.connectors.holding import SECRET, Answer, Talk, hold

ACCOUNT = Account(name="blog", network="wordpress", server="https://blog.example", communities=("bem",), username="ana")
ME, BRUNO = 1, 2
PARIS = timedelta(hours=1)


def comment(number: int, text: str = "Count me in &amp; my friends", **more: Any) -> dict[str, Any]:
    at = more.pop("at", None) or datetime.now(UTC) - timedelta(hours=6) + timedelta(minutes=number)
    return {
        "id": number,
        "post": 12,
        "author": BRUNO,
        "author_name": "Bruno &amp; Co",
        "author_email": "bruno@example.org",
        "author_url": "",
        "date": (at + PARIS).strftime("%Y-%m-%dT%H:%M:%S"),
        "date_gmt": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "parent": 0,
        "link": f"https://blog.example/meetup/#comment-{number}",
        "status": "approved",
        "content": {"rendered": f"<p>{text}</p>\n"},
        "_embedded": {"up": [{"title": {"rendered": "Meetup &#8211; tonight"}}]},
        **more,
    }


class Site:
    """A site as a function. ``plain`` knows no speaking addresses, ``reader`` may not moderate."""

    def __init__(self, count: int = 0, *, plain: bool = False, reader: bool = False) -> None:
        self.comments: list[Any] = [comment(number) for number in range(1, count + 1)]
        self.plain = plain
        self.reader = reader

    def __call__(self, step: Request | Call) -> Response:
        assert isinstance(step, Request)
        parts = urlsplit(step.url)
        query = dict(parse_qsl(parts.query))
        route = query.get("rest_route", "") if self.plain else parts.path.removeprefix("/wp-json")
        if not route:
            return self._answer(step, b"<html>no such page</html>", 404)
        if route == "/wp/v2/users/me":
            can = {"publish_posts": True, "moderate_comments": not self.reader}
            return self._answer(step, {"id": ME, "name": "Ana", "slug": "ana", "capabilities": can})
        assert route == "/wp/v2/comments", route
        if self.reader and query.get("context") == "edit":
            return self._answer(step, {"code": "rest_forbidden_context", "message": "Sorry"}, 403)
        return self._listed(step, query)

    def _listed(self, step: Request, query: dict[str, str]) -> Response:
        held = query.get("status") == "all"
        there = [one for one in self.comments if not isinstance(one, dict) or self._fits(one, query, held=held)]
        size, page = int(query["per_page"]), int(query.get("page", 1))
        taken = there[(page - 1) * size : page * size]
        pages = -(-len(there) // size)
        return self._answer(step, taken, x_wp_total=str(len(there)), x_wp_totalpages=str(pages))

    def _fits(self, one: dict[str, Any], query: dict[str, str], *, held: bool) -> bool:
        if one.get("status") in ("spam", "trash") or (one.get("status") == "hold" and not held):
            return False
        if "include" in query:
            return str(one["id"]) in query["include"].split(",")
        after = datetime.fromisoformat(query["after"]).replace(tzinfo=None).isoformat()
        return not isinstance(one.get("date_gmt"), str) or bool(one["date_gmt"] > after)

    def _answer(self, step: Request, body: Any, status: int = 200, **headers: str) -> Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        named.append(("date", format_datetime(datetime.now(UTC), usegmt=True)))
        return Response(url=step.url, status=status, headers=tuple(named), body=raw)


def fixed(body: Any, status: int = 200, **headers: str) -> Answer:
    def give(step: Request | Call) -> Response:
        assert isinstance(step, Request)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return Response(url=step.url, status=status, headers=named, body=raw)

    return give


class TestWordPress(HttpContract):
    account: ClassVar[Account] = ACCOUNT
    many: ClassVar[int] = 250
    pages_when_many: ClassVar[int] = 3

    def answers(self, scene: str) -> Answer:
        if scene == "garbage":
            return fixed(b"<html>hello</html>")
        if scene == "signed-out":
            return fixed({"code": "incorrect_password", "message": "no"}, 401)
        if scene == "patience":
            return fixed({"code": "busy", "message": "Slow down"}, 429, retry_after="30")
        site = Site({"few": 3, "many": self.many}.get(scene, 0))
        if scene == "malformed":
            site.comments = [comment(1), comment(2) | {"date_gmt": "soon"}, comment(3) | {"id": "three"}, "x", {}]
        return site

    def test_the_secret_stands_in_secret_headers_only(self) -> None:
        for step in self.sweep(self.answers("few")).asked:
            assert isinstance(step, Request)
            ((name, value),) = step.secret_headers
            assert (name, value.partition(" ")[0]) == ("Authorization", "Basic")
            assert SECRET not in f"{step.url} {step.headers} {step.body!r}"


def swept(site: Answer, since: Cursor | None = None, **more: Any) -> Talk:
    talk = hold(WordPress(ACCOUNT).notifications(since), site, **more)
    assert talk.error is None or more
    return talk


def test_a_comment_in_full() -> None:
    site = Site()
    site.comments = [comment(7, at=datetime(2026, 11, 2, 7, tzinfo=UTC))]
    (raw,), _ = comments_of(site.comments)
    one = notification(raw, ACCOUNT, "7")
    assert (one.id, one.kind, one.text) == ("blog:7", "reply", "Count me in & my friends")
    assert (one.author, one.author_handle) == ("Bruno & Co", "bruno@example.org")
    assert one.at == datetime(2026, 11, 2, 7, tzinfo=UTC)
    assert one.subject_text == "Meetup – tonight"
    assert one.url == "https://blog.example/meetup/#comment-7"
    assert one.reply is not None
    assert one.reply.id == "7"


def test_what_waits_for_approval_is_a_report_until_somebody_decides() -> None:
    site = Site()
    site.comments = [comment(number, status="hold") for number in (1, 2, 3)]
    first = swept(site)
    assert [one.kind for one in first.found] == ["report", "report", "report"]
    assert swept(site, first.cursor).found == [], "nobody has decided"
    site.comments[0]["status"] = "approved"
    site.comments[1]["status"] = "spam"
    second = swept(site, first.cursor)
    assert [(one.id, one.kind) for one in second.found] == [("blog:1", "reply")]
    assert [one for page in second.pages for one in page.gone] == ["2"]
    third = swept(site, second.cursor)
    assert third.found == []
    assert [one for page in third.pages for one in page.gone] == []
    assert "include=3&" in third.asked[-1].url  # type: ignore[union-attr]


def test_who_may_not_moderate_sees_what_is_public_and_is_told_once() -> None:
    site = Site(2, reader=True)
    site.comments.append(comment(3, status="hold"))
    first = swept(site)
    assert [one.id for one in first.found] == ["blog:1", "blog:2"]
    assert first.gaps == [UNSEEN]
    second = swept(site, first.cursor)
    assert (second.gaps, len(second.asked)) == ([], 1)
    probe = hold(WordPress(ACCOUNT).check(), site).result
    assert "moderation" not in probe.capabilities
    assert probe.detail == UNSEEN


def test_a_site_without_speaking_addresses_is_found_and_remembered() -> None:
    site = Site(2, plain=True)
    first = swept(site)
    assert len(first.found) == 2
    assert len(swept(site, first.cursor).asked) == 1
    assert hold(WordPress(ACCOUNT).check(), site).result.identity == "Ana"


def test_our_own_comments_answer_and_what_is_answered_comes_along() -> None:
    site = Site()
    above = {
        "id": 1,
        "author": ME,
        "author_name": "Ana",
        "date": "",
        "parent": 9,
        "content": {"rendered": "<p>Yes!</p>"},
    }
    site.comments = [
        comment(2, "And a cloakroom?", parent=1, _embedded={"in-reply-to": [above]}),
        comment(3, "Yes, too.", author=ME, author_name="Ana", parent=2),
    ]
    talk = swept(site)
    assert [one.id for one in talk.found] == ["blog:2"]
    posts = {post.id: post for page in talk.pages for post in page.thread}
    assert (posts["3"].answers, posts["3"].mine, posts["3"].by) == ("2", True, "Ana")
    assert (posts["1"].mine, posts["1"].text) == (True, "Yes!")
    assert posts["1"].at < talk.found[0].at
    assert {posts["1"].thread, posts["3"].thread, talk.found[0].thread} == {"9"}


def test_the_clock_of_an_embedded_comment_is_that_of_the_one_that_brought_it() -> None:
    at = datetime(2026, 11, 2, 7, tzinfo=UTC)
    above = {"id": 1, "author_name": "Ana", "date": "2026-11-02T07:30:00", "content": {"rendered": "x"}}
    (one,), _ = comments_of([comment(2, at=at, parent=1, _embedded={"in-reply-to": [above]})])
    post = post_above(one, "1", ME)
    assert post is not None
    assert post.at == datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_loses_no_comment() -> None:
    site = Site()
    now = datetime.now(UTC).replace(microsecond=0)
    site.comments = [comment(1, at=now - timedelta(minutes=30))]
    first = swept(site)
    site.comments.append(comment(2, at=now - timedelta(minutes=30)))
    site.comments.append(comment(3, at=now - timedelta(minutes=29)))
    assert [one.id for one in swept(site, first.cursor).found] == ["blog:2", "blog:3"]


def test_an_account_wants_a_user_name() -> None:
    error = hold(WordPress(replace(ACCOUNT, username=None)).notifications(None), Site()).error
    assert isinstance(error, SignInNeeded)


@pytest.mark.parametrize("parents", [{1: 2, 2: 1}, {1: 1}, {3: 2, 2: 1}])
def test_threads_end_whatever_a_site_claims(parents: dict[int, int]) -> None:
    comments, _ = comments_of([comment(number, parent=parents.get(number, 0)) for number in (1, 2, 3)])
    assert set(threads_of(comments)) == {1, 2, 3}


_VALUE = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.text(max_size=10)
    | st.lists(st.integers(), max_size=2)
)


@given(st.sampled_from(sorted(comment(1))), _VALUE | st.fixed_dictionaries({"rendered": _VALUE, "in-reply-to": _VALUE}))
@settings(max_examples=200, deadline=None)
def test_any_field_may_be_anything(name: str, value: Any) -> None:
    found, spoilt = comments_of([comment(1) | {name: value}])
    assert len(found) + spoilt == 1
    for one in found:
        assert len(notification(one, ACCOUNT, "1").text) <= 10_000
        post_above(one, "1", ME)
