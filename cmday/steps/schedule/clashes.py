"""Two things at one time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.core.events import Event
from cmday.steps.schedule.report import Conflict, PlannedLine

MOST: Final = 50


def clashes(events: Sequence[Event], planned: Sequence[PlannedLine]) -> tuple[Conflict, ...]:
    """Busy events that overlap each other, and operations that overlap busy events, in order of start.

    A copy of the same event in another calendar is no conflict, and a day taken as a whole only with operations.
    """
    busy = [one for one in events if one.busy and one.end > one.start]
    found = [
        _conflict(one, other)
        for place, one in enumerate(busy)
        for other in busy[place + 1 :]
        if not (one.all_day or other.all_day) and _meet(one, other) and not _is_copy(one, other)
    ]
    found += [_conflict(line, event) for line in planned for event in busy if _meet(line, event)]
    found.sort(key=lambda clash: (clash.start.timestamp(), clash.a, clash.b))
    return tuple(found[:MOST])


def _meet(one: Event | PlannedLine, other: Event | PlannedLine) -> bool:
    return one.start.timestamp() < other.end.timestamp() and other.start.timestamp() < one.end.timestamp()


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
