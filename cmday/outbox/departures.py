"""One round of ``cmday send``: what there is to send, what is asked about first, and what became of all of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.outbox import UNSENT, OutboxState, Outgoing
from cmday.errors import CmdayError, NoNetwork
from cmday.i18n import phrase
from cmday.outbox import queue, recovery
from cmday.outbox.lateness import Sorted, sort_out
from cmday.outbox.naming import found, handles_of, insist
from cmday.outbox.report import OutboxRow, row
from cmday.outbox.sending import Fate
from cmday.session import Session
from cmday.storage import outbox

_QUEUED: Final[tuple[OutboxState, ...]] = ("queued",)


class SendData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday send --json``: what was sent or tried, and what was left because it asks first."""

    sent: int
    items: tuple[OutboxRow, ...]
    left: tuple[OutboxRow, ...]


def to_send(session: Session, words: Sequence[str], *, due_only: bool) -> Sorted:
    """What there is to send: what is named, or all whose time has come; what a dead sender left is in doubt.

    With ``due_only`` only what has a time of its own. Naming a draft, or what was held back or failed, is the word it
    waits for. Raises ``NotFound``, and ``WrongUse`` for what is sent or on its way.
    """
    recovery.take_stock(session)
    now = session.clock.now()
    if not words:
        return sort_out(queue.waiting(session, states=("queued", "doubtful")), now, due_only=due_only)
    named = found(session, words)
    for handle, one in named:
        insist(handle, one, UNSENT | {"doubtful"})
    return sort_out((one for _handle, one in named), now, named=True)


def next_due(session: Session) -> datetime | None:
    """When the next thing goes that has time yet."""
    now = session.clock.now()
    moments = [one.due for one in queue.waiting(session, states=_QUEUED) if one.due and one.due > now]
    return min(moments, default=None)


def look(
    session: Session, piles: Sorted, *, due_only: bool, named: bool
) -> tuple[Sorted, list[Outgoing], list[CmdayError]]:
    """Look for what is in doubt; returns the piles as they are then, what was found, and what could not be told."""
    if not piles.doubtful:
        return piles, [], []
    looked = recovery.look(session, piles.doubtful)
    found_ = [one for one, _error in looked if one.state == "sent"]
    again = [one for one, _error in looked if one.state == "queued"]
    sorted_again = sort_out(again, session.clock.now(), due_only=due_only, named=named)
    doubtful = tuple(one for one, _error in looked if one.state == "doubtful")
    errors = [error for one, error in looked if error and one.state == "doubtful"]
    joined = msgspec.structs.replace(
        piles,
        now=(*piles.now, *sorted_again.now),
        late=(*piles.late, *sorted_again.late),
        patient=(*piles.patient, *sorted_again.patient),
        later=(*piles.later, *sorted_again.later),
        doubtful=doubtful,
    )
    return joined, found_, errors


def release(session: Session, chosen: Sequence[Outgoing]) -> list[Outgoing]:
    """What was chosen, ready to go: drafts, held and failed ones are released by the choice."""
    waits = [one.id for one in chosen if one.state != "queued"]
    if waits:
        queue.release(session, waits)
    known = outbox.by_ids(session.database, [one.id for one in chosen])
    return [known[one.id] for one in chosen]


def data(session: Session, tried: Sequence[Outgoing], left: Sequence[Outgoing]) -> SendData:
    """What is told at the end, each item as it is now."""
    ids = [one.id for one in (*tried, *left)]
    given, known = handles_of(session, ids), outbox.by_ids(session.database, ids)
    items = tuple(row(known[one.id], given[one.id]) for one in tried)
    return SendData(
        sent=sum(one.state == "sent" for one in items),
        items=items,
        left=tuple(row(known[one.id], given[one.id]) for one in left),
    )


def errors_of(fates: Sequence[Fate]) -> list[CmdayError]:
    """What went wrong, each thing said once: one sign-in and one missing network are the same for all."""
    told: dict[tuple[object, ...], CmdayError] = {}
    for error in (fate.error for fate in fates if fate.error):
        here = isinstance(error, NoNetwork)
        told.setdefault((error.kind, None if here else error.subject, error.message.english), error)
    return list(told.values())


def offline() -> CmdayError:
    """That nothing is sent without asking a network."""
    return NoNetwork(phrase("offline: nothing was sent"), phrase("run it again without --offline"))
