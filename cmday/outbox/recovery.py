"""After a crash: what was on its way when its sender died is in doubt, and is looked for before anybody sends it again.

Where the network can tell, it decides: there (sent) or surely not there (back in line). Else the person is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Final

from cmday.connectors.conversation import Conversation, Ended, Heard
from cmday.connectors.protocol import Exchange
from cmday.core.outbox import OutboxState, Outgoing, Sent
from cmday.errors import CmdayError, Uncertain
from cmday.i18n import phrase
from cmday.outbox import accounts, settling
from cmday.outbox.naming import host_of
from cmday.outbox.sending import LEASE
from cmday.session import Session
from cmday.storage import outbox
from cmday.storage.leases import is_alive, lease

_ON_ITS_WAY: Final[tuple[OutboxState, ...]] = ("sending",)


def take_stock(session: Session) -> list[Outgoing]:
    """Put in doubt what is on its way by nobody's hand; what a living process has in hand is left alone."""
    left = [one for one in outbox.waiting(session.database, states=_ON_ITS_WAY) if _is_orphan(one)]
    return [settling.in_doubt(session, one) for one in left]


def _is_orphan(one: Outgoing) -> bool:
    # This process sends nothing yet when it looks: what bears its own number was left by an interruption.
    return one.sender is None or not is_alive(one.sender) or one.sender.split(" ")[0] == str(os.getpid())


def look(session: Session, doubtful: Sequence[Outgoing]) -> list[tuple[Outgoing, CmdayError | None]]:
    """Look on the networks for what is in doubt; returns each as it is now, with the reason where that is unknown.

    What was found is sent, what is surely not there waits in line again. Raises ``Busy`` while another process sends.
    """
    result: list[tuple[Outgoing, CmdayError | None]] = []
    conversations, known = [], {}
    for one in doubtful:
        try:
            account = session.account(one.account)
            sender = accounts.carrier(account, one)
        except CmdayError as error:
            result.append((one, error))
            continue
        known[one.id] = one
        conversations.append(
            Conversation(key=one.id, talk=_Search(session, one), host=host_of(account), deadline=sender.patience)
        )
    if not conversations:
        return result
    with lease(session.database, LEASE, session.clock):
        for event in session.engine.converse(conversations, sign_in=accounts.once(session.sign_in)):
            one = known[event.key]
            if isinstance(event, Heard):
                if event.last:
                    result.append((_found(session, one, event.value), None))
            elif isinstance(event, Ended) and event.error:
                result.append((settling.still_in_doubt(session, one, event.error), event.error))
    order = [one.id for one in doubtful]
    return sorted(result, key=lambda pair: order.index(pair[0].id))


class _Search:
    """The conversation that looks for one item."""

    def __init__(self, session: Session, one: Outgoing) -> None:
        self._session = session
        self._one = one

    def __call__(self) -> Exchange[Sent | None]:
        session, one = self._session, self._one
        account = session.account(one.account)
        manner = yield from accounts.ask_manner_for(session, account, one)
        if not manner.findable:
            raise Uncertain(
                phrase("{account} cannot be searched for what was sent", account=one.account), None, one.account
            )
        taken = outbox.sent_ids(session.database, one.account)
        return (yield from accounts.carrier(account, one).find(one, taken))


def _found(session: Session, one: Outgoing, sent: Sent | None) -> Outgoing:
    if sent is None:
        return settling.back_in_line(session, one, what="not there")
    # Two alike may have been found in the same breath: one of them is the other's.
    if sent.id in outbox.sent_ids(session.database, one.account):
        return one
    return settling.arrived(session, one, sent, what="found")


def answer(session: Session, doubtful: Iterable[Outgoing], *, went_out: bool) -> list[Outgoing]:
    """What the person says about things in doubt: they went out, or they did not and wait in line again."""
    return [
        settling.arrived(session, one, None, what="said to be sent")
        if went_out
        else settling.back_in_line(session, one, what="said not to be sent")
        for one in doubtful
    ]
