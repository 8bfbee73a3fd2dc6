"""What ``cmday outbox`` lists: all that waits, and what ended today."""

from __future__ import annotations

from collections.abc import Sequence

from cmday.core.time import day_bounds
from cmday.outbox import queue, recovery
from cmday.outbox.naming import found
from cmday.outbox.report import OutboxReport, Whole, WholeData, report
from cmday.session import Session
from cmday.storage import audit, outbox


def listed(session: Session, *, everything: bool = False) -> OutboxReport:
    """What waits in the order in which it goes, then what ended: today, or with ``everything`` ever."""
    recovery.take_stock(session)
    waits = queue.waiting(session)
    ended = [one for one in outbox.ended(session.database) if session.in_focus(one.community)]
    midnight, _ = day_bounds(session.clock.today(), session.clock.zone)
    today = [one for one in ended if max(one.sent_at or one.created, one.created) >= midnight]
    shown = ended if everything or session.whole else today
    return report(session, [*waits, *shown], hidden=len(ended) - len(shown))


def whole(session: Session, words: Sequence[str]) -> WholeData:
    """Items with all that is known of them."""
    recovery.take_stock(session)
    return WholeData(
        items=tuple(
            Whole(item=one, handle=handle, audit=tuple(audit.records(session.database, outbox=one.id)))
            for handle, one in found(session, words)
        )
    )
