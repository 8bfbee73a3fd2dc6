"""Writing a plan: where operations go, and what becomes of those whose event moved or is gone."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cmday.outbox import queue
from cmday.session import Session
from cmday.steps.planning.hanging import Followed
from cmday.steps.planning.posts import waiting_posts
from cmday.steps.planning.record import undoable, write
from cmday.steps.planning.report import ChangeRow
from cmday.storage import journal, operations


def apply(session: Session, changes: Sequence[ChangeRow], followed: Sequence[Followed] = ()) -> None:
    """Write where operations go, and what becomes of those whose event moved or is gone."""
    now, written = session.clock.now(), {change.operation for change in changes}
    moved = [one for one in followed if one.was.id in written]
    gone = [one.was.id for one in moved if one.now is None]
    if posts := [each.id for one, waiting in waiting_posts(session).items() if one in gone for each in waiting]:
        queue.drop(session, posts)
    with undoable(session, "place", []):
        for one in moved:
            if one.now is not None:
                operations.put(session.database, one.now)
            elif one.was.id not in waiting_posts(session):
                write(session, msgspec.structs.replace(one.was, state="dropped"), "drop")
        placed = [change for change in changes if change.operation not in gone]
        operations.place(session.database, {change.operation: change.to for change in placed})
        for change in placed:
            text = change.to.isoformat() if change.to else ""
            journal.write(session.database, now, "place", step="planning", item=change.operation, text=text)


def clashes_with_others(session: Session, change: ChangeRow) -> bool:
    """Whether a new place lies where another operation was agreed to be."""
    if change.to is None:
        return False
    living = {one.id: one for one in operations.living(session.database)}
    own = living[change.operation]
    end = change.to.timestamp() + own.duration.total_seconds()
    return any(
        other.start.timestamp() < end and change.to.timestamp() < other.end.timestamp()
        for other in living.values()
        if other.id != own.id and other.state != "running" and other.start and other.end
    )
