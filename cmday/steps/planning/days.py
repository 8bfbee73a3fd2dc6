"""The days of the plan as the picture shows them: what is open, what is taken, what is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from cmday.core.communities import WorkingHours
from cmday.core.operations import Operation
from cmday.core.time import day_bounds
from cmday.hours.holidays import holiday
from cmday.hours.working import spans_of
from cmday.i18n import language
from cmday.session import Session
from cmday.steps.planning.laying import Laid
from cmday.steps.planning.report import DayEvent, DayLine, DueMark

_DAY: Final = 24 * 60


def day_lines(session: Session, laid: Laid, given: dict[str, str]) -> tuple[DayLine, ...]:
    """Today and the days up to the end of the plan, each with its working time and its events."""
    first = session.clock.today()
    known = laid.operations(session)
    return tuple(
        _line(session, laid, first + timedelta(days=ahead), known, given)
        for ahead in range((laid.ground.until.astimezone(session.clock.zone).date() - first).days)
    )


def _line(session: Session, laid: Laid, day: date, known: Iterable[Operation], given: dict[str, str]) -> DayLine:
    zone, hours = session.clock.zone, session.settings.hours
    start, end = day_bounds(day, zone)
    events = [one for one in laid.diary.events if one.start < end and one.end > start and not one.all_day]
    lost = [(busy.start, busy.end) for busy in laid.replan.taken(session.clock.now(), laid.stored.values())]
    taken = [(one.start, one.end) for one in events if one.busy] + lost
    return DayLine(
        day=day,
        working=tuple((span.start, span.end) for span in spans_of(day, hours)),
        taken=tuple((_minute(a.astimezone(zone), day), _minute(b.astimezone(zone), day)) for a, b in taken),
        events=tuple(
            DayEvent(start=one.start, title=one.title)
            for one in events
            if one.start >= start and session.in_focus(one.community)
        ),
        due=tuple(
            DueMark(at=one.due, handle=given[one.id])
            for one in known
            if one.due and one.id in given and start <= one.due < end
        ),
        holiday=holiday(day, hours.country, language()) if hours.country and _is_worked(day, hours) else None,
    )


def _is_worked(day: date, hours: WorkingHours) -> bool:
    """Whether one works on this day of the week, were it none of its own."""
    return any(span.weekday == day.weekday() for span in hours.spans)


def _minute(moment: datetime, day: date) -> int:
    if moment.date() != day:
        return 0 if moment.date() < day else _DAY
    return moment.hour * 60 + moment.minute
