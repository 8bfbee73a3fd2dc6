"""How full days are: what is planned against what is free, in working hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from cmday.core.events import Event
from cmday.core.operations import Operation
from cmday.core.time import day_bounds
from cmday.hours.free import without
from cmday.hours.working import Stretch, clipped, merged, minutes_of, spans_of, working_stretches
from cmday.session import Session
from cmday.steps.schedule.report import Bar, DayLine, Load, PlannedLine

_MIDNIGHT: Final = 24 * 60


def load(
    session: Session, events: Sequence[Event], living: Sequence[Operation], start: datetime, end: datetime
) -> Load:
    """Minutes planned against minutes free of appointments, in working hours, from now on.

    What is due in a span that begins now, and has no place yet, is to be done in it as well; what happens without the
    CM takes no time, and the evenings and week-ends that an operation may use, or is fixed in, are no part of either.
    """
    now = session.clock.now()
    begin = max(start, now)
    if begin >= end:
        return Load(planned_minutes=0, free_minutes=0)
    working = clipped(_working(session, start.date(), end.date()), begin, end)
    planned = timedelta()
    for one in living:
        if not one.presence:
            continue
        if one.start:
            own = clipped([span_of(one, now)], begin, end)
            if one.hours == "extended" or one.locked:
                own = without(own, without(own, working))
            planned += sum((over - at for at, over in own), timedelta())
        elif one.due and start <= now < one.due <= end:
            planned += one.remaining(now)
    return Load(
        planned_minutes=int(planned.total_seconds() // 60),
        free_minutes=minutes_of(without(working, _taken(events))),
    )


def span_of(one: Operation, now: datetime) -> Stretch:
    """The time that a placed operation takes: all of it, or what is left of it where it was interrupted."""
    start = (one.start or now).astimezone(UTC)
    return start, start + (one.remaining(now) if one.state == "paused" else one.duration)


def day_lines(
    session: Session,
    events: Sequence[Event],
    living: Sequence[Operation],
    planned: Sequence[PlannedLine],
    days: Sequence[date],
) -> Iterator[DayLine]:
    """A line for each day: what is taken, what is planned, and how full it is."""
    hours = session.settings.hours
    busy = [one for one in events if one.busy and one.end > one.start]
    for day in days:
        start, end = day_bounds(day, session.clock.zone)
        yield DayLine(
            day=day,
            working=tuple(Bar(span.start, span.end) for span in spans_of(day, hours)),
            taken=tuple(Bar(*minutes) for one in busy if (minutes := minutes_on(one.start, one.end, day))),
            planned=tuple(
                Bar(*minutes, line.handle) for line in planned if (minutes := minutes_on(line.start, line.end, day))
            ),
            load=load(session, events, living, start, end),
        )


def minutes_on(start: datetime, end: datetime, day: date) -> tuple[int, int] | None:
    """The part of a span on a local day, in minutes by the wall clock; None where it has none. Both in one zone."""
    if start.date() > day or end.date() < day:
        return None
    first = start.hour * 60 + start.minute if start.date() == day else 0
    last = end.hour * 60 + end.minute if end.date() == day else _MIDNIGHT
    return (first, last) if last > first or start.date() == day else None


def _working(session: Session, first: date, last: date) -> list[Stretch]:
    return working_stretches(first - timedelta(days=1), last, session.settings.hours, session.clock.zone)


def _taken(events: Sequence[Event]) -> list[Stretch]:
    return merged((one.start.astimezone(UTC), one.end.astimezone(UTC)) for one in events if one.busy)
