"""Sending: one item of each account at a time, the accounts beside each other, each state written before and after.

A round holds the first waiting item of every account; an account's next item goes when the one before has an answer. An
account that cannot be reached, wants a sign-in or asks for patience is left alone for this time, its items in line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal

import msgspec

from cmday.connectors.conversation import Conversation, Ended
from cmday.connectors.protocol import Call, Exchange, Moderates, Partial, Request, Sends, Step
from cmday.core.outbox import Outgoing, Sent
from cmday.errors import CmdayError, Flaw, SignInNeeded, Waiting
from cmday.i18n import phrase
from cmday.outbox import accounts, rechecking, settling
from cmday.outbox.naming import host_of
from cmday.session import Session
from cmday.storage import outbox
from cmday.storage.leases import lease, prolong

LEASE: Final = "send"
_LEASE_SECONDS: Final = 300
# What stands so says something against itself, and nothing about the account.
_LEAVE_THE_LINE: Final = frozenset({"failed", "held"})
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one item; ``note`` says what went wrong beside a sending that worked."""

    outgoing: Outgoing
    error: CmdayError | None = None
    note: str | None = None


def send(
    session: Session, chosen: Sequence[Outgoing], *, progress: Callable[[int, int], None] | None = None
) -> list[Fate]:
    """Send these, as the person saw them, in their order within each account; returns what became of each.

    Raises ``Busy`` while another living process sends. An interruption leaves what was on its way in doubt.
    """
    lines: dict[str, deque[Outgoing]] = {}
    for one in chosen:
        lines.setdefault(one.account, deque()).append(one)
    fates: dict[str, Fate] = {}
    sign_in = accounts.once(session.sign_in)
    with lease(session.database, LEASE, session.clock, _LEASE_SECONDS):
        while any(lines.values()):
            prolong(session.database, LEASE, session.clock, _LEASE_SECONDS)
            round_ = [line.popleft() for line in lines.values() if line]
            for fate in _hold(session, round_, sign_in):
                fates[fate.outgoing.id] = fate
                if progress:
                    progress(len(fates), len(chosen))
                if _stops_the_line(fate):
                    line = lines[fate.outgoing.account]
                    fates.update((left.id, Fate(outgoing=left, error=_after(fate.error, left))) for left in line)
                    line.clear()
    return [fates[one.id] for one in chosen if one.id in fates]


def _stops_the_line(fate: Fate) -> bool:
    """Whether what went wrong is about the account or its server, so that the next item is not tried now."""
    return fate.error is not None and fate.outgoing.state not in _LEAVE_THE_LINE and not isinstance(fate.error, _Gone)


def _after(error: CmdayError | None, left: Outgoing) -> CmdayError:
    """Why an item was not even tried: the one before it in the account's line did not go."""
    if isinstance(error, SignInNeeded):
        return SignInNeeded(error.message, error.hint, left.account)
    message = phrase("not tried: the one before it by {account} did not go through", account=left.account)
    return Waiting(message, phrase("cmday send tries again"), left.account)


def _hold(session: Session, round_: Sequence[Outgoing], sign_in: Any) -> Iterator[Fate]:
    deliveries: dict[str, Delivery] = {}
    for one in round_:
        try:
            account = session.account(one.account)
            deliveries[one.id] = Delivery(session, one, accounts.carrier(account, one), host_of(account))
        except CmdayError as error:
            yield Fate(outgoing=settling.not_arrived(session, one, error), error=error)
    try:
        for event in session.engine.converse([each.conversation() for each in deliveries.values()], sign_in=sign_in):
            if isinstance(event, Ended):
                yield deliveries.pop(event.key).ended(event.error)
    finally:
        # Empty unless something interrupted us, Ctrl-C or a bug: what has no answer by now is in doubt.
        for delivery in deliveries.values():
            delivery.interrupted()


class Delivery:
    """One item on its way to its server: marked when its first request that writes is about to leave."""

    def __init__(self, session: Session, one: Outgoing, sender: Sends | Moderates, host: str) -> None:
        self._session = session
        self._one = one
        self._sender = sender
        self._host = host
        self._state: Literal["waiting", "sending", "sent"] = "waiting"
        self._sent: Sent | None = None

    def conversation(self) -> Conversation:
        """The conversation to be held."""
        return Conversation(key=self._one.id, talk=self._talk, host=self._host, deadline=self._sender.patience)

    def ended(self, error: CmdayError | None) -> Fate:
        """The conversation is over: write down what became of it, unless that was done as the answer came."""
        if self._sent is not None:
            if self._state != "sent":  # it could not be written down as the answer came: a full disk
                self._write_down(self._sent)
            return Fate(outgoing=self._one, note=self._sent.note or (error.message.english if error else None))
        assert error is not None
        if error.subject is None:
            error.subject = self._one.account
        if isinstance(error, Flaw):
            error.hint = phrase("please report it with {path}", path=self._session.log_bug(error.__cause__ or error))
        if isinstance(error, _Gone):
            return Fate(outgoing=outbox.get(self._session.database, self._one.id) or self._one, error=error)
        return Fate(outgoing=settling.not_arrived(self._session, self._one, error), error=error)

    def interrupted(self) -> None:
        """Nobody waits for the answer any more."""
        if self._state == "sending":
            settling.in_doubt(self._session, self._one)

    def _talk(self) -> Exchange[None]:
        exchange = rechecking.carried_out(self._session, self._one, self._sender)
        answer: Any = None
        error: CmdayError | None = None
        try:
            while True:
                try:
                    step = exchange.throw(error) if error else exchange.send(answer)
                except StopIteration as stop:
                    self._sent = stop.value
                    break
                if self._state == "waiting" and is_writing(step):
                    self._claim()
                if isinstance(step, Partial) and isinstance(step.value, Sent):
                    self._sent = step.value  # it is there, whatever becomes of what is left to do
                    self._write_down(self._sent)
                answer = error = None
                try:
                    answer = yield step
                except CmdayError as thrown:
                    error = thrown
        finally:
            exchange.close()
        assert self._sent is not None
        if self._state != "sent":
            self._write_down(self._sent)

    def _claim(self) -> None:
        claimed = settling.claim(self._session, self._one)
        if claimed is None:
            raise _Gone(
                phrase("it was changed, sent or taken back meanwhile, and was left alone"),
                phrase("cmday outbox shows how it is now"),
                self._one.account,
            )
        self._one, self._state = claimed, "sending"

    def _write_down(self, sent: Sent) -> None:
        self._one = settling.arrived(self._session, self._one, sent)
        self._state = "sent"


class _Gone(Waiting):
    """Somebody else was quicker: it is no longer what the person agreed to."""


def is_writing(step: Step) -> bool:
    """Whether what a conversation wishes for changes anything on the other side."""
    if isinstance(step, Request):
        return not (step.repeatable and step.method in _READS)
    return isinstance(step, Call) and not step.repeatable
