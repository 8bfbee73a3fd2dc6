"""What is due, and when it has to be begun: from the work that remains, the free time, and what waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from cmday.core.events import Event
from cmday.core.operations import Operation
from cmday.hours.free import without
from cmday.hours.ground import Ground
from cmday.hours.safe_start import safe_starts
from cmday.hours.working import Stretch
from cmday.session import Session
from cmday.steps.schedule.report import Deadline

# How far back time is looked at to say since when it is too late, and how far ahead at most.
_BACK: Final = timedelta(days=14)
_OVERDUE: Final = timedelta(days=60)
_FARTHEST: Final = timedelta(days=120)


def deadlines(
    session: Session, living: Sequence[Operation], events: Sequence[Event], until: datetime
) -> tuple[Deadline, ...]:
    """What is due up to a moment, and what has to be done for it, the nearest first; what is overdue included.

    The deadlines behind that moment count for what comes before them.
    """
    dues = [one.due for one in living if one.due]
    if not dues:
        return ()
    zone, now = session.clock.zone, session.clock.now()
    begin = max(min(now, *dues), now - _OVERDUE) - _BACK
    last = min(max(until, *dues), now + _FARTHEST)
    taken = [(one.start.astimezone(UTC), one.end.astimezone(UTC)) for one in events if one.busy]
    free = _FreeTime(session, begin, last, taken, living)
    lines = []
    for id_, safe in safe_starts(living, free.length, free).items():
        one = free.known[id_]
        if safe.by > until or not session.in_focus(one.community):
            continue
        lines.append(
            Deadline(
                title=one.title,
                due=(one.due or safe.by).astimezone(zone),
                latest_safe_start=safe.start.astimezone(zone) if safe.start else None,
                operation=id_,
            )
        )
    lines.sort(key=lambda line: (line.due.timestamp(), line.operation))
    return tuple(lines)


class _FreeTime:
    """The time that an operation may go into, from a while ago to a while ahead, without what takes it."""

    def __init__(
        self, session: Session, begin: datetime, last: datetime, taken: list[Stretch], living: Sequence[Operation]
    ) -> None:
        self.known = {one.id: one for one in living}
        self._now = session.clock.now()
        self._taken = taken
        self._ground = Ground(
            now=begin,
            zone=session.clock.zone,
            hours=session.settings.hours,
            communities=session.settings.communities,
            days=(last - begin).days + 2,
        )
        self._placed = {
            one.id: (one.start.astimezone(UTC), one.start.astimezone(UTC) + self.length(one))
            for one in living
            if one.start and one.presence
        }
        self._found: dict[tuple[str | None, str, frozenset[str]], list[Stretch]] = {}

    def length(self, one: Operation) -> timedelta:
        """How much of an operation remains; never less than a quarter of an hour."""
        return max(one.remaining(self._now), min(one.duration, timedelta(minutes=15)))

    def __call__(self, one: Operation, chain: frozenset[str]) -> list[Stretch]:
        own = chain.intersection(self._placed)
        key = (one.community, one.hours, own)
        if key not in self._found:
            others = [span for id_, span in self._placed.items() if id_ not in own]
            self._found[key] = without(self._ground.opened(one), [*self._taken, *others])
        return self._found[key]
