"""What comes back: the next one is made when the last is done, so that nothing piles up while one is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from cmday.core.operations import Operation
from cmday.hours.working import day_end, local_moment
from cmday.session import Session
from cmday.storage import operations


def coming_back(session: Session, one: Operation) -> Operation | None:
    """The operation that follows one that comes back, counted from its completion; None where it does not.

    It may begin ``every`` after the completion, on a day from the beginning of work on, and is due as long after that
    as the one before was; one without a deadline gets none.
    """
    if one.every is None:
        return None
    now, zone, hours = session.clock.now(), session.clock.zone, session.settings.hours
    begin: datetime = (now.astimezone(UTC) + one.every).astimezone(zone)
    if one.every >= timedelta(days=1):
        day = now.date() + timedelta(days=one.every.days)
        begin = local_moment(day, hours.usual_start(day.weekday()), zone)
    due = None
    if one.due is not None:
        span = one.due - (one.not_before or one.created)
        due = day_end((begin + max(span, timedelta())).date(), hours, zone)
    return msgspec.structs.replace(
        one,
        id=operations.new_id(session.database),
        state="open",
        created=now,
        not_before=begin,
        due=due if due is None or due > begin + one.duration else begin + 2 * one.duration,
        start=None,
        began=None,
        spent=timedelta(),
        locked=False,
        after=(),
        event=None,
    )
