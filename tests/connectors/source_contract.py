"""What every source with an API of its own must keep. A subclass says how its server answers.

Each scene is held by hand: no socket, no engine. A class is collected only through its subclasses.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from cmday.connectors.feed_sources import conversation
from cmday.connectors.protocol import Fetched, Request, Response
from cmday.connectors.source_terms import Terms
from cmday.core.feeds import Validators
from cmday.errors import Garbled, RateLimited, ServerFailed, SignInNeeded
from tests.connectors.holding import Answer, Talk, hold


class SourceContract:
    """``url`` is the source; ``most_pages`` how many pages it may read at most."""

    url: ClassVar[str]
    pages: ClassVar[int]
    most_pages: ClassVar[int]

    def answers(self, scene: str) -> Answer:
        """A server in this state: few, many (more than a page), empty, malformed."""
        raise AssertionError(scene)

    def terms(self) -> Terms:
        return Terms()

    def ask(self, answer: Answer, validators: Validators | None = None) -> Talk:
        return hold(conversation(self.url, validators or Validators(), self.terms()), answer)

    def found(self, answer: Answer, validators: Validators | None = None) -> Fetched:
        talk = self.ask(answer, validators)
        assert talk.error is None, talk.error
        result: Fetched = talk.result
        return result

    def test_entries_are_whole_and_clean(self) -> None:
        fetched = self.found(self.answers("few"))
        assert fetched.parsed is not None
        assert fetched.parsed.title
        entries = fetched.parsed.entries
        assert entries
        assert len({entry.identity for entry in entries}) == len(entries)
        for entry in entries:
            assert entry.title
            assert "</" not in entry.title
            assert entry.url is None or entry.url.startswith("http")
            assert "<script" not in entry.content
            assert entry.published is None or entry.published.tzinfo is not None

    def test_the_same_answer_is_the_same_body(self) -> None:
        assert self.found(self.answers("few")).body == self.found(self.answers("few")).body

    def test_nothing_there_is_no_failure(self) -> None:
        fetched = self.found(self.answers("empty"))
        assert fetched.parsed is not None
        assert fetched.parsed.entries == ()

    def test_pages_are_read_until_what_is_known_and_no_further(self) -> None:
        first = self.found(self.answers("few"))
        talk = self.ask(self.answers("many"), first.validators)
        assert talk.error is None
        asked = [said for said in talk.asked if isinstance(said, Request)]
        assert len(asked) == self.pages <= self.most_pages
        assert len({request.url for request in asked}) == len(asked)

    def test_an_answer_that_cannot_be_read_is_garbled(self) -> None:
        for body in (b"<html>Sign in</html>", b"[1, 2", b"[" * 5000, b'"text"', self.malformed()):
            talk = self.ask(_saying(body))
            assert isinstance(talk.error, Garbled), (body, talk.error)

    def malformed(self) -> bytes:
        """JSON of which nothing can be read."""
        raise AssertionError

    @pytest.mark.parametrize(
        "headers",
        [
            {"retry-after": "70"},
            {"x-ratelimit-reset": "2026-11-02T08:01:10Z", "date": "Mon, 02 Nov 2026 08:00:00 GMT"},
            {"ratelimit-reset": "1793606470", "date": "Mon, 02 Nov 2026 08:00:00 GMT"},
        ],
    )
    def test_a_rate_limit_says_for_how_long(self, headers: dict[str, str]) -> None:
        given = tuple(headers.items())
        talk = self.ask(lambda said: Response(url=_url(said), status=429, headers=given))
        assert isinstance(talk.error, RateLimited)
        assert talk.error.retry_after == pytest.approx(70)

    def test_a_sign_in_that_ran_out_is_said_with_what_to_do(self) -> None:
        talk = self.ask(lambda said: Response(url=_url(said), status=401, body=b'{"error": "no"}'))
        assert isinstance(talk.error, SignInNeeded)
        assert talk.error.hint is not None

    def test_a_fault_of_the_server_keeps_its_status(self) -> None:
        talk = self.ask(lambda said: Response(url=_url(said), status=502))
        assert isinstance(talk.error, ServerFailed)
        assert talk.error.status == 502


def _saying(body: bytes) -> Answer:
    return lambda said: Response(url=_url(said), status=200, body=body)


def _url(said: Any) -> str:
    assert isinstance(said, Request)
    return said.url
