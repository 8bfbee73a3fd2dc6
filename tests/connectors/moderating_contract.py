"""What every connector that moderates must keep, held by the real engine against a server on the loopback.

A class is collected only through its subclasses (``test_wordpress_moderating.py``), which say how their server is
brought into a state, and what it has.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from cmday.connectors.protocol import Exchange, Manner, Moderates
from cmday.core.accounts import Account
from cmday.core.cases import ACTIONS, INVERSE, Case, Offer, QueueEntry, QueuePage
from cmday.core.items import Cursor
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import (
    CmdayError,
    Garbled,
    RateLimited,
    Refused,
    ServerFailed,
    SignInNeeded,
    Uncertain,
    Unreachable,
)
from tests.connectors.sending_contract import SECRET, signs_in
from tests.connectors.talking import converse, held

_TIMED = {"ban", "mute"}


def case_of(entry: QueueEntry, account: Account) -> Case:
    """The case that an entry of a queue becomes."""
    return Case(
        id=f"case/{account.name}/{entry.subject}",
        account=account.name,
        network=account.network,
        community=account.community,
        author=entry.author,
        author_handle=entry.author_handle,
        text=entry.text,
        url=entry.url,
        reasons=(),
        rules=(),
        reports=len(entry.reports),
        priority=0,
        opened_at=entry.at,
        state="open",
        author_id=entry.author_id,
        subject=entry.subject,
        edited=entry.edited,
        held=entry.held,
        place=entry.place,
    )


def action_on(case: Case, action: str, text: str = "", **arguments: str) -> Outgoing:
    """What the outbox hands over for an action on a case."""
    return Outgoing(
        id=f"out-{action}",
        kind="action",
        account=case.account,
        network=case.network,
        community=case.community,
        state="sending",
        text=text,
        key=f"key-{action}-{case.subject}",
        created=datetime.now(UTC),
        began=datetime.now(UTC),
        target=case.id,
        reply_to=case.subject,
        to=case.author_id,
        action=action,
        arguments={**case.place, "why": "charter 4", **arguments},
    )


class ActingContract:
    """What holds for every action there is: ``action`` is carried out on the first thing of the queue, with ``arguments``.

    ``words`` is the text of an action that says something.
    """

    action: ClassVar[str] = "remove"
    arguments: ClassVar[dict[str, str]] = {}
    words: ClassVar[str] = ""

    def account(self) -> Account:
        """The account at a server in its usual state: a moderator's, with three things in the queue."""
        raise AssertionError

    def waits(self, count: int) -> None:
        """Let so many things wait in the queue, of which the first is the one that is acted on."""
        raise AssertionError(count)

    def bring_into(self, scene: str) -> None:
        """Bring the server into a state: usual, malformed (one of the queue can be read), garbage, signed-out,
        forbidden (no moderator), busy (429, Retry-After 7), fault (500 to everything), closes (when it has read a
        writing request and carried it out), refuses (a writing request, in such words), gone (nobody listens); and of
        the first thing edited, claimed, resolved, vanished."""
        raise AssertionError(scene)

    def written(self) -> list[Any]:
        """The writing requests that the server carried out, in order."""
        raise AssertionError

    def stands(self) -> Any:
        """How the first thing (or its author) stands at the server: something to compare before and after."""
        raise AssertionError

    def connector(self) -> Moderates:
        from cmday.connectors.catalog import moderator

        found = moderator(self.account())
        assert found is not None, "moderates= is missing in the catalog"
        return found

    def told(self, talk: Callable[[], Exchange[Any]], deadline: float = 5.0) -> list[Any]:
        """All that a conversation handed over, its result last; raises how it failed, without the secret."""
        told = converse(held(talk, deadline=deadline), sign_in=signs_in)
        error = told.error()
        if error is None:
            return told.heard["0"]
        assert SECRET not in f"{error!r} {error.message} {error.hint}"
        assert error.subject in (None, self.account().name)
        raise error

    def pages(self, since: Cursor | None = None) -> list[QueuePage]:
        found = self.told(lambda: self.connector().queue(since))
        assert all(isinstance(page, QueuePage) for page in found)
        return found

    def entries(self) -> list[QueueEntry]:
        return [one for page in self.pages() for one in page.entries]

    def case(self) -> Case:
        """The first thing of the queue as a case."""
        return case_of(self.entries()[0], self.account())

    def one(self) -> Outgoing:
        return action_on(self.case(), self.action, self.words, **self.arguments)

    def offers(self) -> tuple[Offer, ...]:
        found: tuple[Offer, ...] = self.told(lambda: self.connector().offers())[-1]
        return found

    def offer(self, action: str | None = None) -> Offer:
        return next(one for one in self.offers() if one.action == (action or self.action))

    def look(self, case: Case) -> QueueEntry | None:
        found: QueueEntry | None = self.told(lambda: self.connector().look(case))[-1]
        return found

    def send(self, outgoing: Outgoing, deadline: float = 5.0) -> Sent:
        sent = self.told(lambda: self.connector().send(outgoing), deadline)[-1]
        assert isinstance(sent, Sent)
        return sent

    def find(self, outgoing: Outgoing) -> Sent | Uncertain | None:
        try:
            found: Sent | None = self.told(lambda: self.connector().find(outgoing))[-1]
        except Uncertain as error:
            return error
        return found

    def retract(self, outgoing: Outgoing, sent: Sent) -> None:
        there = replace(outgoing, sent_id=sent.id, sent_url=sent.url, state="sent")
        self.told(lambda: self.connector().retract(there))

    def asks(self, case: Case, outgoing: Outgoing) -> list[Callable[[], Exchange[Any]]]:
        """Everything that can be asked."""
        one = self.connector
        return [
            lambda: one().queue(None),
            lambda: one().offers(),
            lambda: one().look(case),
            lambda: one().send(outgoing),
        ]

    def test_an_action_is_one_writing_request_and_changes_the_thing(self) -> None:
        outgoing, before = self.one(), self.stands()
        sent = self.send(outgoing)
        assert sent.id
        assert len(self.written()) == 1
        assert self.stands() != before

    def test_an_answer_that_is_lost_leaves_it_uncertain_and_done_once(self) -> None:
        outgoing = self.one()
        self.bring_into("closes")
        with pytest.raises(Uncertain):
            self.send(outgoing)
        assert len(self.written()) == 1

    def test_after_a_crash_it_is_found(self) -> None:
        outgoing = self.one()
        assert not isinstance(self.find(outgoing), Sent), "nothing was done yet"
        self.bring_into("closes")
        with pytest.raises(Uncertain):
            self.send(outgoing)
        self.bring_into("usual")
        assert isinstance(self.find(outgoing), Sent | Uncertain)
        assert len(self.written()) == 1
        manner: Manner = self.told(lambda: self.connector().manner())[-1]
        assert not manner.findable or isinstance(self.find(outgoing), Sent)

    def test_a_refusal_is_told_in_the_words_of_the_server(self) -> None:
        outgoing = self.one()
        self.bring_into("refuses")
        with pytest.raises(Refused) as caught:
            self.send(outgoing)
        assert "such words" in caught.value.message.english
        assert self.written() == []

    def test_the_inverse_takes_it_back_or_there_is_none(self) -> None:
        outgoing, before = self.one(), self.stands()
        offer = self.offer()
        sent = self.send(outgoing)
        if offer.inverse is None:
            with pytest.raises(Refused):
                self.retract(outgoing, sent)
            assert len(self.written()) == 1
            return
        self.retract(outgoing, sent)
        assert self.stands() == before
        self.retract(outgoing, sent)  # taken back already is as well


