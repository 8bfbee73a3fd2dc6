"""X as a source: what is asked is reserved before and settled after, whatever becomes of it."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest

from cmday.connectors.feed_sources import conversation
from cmday.connectors.protocol import Call, Request, Response
from cmday.connectors.source_terms import Terms
from cmday.core.accounts import Account
from cmday.errors import Garbled, SignInNeeded, Uncertain, Waiting
from cmday.i18n import phrase
from tests.connectors.holding import Answer, hold
from tests.connectors.source_contract import SourceContract
from tests.connectors.test_sources import answering


class Purse:
    """A purse that notes what it is asked; ``left`` is what is in it."""

    def __init__(self, left: int = 10**9) -> None:
        self.left = left
        self.said: list[tuple[str, int]] = []

    def reserve(self, amount: int) -> int:
        if amount > self.left:
            raise Waiting(phrase("the cap is reached"), None, "x")
        self.said.append(("reserve", amount))
        self.left -= amount
        return len(self.said)

    def settle(self, number: int, amount: int) -> None:
        self.said.append(("settle", amount))
        self.left += self.said[number - 1][1] - amount


PAID: dict[str, object] = {"price_post": 5_000, "price_user": 10_000, "posts": 10}
X = Account(name="x", network="x", server="https://x.example", options=PAID)


def tweet(number: int) -> dict[str, Any]:
    link = {"url": "https://t.co/a", "expanded_url": "https://news.example/a", "title": "The news"}
    return {
        "id": str(number),
        "text": f"Post {number} &lt;b&gt; https://t.co/a",
        "created_at": "2026-11-01T10:00:00.000Z",
        "lang": "en",
        "entities": {"urls": [link]},
    }


class TestX(SourceContract):
    url = "x+https://x.example/@club?id=12"
    pages = 1
    most_pages = 1
    purse: ClassVar[Purse]

    def terms(self) -> Terms:
        type(self).purse = Purse()
        return Terms(account=X, purse=self.purse, since="900")

    def answers(self, scene: str) -> Answer:
        count = {"few": 3, "many": 10, "empty": 0}[scene]
        data = {"data": [tweet(1000 - place) for place in range(count)]} if count else {}
        return answering(lambda _query: {**data, "meta": {"result_count": count, "next_token": "more"}})

    def malformed(self) -> bytes:
        return b'{"data": [{"id": 7}], "meta": {}}'

    def test_it_is_reserved_before_and_settled_after(self) -> None:
        talk = self.ask(self.answers("few"))
        (request,) = talk.asked
        assert isinstance(request, Request)
        assert self.purse.said == [("reserve", 50_000), ("settle", 15_000)]
        assert "since_id=900" in request.url
        assert "max_results=10" in request.url
        assert "expansions" not in request.url
        assert (request.repeatable, request.follow) == (False, 0)
        assert talk.result.validators.etag == "1000"
        assert talk.result.parsed.entries[0].title == "Post 1000 <b>"

    def test_an_empty_purse_asks_nothing(self) -> None:
        talk = hold(conversation(self.url, terms=Terms(account=X, purse=Purse(49_999))), self.answers("few"))
        assert talk.asked == []
        assert isinstance(talk.error, Waiting)

    @pytest.mark.parametrize("status_code", [401, 403, 429, 500, 503])
    def test_a_refusal_costs_nothing(self, status_code: int) -> None:
        talk = self.ask(lambda said: Response(url=said.url, status=status_code))  # type: ignore[union-attr]
        assert talk.error is not None
        assert self.purse.left == 10**9

    @pytest.mark.parametrize("lost", [Uncertain(phrase("lost")), b"no JSON"])
    def test_an_answer_that_is_lost_stays_paid(self, lost: Any) -> None:
        def answer(said: Request | Call) -> Any:
            assert isinstance(said, Request)
            return lost if isinstance(lost, Uncertain) else Response(url=said.url, status=200, body=lost)

        assert isinstance(self.ask(answer).error, Uncertain | Garbled)
        assert self.purse.left == 10**9 - 50_000

    def test_a_name_is_looked_up_once_and_paid(self) -> None:
        def answer(said: Request | Call) -> Response:
            assert isinstance(said, Request)
            found: Any = {"data": {"id": "12"}} if "username" in said.url else {"meta": {}}
            return Response(url=said.url, status=200, body=json.dumps(found).encode())

        purse = Purse()
        talk = hold(conversation("x+https://x.example/@club", terms=Terms(account=X, purse=purse)), answer)
        assert talk.error is None
        assert purse.said == [("reserve", 10_000), ("settle", 10_000), ("reserve", 50_000), ("settle", 0)]

    @pytest.mark.parametrize("number", ["²", "٣", "9" * 5000, "-1", ""])
    def test_numbers_that_are_none_cost_that_one_post(self, number: str) -> None:
        page = {"data": [tweet(1001) | {"id": number}, tweet(1000)], "meta": {}}
        fetched = self.found(answering(lambda _query: page))
        assert fetched.parsed is not None
        assert [entry.identity for entry in fetched.parsed.entries] == ["1000"]
        assert fetched.validators.etag == "1000"

    def test_without_account_and_caps_nothing_is_asked(self) -> None:
        talk = hold(conversation(self.url), self.answers("few"))
        assert talk.asked == []
        assert isinstance(talk.error, SignInNeeded)
        assert "cap_day" in str(talk.error.hint)

    @pytest.mark.parametrize(
        ("path", "asked"),
        [
            ("lists/7", "https://x.example/2/lists/7/tweets?max_results=10"),
            ("search?q=club", "https://x.example/2/tweets/search/recent?max_results=10"),
        ],
    )
    def test_lists_and_searches_have_their_own_endpoints(self, path: str, asked: str) -> None:
        url = f"x+https://x.example/{path}"
        talk = hold(conversation(url, terms=Terms(account=X, purse=Purse())), self.answers("few"))
        assert isinstance(talk.asked[0], Request)
        assert talk.asked[0].url.startswith(asked)
        assert talk.result.parsed.entries[0].url == "https://x.com/i/web/status/1000"
