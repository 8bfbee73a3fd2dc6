"""What every connector that can be swept must keep. A subclass per network says how its server answers.

A class is collected only through its subclasses (``test_mastodon.py``, ``test_imap.py``); an answer that is an exception
is what the engine, or a call, throws into the conversation.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar

from cmday.connectors.protocol import Notifies, Probe, Request
from cmday.core.accounts import Account
from cmday.core.items import KINDS, Page
from cmday.errors import CmdayError, Garbled, RateLimited, SignInNeeded
from tests.connectors.holding import SECRET, Answer, Talk, hold


class ConnectorContract:
    """``many`` is how many notifications ``answers("many")`` has waiting: more than fit in one page.

    ``asked_when_quiet`` is the most that is asked where nothing is new: the list itself, and what tells of answers that
    were given elsewhere.
    """

    account: ClassVar[Account]
    many: ClassVar[int]
    pages_when_many: ClassVar[int]
    asked_when_quiet: ClassVar[int] = 1

    def answers(self, scene: str) -> Answer:
        """A server in this state: few, many, empty, malformed, garbage, signed-out."""
        raise AssertionError(scene)

    def connector(self) -> Notifies:
        from cmday.connectors.catalog import connector

        return connector(self.account)

    def sweep(self, answer: Answer, since: Any = None, **more: Any) -> Talk:
        return hold(self.connector().notifications(since), answer, **more)

    def test_it_is_a_generator_that_says_what_it_can(self) -> None:
        assert isinstance(self.connector(), Notifies)
        assert inspect.isgeneratorfunction(self.connector().notifications)
        assert inspect.isgeneratorfunction(self.connector().check)

    def test_check_says_who_is_signed_in(self) -> None:
        probe = hold(self.connector().check(), self.answers("few")).result
        assert isinstance(probe, Probe)
        assert probe.identity
        assert "notifications" in probe.capabilities

    def test_what_comes_is_whole_and_typed(self) -> None:
        talk = self.sweep(self.answers("few"))
        assert talk.error is None
        assert talk.found
        for one in talk.found:
            assert one.id.startswith(f"{self.account.name}:")
            assert (one.account, one.network, one.community) == (
                self.account.name,
                self.account.network,
                self.account.community,
            )
            assert one.at.tzinfo is not None
            assert one.kind in KINDS
            assert one.url is None or one.url.startswith(("https://", "http://"))
            assert "<p>" not in one.text
            assert "&amp;" not in one.text
            assert len(one.text) <= 10_000

    def test_ids_are_stable_and_unique(self) -> None:
        first, second = self.sweep(self.answers("many")), self.sweep(self.answers("many"))
        ids = [one.id for one in first.found]
        assert len(set(ids)) == len(ids) == self.many
        assert sorted(ids) == sorted(one.id for one in second.found)

    def test_a_second_sweep_brings_nothing(self) -> None:
        answer = self.answers("many")
        first = self.sweep(answer)
        second = self.sweep(answer, first.cursor)
        assert second.error is None
        assert second.found == []
        assert 1 <= len(second.asked) <= self.asked_when_quiet

    def test_many_come_in_pages_each_with_its_cursor(self) -> None:
        talk = self.sweep(self.answers("many"))
        assert len([page for page in talk.pages if page.notifications]) == self.pages_when_many
        assert all(page.cursor for page in talk.pages)
        assert talk.gaps == []

    def test_each_comes_once_wherever_a_sweep_is_cut(self) -> None:
        whole = {one.id for one in self.sweep(self.answers("many")).found}
        for cut in range(1, self.pages_when_many + 1):
            answer = self.answers("many")
            first = self.sweep(answer, cut_after=cut)
            rest = self.sweep(answer, first.cursor)
            ids = [one.id for one in first.found + rest.found]
            assert sorted(ids) == sorted(whole), cut

    def test_nothing_there_is_no_error(self) -> None:
        talk = self.sweep(self.answers("empty"))
        assert talk.error is None
        assert talk.found == []
        assert isinstance(talk.result, Page)

    def test_a_malformed_entry_costs_itself_only(self) -> None:
        talk = self.sweep(self.answers("malformed"))
        assert talk.error is None
        assert len(talk.found) == 1
        assert any("could not be read" in gap for gap in talk.gaps)

    def test_garbage_is_garbled_and_names_the_account(self) -> None:
        self.fails(self.answers("garbage"), Garbled)

    def test_refused_credentials_ask_for_a_sign_in(self) -> None:
        error = self.fails(self.answers("signed-out"), SignInNeeded)
        assert error.hint is not None
        assert f"cmday login {self.account.network}" in error.hint.english

    def fails(self, answer: Answer, kind: type[CmdayError]) -> CmdayError:
        """Sweep and check fail with this error, which names the account and holds no secret."""
        talks = [hold(talk, answer) for talk in (self.connector().notifications(None), self.connector().check())]
        for error in (talk.error for talk in talks):
            assert isinstance(error, kind), error
            assert error.subject == self.account.name
            assert SECRET not in f"{error!r} {error.message} {error.hint}"
        assert talks[0].error
        return talks[0].error


class HttpContract(ConnectorContract):
    """What is asked of connectors that speak HTTP besides."""

    def test_patience_asked_for_is_handed_on(self) -> None:
        error = self.fails(self.answers("patience"), RateLimited)
        assert isinstance(error, RateLimited)
        assert error.retry_after == 30

    def test_the_secret_stands_in_secret_headers_only(self) -> None:
        for step in self.sweep(self.answers("few")).asked:
            assert isinstance(step, Request)
            assert any(SECRET in value for _, value in step.secret_headers)
            assert SECRET not in f"{step.url} {step.headers} {step.body!r}"
