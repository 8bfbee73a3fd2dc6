"""Two things at one time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from cmday.core.events import Event
from cmday.core.operations import EventLink
from cmday.steps.schedule.report import Conflict, PlannedLine

MOST: Final = 50


def clashes(
    events: Sequence[Event], planned: Sequence[PlannedLine], hung: Mapping[str, EventLink]
) -> tuple[Conflict, ...]:
    """Busy events and operations that overlap, in order of start.

    A copy of the same event in another calendar is no conflict, and a day taken as a whole only with operations. What
    happens without the CM meets nothing, and what hangs on an event (``hung``, by handle) may be done during it.
    """
    work = [line for line in planned if line.presence]
    busy = [one for one in events if one.busy and one.end > one.start]
    found = [_conflict(one, other) for one, other in _pairs(busy) if not _is_copy(one, other)]
    found += [
        _conflict(line, event)
        for line in work
        for event in busy
        if _meet(line, event) and not _hangs(hung.get(line.handle), event)
    ]
    found += [
        _conflict(line, other) for place, line in enumerate(work) for other in work[place + 1 :] if _meet(line, other)
    ]
    found.sort(key=lambda clash: (clash.start.timestamp(), clash.a, clash.b))
    return tuple(found[:MOST])


def _pairs(events: Sequence[Event]) -> Iterator[tuple[Event, Event]]:
    """The timed events that overlap; they come in order of start, so that most need no look."""
    timed = [one for one in events if not one.all_day]
    for place, one in enumerate(timed):
        for other in timed[place + 1 :]:
            if other.start.timestamp() >= one.end.timestamp():
                break
            yield one, other


def _meet(one: Event | PlannedLine, other: Event | PlannedLine) -> bool:
    return one.start.timestamp() < other.end.timestamp() and other.start.timestamp() < one.end.timestamp()


def _hangs(link: EventLink | None, event: Event) -> bool:
    return link is not None and (link.calendar, link.uid) == (event.calendar, event.uid)


def _is_copy(one: Event, other: Event) -> bool:
    same_time = one.start == other.start and one.end == other.end
    return same_time and one.calendar != other.calendar and (one.uid == other.uid or one.title == other.title)


def _conflict(one: Event | PlannedLine, other: Event | PlannedLine) -> Conflict:
    return Conflict(
        a=one.title,
        b=other.title,
        start=max(one.start, other.start, key=lambda moment: moment.timestamp()),
        end=min(one.end, other.end, key=lambda moment: moment.timestamp()),
    )
