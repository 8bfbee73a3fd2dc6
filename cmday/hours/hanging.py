"""Where an operation may lie that hangs on an event."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

import msgspec

from cmday.core.communities import WorkingHours
from cmday.core.operations import Offset
from cmday.hours.working import local_moment, spans_of

# How far from its own day an operation may be put where nobody works on that day.
_AWAY: Final = 10


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """The span that an operation hanging on an event may lie in, aware; ``fixed``: it begins just then."""

    start: datetime
    end: datetime
    fixed: bool


def room_at(
    offset: Offset, start: datetime, end: datetime, *, length: timedelta, hours: WorkingHours, zone: tzinfo
) -> Room:
    """Where an operation of ``length`` lies for an event from ``start`` to ``end``, in the zone given.

    Days are working days of the CM: where nobody works on the day meant, it is the nearest working day farther from the
    event. Hours and ``live`` are exact, whatever the hour. What is due on the event's own day is done before it begins.
    """
    if offset.unit != "day":
        begin = start.astimezone(UTC) + timedelta(hours=offset.amount)
        return Room(start=begin.astimezone(zone), end=(begin + length).astimezone(zone), fixed=True)
    day = _working_day(
        start.astimezone(zone).date() + timedelta(days=offset.amount), 1 if offset.amount > 0 else -1, hours
    )
    spans = spans_of(day, hours)
    first = spans[0].start if spans else hours.usual_start(day.weekday())
    last = spans[-1].end if spans else hours.usual_end(day.weekday())
    opens, closes = local_moment(day, first, zone), local_moment(day, last, zone)
    if offset.amount == 0 and opens < start < closes:
        closes = start.astimezone(zone)
    if offset.amount > 0 and opens < end < closes:
        opens = end.astimezone(zone)
    return Room(start=opens, end=closes, fixed=False)


def _working_day(day: date, step: int, hours: WorkingHours) -> date:
    for away in range(_AWAY):
        near = day + timedelta(days=step * away)
        if spans_of(near, hours):
            return near
    return day
