"""Which items one has written an answer to, and whether it has gone out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from cmday.core.items import Item
from cmday.core.outbox import WAITING
from cmday.session import Session
from cmday.storage import outbox


class Answered(msgspec.Struct, frozen=True):
    """An answer of one's own: sent at a moment, or None while it waits in the outbox.

    ``by`` is who gave it elsewhere, as the network calls them; None where it was sent from here.
    """

    at: datetime | None
    by: str | None = None


def answers(session: Session, items: Iterable[Item]) -> dict[str, Answered]:
    """By id the items that have an answer; what waits counts before what was sent."""
    known = list(items)
    found = {
        one.notification.id: Answered(one.answered_at, one.answered_by or one.notification.account)
        for one in known
        if one.answered_at and one.state == "done"
    }
    for item, written in outbox.of_targets(session.database, [one.notification.id for one in known]).items():
        replies = [one for one in written if one.kind == "reply"]
        sent = [one.sent_at for one in replies if one.state == "sent" and one.sent_at]
        if any(one.state in WAITING for one in replies):
            found[item] = Answered(None)
        elif sent:
            found[item] = Answered(max(sent))
    return found
