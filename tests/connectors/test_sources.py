"""The sources with an API of their own, held to one contract, and what each does beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cmday.connectors.feed_sources import conversation
from cmday.connectors.protocol import Call, Request, Response
from cmday.connectors.source_terms import Terms
from cmday.core.accounts import Account
from cmday.core.feeds import Validators
from cmday.errors import Garbled
from tests.connectors.holding import SECRET, Answer, hold
from tests.connectors.source_contract import SourceContract

Page = Callable[[dict[str, str]], Any]


def answering(page: Page) -> Answer:
    """A server that answers each request by its query."""

    def answer(said: Request | Call) -> Response:
        assert isinstance(said, Request)
        query = {name: values[0] for name, values in parse_qs(urlsplit(said.url).query).items()}
        return Response(url=said.url, status=200, body=json.dumps(page(query)).encode())

    return answer


def status(number: int, text: str = "", **more: Any) -> dict[str, Any]:
    account = {"id": "7", "acct": "ana", "display_name": "Ana <b>of</b> the club"}
    return {
        "id": str(number),
        "uri": f"https://m.example/ana/{number}",
        "url": f"https://m.example/@ana/{number}",
        "created_at": "2026-11-01T10:00:00.000Z",
        "content": f"<p>{text or f'Post {number}'}<script>x</script></p>",
        "visibility": "public",
        "account": account,
        **more,
    }


class TestMastodon(SourceContract):
    url = "mastodon+https://m.example/@ana?id=7"
    pages = 3
    most_pages = 3

    def answers(self, scene: str) -> Answer:
        first = {"few": 3, "many": 1000, "empty": 0}[scene]

        def page(query: dict[str, str]) -> list[Any]:
            top = int(query.get("max_id", first + 1)) - 1
            return [status(number) for number in range(top, max(top - 40, 0), -1)]

        return answering(page)

    def malformed(self) -> bytes:
        return b'[{"id": 1}, 7, null]'

    def test_asks_for_a_persons_own_words_only(self) -> None:
        request = self.ask(self.answers("few")).asked[0]
        assert isinstance(request, Request)
        assert (
            request.url
            == "https://m.example/api/v1/accounts/7/statuses?limit=40&exclude_replies=true&exclude_reblogs=true"
        )
        assert request.secret_headers == ()

    def test_what_is_private_or_of_another_is_left_out(self) -> None:
        other = status(3, account={"id": "8", "acct": "bo"})
        listed = [
            status(1),
            status(2, visibility="private"),
            status(4, reblog=other),
            status(5, reblog=status(5, "Mine")),
        ]
        fetched = self.found(answering(lambda _query: listed))
        assert fetched.parsed is not None
        assert [entry.title for entry in fetched.parsed.entries] == ["Post 1", "Mine"]

    def test_a_post_takes_the_page_that_it_links_to_along(self) -> None:
        card = {"url": "https://news.example/1", "title": "The <news>", "description": "Told"}
        fetched = self.found(answering(lambda _query: [status(1, " ", card=card, edited_at="2026-11-02T01:00:00Z")]))
        assert fetched.parsed is not None
        (entry,) = fetched.parsed.entries
        assert entry.title == "The <news>"
        assert '<a href="https://news.example/1"' in entry.content
        assert entry.updated is not None

    def test_the_last_request_allowed_is_the_last_for_now(self) -> None:
        headers = (
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "2026-11-02T08:05:00Z"),
            ("date", "Mon, 02 Nov 2026 08:00:00 GMT"),
        )
        fetched = self.found(lambda said: Response(url=said.url, status=200, headers=headers, body=b"[]"))  # type: ignore[union-attr]
        assert fetched.max_age == 301

    def test_trends_give_their_counts_by_day(self) -> None:
        history = [{"day": "1", "accounts": str(count), "uses": "9"} for count in (30, 4, 3, 2, 2, 2, 1, 0, 99)]
        link = {"url": "https://news.example/1", "title": "Told by many", "description": "d", "history": history}
        answer = answering(lambda _query: [link, {"title": "no address"}])
        fetched = hold(conversation("mastodon+https://m.example/trends/links"), answer).result
        (entry,) = fetched.parsed.entries
        assert (entry.title, entry.url, entry.counts) == (
            "Told by many",
            "https://news.example/1",
            (30, 4, 3, 2, 2, 2, 1, 0),
        )
        tag = {"name": "music", "url": "https://m.example/tags/music", "history": history[:2]}
        fetched = hold(conversation("mastodon+https://m.example/trends/tags"), answering(lambda _query: [tag])).result
        assert [(entry.title, entry.counts) for entry in fetched.parsed.entries] == [("#music", (30, 4))]


def view(number: int, text: str = "", **more: Any) -> dict[str, Any]:
    post = {
        "uri": f"at://did:plc:ana/app.bsky.feed.post/{number}",
        "author": {"did": "did:plc:ana", "handle": "ana.test", "displayName": "Ana"},
        "record": {"text": text or f"Post {number} <b>", "createdAt": "2026-11-01T10:00:00Z", "langs": ["fr"]},
        "indexedAt": "2026-11-01T10:00:01Z",
    }
    return {"post": post, **more}


class TestBluesky(SourceContract):
    url = "bluesky+https://view.example/profile/ana.test?did=did:plc:ana"
    pages = 3
    most_pages = 3

    def answers(self, scene: str) -> Answer:
        first = {"few": 3, "many": 1000, "empty": 0}[scene]

        def page(query: dict[str, str]) -> Any:
            top = int(query.get("cursor", first))
            rest = max(top - 50, 0)
            return {"feed": [view(number) for number in range(top, rest, -1)]} | ({"cursor": str(rest)} if rest else {})

        return answering(page)

    def malformed(self) -> bytes:
        return b'{"feed": [{"post": {"uri": 7}}, 3]}'

    def test_a_handle_is_looked_up_where_the_address_has_no_did(self) -> None:
        def answer(said: Request | Call) -> Response:
            assert isinstance(said, Request)
            found: Any = {"did": "did:plc:ana"} if "resolveHandle" in said.url else {"feed": [view(1)]}
            return Response(url=said.url, status=200, body=json.dumps(found).encode())

        talk = hold(conversation("bluesky+https://view.example/profile/ana.test"), answer)
        assert [urlsplit(request.url).path for request in talk.asked if isinstance(request, Request)] == [
            "/xrpc/com.atproto.identity.resolveHandle",
            "/xrpc/app.bsky.feed.getAuthorFeed",
        ]
        assert talk.result.parsed.entries[0].url == "https://bsky.app/profile/ana.test/post/1"

    def test_what_a_person_passed_on_is_left_out_of_their_own(self) -> None:
        page = {"feed": [view(1), view(2, reason={"$type": "app.bsky.feed.defs#reasonRepost"})]}
        assert [entry.guid for entry in self.found(answering(lambda _query: page)).parsed.entries] == [  # type: ignore[union-attr]
            "at://did:plc:ana/app.bsky.feed.post/1"
        ]

    @pytest.mark.parametrize(("path", "method"), [("lists/3k", "getListFeed"), ("feed/hot", "getFeed")])
    def test_lists_and_feeds_have_their_own_methods(self, path: str, method: str) -> None:
        url = f"bluesky+https://view.example/profile/ana.test/{path}?did=did:plc:ana"
        talk = hold(conversation(url), answering(lambda _query: {"feed": [view(1)]}))
        assert isinstance(talk.asked[0], Request)
        assert talk.asked[0].url.startswith(f"https://view.example/xrpc/app.bsky.feed.{method}?")
        assert len(talk.result.parsed.entries) == 1

    def test_trends_give_their_counts(self) -> None:
        trends = {
            "trends": [{"topic": "cat", "displayName": "The cat", "link": "/profile/t/feed/1", "postCount": 812}, 3]
        }
        talk = hold(conversation("bluesky+https://view.example/trends"), answering(lambda _query: trends))
        (entry,) = talk.result.parsed.entries
        assert (entry.title, entry.url, entry.counts) == ("The cat", "https://bsky.app/profile/t/feed/1", (812,))

    @pytest.mark.parametrize("count", [2**63, 10**30, -1, 1.5, True, None, "many"])
    def test_a_count_that_is_none_says_that_nobody_told_it(self, count: object) -> None:
        trends = {"trends": [{"topic": "cat", "link": "/profile/t/feed/1", "postCount": count}]}
        talk = hold(conversation("bluesky+https://view.example/trends"), answering(lambda _query: trends))
        assert talk.result.parsed.entries[0].counts == (0,)  # a trend all the same: without any it would be news

    @pytest.mark.parametrize("did", ["did:plc:" + "x" * 5000, "did:plc:a&b=c#d", "did:plc:a b", "plc", 7, None])
    def test_a_number_that_could_stand_in_no_address_is_garbled(self, did: object) -> None:
        talk = hold(
            conversation("bluesky+https://view.example/profile/ana.test"), answering(lambda _query: {"did": did})
        )
        assert isinstance(talk.error, Garbled)
        talk = hold(conversation("mastodon+https://m.example/@ana"), answering(lambda _query: {"id": str(did) * 100}))
        assert isinstance(talk.error, Garbled)

    def test_a_search_is_asked_with_the_session_of_the_account(self) -> None:
        def answer(said: Request | Call) -> Response:
            assert isinstance(said, Request)
            return Response(url=said.url, status=200, body=json.dumps({"posts": [view(1)["post"]]}).encode())

        account = Account(name="sky", network="bluesky", server="https://pds.example", username="me.test")
        talk = hold(conversation("bluesky+https://pds.example/search?q=club", terms=Terms(account=account)), answer)
        (only,) = (request for request in talk.asked if isinstance(request, Request))
        assert only.secret_headers == (("Authorization", f"Bearer {SECRET}"),)
        assert only.url.startswith("https://pds.example/xrpc/app.bsky.feed.searchPosts?q=club&sort=latest")
        assert len(talk.result.parsed.entries) == 1


MINIFLUX = Account(name="reader", network="miniflux", server="https://reader.example")


def item(number: int, state: str = "unread") -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Title {number} &amp; <b>more</b>",
        "url": f"https://a.example/{number}",
        "content": f"<p>Text {number}</p><script>x</script>",
        "author": "Ana",
        "status": state,
        "published_at": "2026-11-01T10:00:00Z",
        "changed_at": "2026-11-01T11:00:00.5Z",
        "feed": {"title": "Trade news"},
    }


class TestMiniflux(SourceContract):
    url = "miniflux+https://reader.example/"
    pages = 20
    most_pages = 20

    def terms(self) -> Terms:
        return Terms(account=MINIFLUX)

    def answers(self, scene: str) -> Answer:
        last = {"few": 3, "many": 9000, "empty": 0}[scene]

        def page(query: dict[str, str]) -> Any:
            after = int(query.get("after_entry_id", 0))
            return {"total": last, "entries": [item(number) for number in range(after + 1, min(after + 100, last) + 1)]}

        return answering(page)

    def malformed(self) -> bytes:
        return b'{"entries": 3}'

    def test_the_key_is_shown_in_a_header_that_stays_secret(self) -> None:
        request = self.ask(self.answers("few")).asked[0]
        assert isinstance(request, Request)
        assert request.secret_headers == (("X-Auth-Token", SECRET),)
        assert SECRET not in request.url

    def test_marks_are_brought_before_anything_is_asked(self) -> None:
        terms = Terms(account=MINIFLUX, read=("4", "5"), unread=("6", "not a number"))
        talk = hold(conversation(self.url, Validators("changed:1793606000"), terms), self.answers("empty"))
        first, second, third = (request for request in talk.asked if isinstance(request, Request))
        assert [json.loads(request.body or b"") for request in (first, second)] == [
            {"entry_ids": [4, 5], "status": "read"},
            {"entry_ids": [6], "status": "unread"},
        ]
        assert "changed_after=1793606000" in third.url
        assert (talk.result.told_read, talk.result.told_unread) == (("4", "5"), ("6", "not a number"))

    def test_what_was_read_there_is_told_and_no_entry_of_ours(self) -> None:
        page = {"total": 2, "entries": [item(1, "read"), item(2), item(3, "removed")]}
        fetched = self.found(answering(lambda _query: page))
        assert fetched.parsed is not None
        assert [(entry.title, entry.author) for entry in fetched.parsed.entries] == [
            ("Title 2 & more", "Trade news · Ana")
        ]
        assert set(fetched.marks) == {("1", True), ("2", False)}
        assert fetched.validators.etag == "changed:1793530799"
