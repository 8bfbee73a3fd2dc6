"""Operations that stand for a post in the outbox."""

from __future__ import annotations

from cmday.core.outbox import Outgoing
from cmday.session import Session
from cmday.storage import outbox


def waiting_posts(session: Session) -> dict[str, list[Outgoing]]:
    """What waits in the outbox for an operation's time, by operation."""
    found: dict[str, list[Outgoing]] = {}
    for one in outbox.waiting(session.database):
        if one.operation:
            found.setdefault(one.operation, []).append(one)
    return found
