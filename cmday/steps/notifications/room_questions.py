"""Questions in the rooms that one runs: they wait for us when nobody answered within the promised time."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from cmday.session import Session
from cmday.steps.notifications.urgency import Limits
from cmday.storage import rooms

# Networks whose connectors bring what is said in a room to nobody, under the room as its thread.
NETWORKS: Final = frozenset({"matrix"})


def settle(session: Session) -> None:
    """Look at what is stored of each room with something open: late questions count, answered ones are done."""
    accounts = [one for one in session.settings.accounts.values() if one.network in NETWORKS]
    if not accounts:
        return
    from cmday.text.unanswered import overdue, questions  # its expressions take milliseconds, and most have no rooms

    db, now = session.database, session.clock.now()
    limits = Limits(session.settings)
    for account in accounts:
        for room in rooms.open_rooms(db, account.name):
            asked = questions(rooms.posts(db, room))
            late = overdue(asked, partial(_answer_by, limits, room.community), now)
            answered = {one.question.id: one.answer for one in asked if one.answer}
            if answered:
                rooms.count_as_answered(db, room, answered)
            if late:
                rooms.count_as_questions(db, room, [one.id for one in late])


def _answer_by(limits: Limits, community: str | None, at: datetime) -> datetime:
    return limits.of_moment(community, int(at.timestamp()))