class ModeratingContract(ActingContract):
    """What holds for the network besides; ``many`` take more than one page.

    ``changes`` names what can become of a thing before one acts, as far as the network tells: edited, claimed,
    resolved, vanished.
    """

    many: ClassVar[int]
    changes: ClassVar[frozenset[str]]

    def test_it_is_a_generator_that_says_what_it_can(self) -> None:
        assert isinstance(self.connector(), Moderates)
        for name in ("offers", "queue", "look", "manner", "send", "find", "retract"):
            assert inspect.isgeneratorfunction(getattr(self.connector(), name)), name
        assert isinstance(self.told(lambda: self.connector().manner())[-1], Manner)

    def test_what_may_be_done_is_said_once_each_with_what_it_does(self) -> None:
        offers = self.offers()
        assert offers
        assert len({one.action for one in offers}) == len(offers)
        for one in offers:
            assert one.action in ACTIONS
            assert len(one.does) > 10
            assert one.inverse is None or INVERSE.get(one.action, one.inverse) == one.inverse
            assert one.inverse is None or one.inverse in ACTIONS
            assert not one.timed or one.action in _TIMED

    def test_the_queue_is_whole_and_each_thing_is_in_it_once(self) -> None:
        pages = self.pages()
        entries = [one for page in pages for one in page.entries]
        assert [page.whole for page in pages][-1:] == [True]
        assert not any(page.whole for page in pages[:-1])
        assert len({one.subject for one in entries}) == len(entries) == 3
        for one in entries:
            assert one.subject
            assert one.at.tzinfo is not None
            assert one.url is None or one.url.startswith(("https://", "http://"))
            assert "<p>" not in one.text
            assert len(one.text) <= 10_000
            assert all(report.id and report.at.tzinfo is not None for report in one.reports)
        again = self.pages(next((page.cursor for page in pages[::-1] if page.cursor), None))
        assert {one.subject for page in again for one in page.entries} <= {one.subject for one in entries}

    def test_a_long_queue_comes_in_pages(self) -> None:
        self.waits(self.many)
        pages = self.pages()
        assert len([page for page in pages if page.entries]) > 1
        assert len({one.subject for page in pages for one in page.entries}) == self.many
        assert pages[-1].whole

    def test_an_empty_queue_is_whole(self) -> None:
        self.waits(0)
        assert self.entries() == []
        assert self.pages()[-1].whole

    def test_a_malformed_entry_costs_itself_only(self) -> None:
        self.bring_into("malformed")
        pages = self.pages()
        assert len([one for page in pages for one in page.entries]) == 1
        assert any("could not be read" in (page.gap or "") for page in pages)
        assert not any(page.whole for page in pages), "what could not be read may still be open"

    def test_garbage_is_garbled(self) -> None:
        self.bring_into("garbage")
        with pytest.raises(Garbled):
            self.pages()

    def test_refused_credentials_ask_for_a_sign_in(self) -> None:
        case, outgoing = self.case(), self.one()
        self.bring_into("signed-out")
        for ask in self.asks(case, outgoing):
            with pytest.raises(SignInNeeded) as caught:
                self.told(ask)
            assert caught.value.hint is not None
            assert f"cmday login {self.account().network} --account {self.account().name}" in caught.value.hint.english
        assert self.written() == []

    def test_who_is_no_moderator_is_offered_nothing(self) -> None:
        self.bring_into("forbidden")
        assert self.offers() == ()
        try:
            pages = self.pages()
        except (SignInNeeded, ServerFailed):
            return
        assert not any(page.entries for page in pages)
        assert any(page.gap or page.said for page in pages), "that one may not see the queue is said"
        assert not pages[-1].whole, "what cannot be seen is not dealt with"

    def test_patience_asked_for_is_handed_on(self) -> None:
        case, outgoing = self.case(), self.one()
        self.bring_into("busy")
        for ask in self.asks(case, outgoing):
            with pytest.raises(RateLimited) as caught:
                self.told(ask)
            assert caught.value.retry_after == 7
        assert self.written() == []

    def test_a_fault_of_the_server_is_one_and_a_write_in_doubt(self) -> None:
        case, outgoing = self.case(), self.one()
        self.bring_into("fault")
        for ask in self.asks(case, outgoing)[:3]:
            with pytest.raises(ServerFailed):
                self.told(ask)
        with pytest.raises((ServerFailed, Uncertain)):
            self.send(outgoing)
        assert self.written() == []

    def test_nobody_there_is_not_in_doubt(self) -> None:
        case, outgoing = self.case(), self.one()
        self.bring_into("gone")
        for ask in self.asks(case, outgoing):
            with pytest.raises(Unreachable):
                self.told(ask)

    def test_what_is_no_action_here_is_refused_before_anything_is_written(self) -> None:
        case = self.case()
        offered = {one.action for one in self.offers()}
        for action in (*(one for one in ("assign", "shout") if one not in offered),):
            with pytest.raises(CmdayError):
                self.send(action_on(case, action))
        assert self.written() == []

    def test_a_look_shows_it_as_the_queue_did(self) -> None:
        case = self.case()
        found = self.look(case)
        assert found is not None
        assert (found.subject, found.text, found.resolved, found.claimed_by) == (case.subject, case.text, None, None)

    def test_a_look_finds_what_was_never_in_the_queue(self) -> None:
        case = self.case()
        found = self.look(replace(case, subject=None, place={}, author_id=None))
        assert found is not None
        assert (found.subject, found.author_id) == (case.subject, case.author_id)

    @pytest.mark.parametrize("change", ["edited", "claimed", "resolved", "vanished"])
    def test_a_look_tells_what_became_of_it(self, change: str) -> None:
        if change not in self.changes:
            return
        case = self.case()
        self.bring_into(change)
        found = self.look(case)
        if change == "vanished":
            assert found is None
            return
        assert found is not None
        if change == "edited":
            assert found.text != case.text
        elif change == "claimed":
            assert found.claimed_by
        else:
            assert found.resolved is not None
            assert found.resolved_as
