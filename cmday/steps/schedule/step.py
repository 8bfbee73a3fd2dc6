"""Step 1: what the day holds, what takes its time at once, and what approaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from cmday.core.events import Event
from cmday.core.operations import Operation
from cmday.core.time import day_bounds
from cmday.hours.free import without
from cmday.hours.ground import Busy, Ground
from cmday.hours.holidays import holiday
from cmday.hours.safe_start import latest_safe_start
from cmday.hours.working import Stretch, clipped, minutes_of, spans_of, working_stretches
from cmday.i18n import language
from cmday.session import Session
from cmday.steps import calendar_reading, traffic
from cmday.steps.protocol import Outcomes, Question, ReportStatus
from cmday.steps.schedule.clashes import clashes
from cmday.steps.schedule.report import (
    Deadline,
    EventRow,
    Load,
    PlannedLine,
    ScheduleData,
    ScheduleReport,
    TrafficLine,
    Unreadable,
    event_key,
)
from cmday.storage import handles, operations

NAME = "schedule"
LETTER = "s"
AHEAD: Final = timedelta(days=7)
_HOLIDAYS_AHEAD: Final = 14
_MOST_COMING: Final = 20


def ask(session: Session) -> Iterable[Question]:
    """One question a calendar."""
    return calendar_reading.questions(session)


def digest(session: Session, outcomes: Outcomes, *, day: date | None = None, days: int = 1) -> ScheduleReport:
    """The schedule of ``days`` days from ``day`` (today); of today only what is left counts as load."""
    now, zone = session.clock.now(), session.clock.zone
    day = day or now.date()
    last = day + timedelta(days=days - 1)
    start, end = day_bounds(day, zone)[0], day_bounds(last, zone)[1]
    diary = calendar_reading.diary(session, outcomes, min(day, now.date()), max(last, now.date()) + AHEAD)
    living = operations.living(session.database)
    in_span = [one for one in diary.events if _touches(one, start, end)]
    shown = [one for one in in_span if session.in_focus(one.community)]
    planned = _planned(session, living, start, end)
    rows = tuple(_row(one) for one in shown)
    given = handles.give(session.database, now.date(), LETTER, [event_key(row) for row in rows])
    conflicts = clashes(in_span, planned)
    if session.communities:
        titles = {one.title for one in shown} | {line.title for line in planned}
        conflicts = tuple(clash for clash in conflicts if {clash.a, clash.b} & titles)
    return ScheduleReport(
        name=NAME,
        status=_status(session, diary),
        data=ScheduleData(
            events=rows,
            deadlines=_deadlines(session, living, diary.events, end),
            conflicts=conflicts,
            load=_load(session, in_span, planned, start, end),
            unreadable=tuple(
                Unreadable(calendar=one.calendar, uid=one.uid, reason=one.reason) for one in diary.unreadable
            ),
        ),
        errors=diary.errors,
        day=day,
        days=days,
        handles=given,
        planned=planned,
        traffic=tuple(
            TrafficLine(community=one.short, quarters=own.curve(day), measured=own.basis != "configured")
            for one in session.settings.communities.values()
            if session.in_focus(one.short)
            for own in (traffic.of(session, one),)
        ),
        working=spans_of(day, session.settings.hours),
        coming=tuple(_row(one) for one in _coming(session, diary.events, end)),
        holidays=dict(_holidays(session, day)),
        calendars=len(session.settings.calendars),
        stale_since=diary.stale_since,
    )


def _status(session: Session, diary: calendar_reading.Diary) -> ReportStatus:
    if not diary.errors:
        return "done"
    return "failed" if diary.missing == len(session.settings.calendars) else "partial"


def _touches(event: Event, start: datetime, end: datetime) -> bool:
    begin, over = event.start.timestamp(), event.end.timestamp()
    return begin < end.timestamp() and (over > start.timestamp() or begin >= start.timestamp())


def _row(event: Event) -> EventRow:
    return EventRow(
        uid=event.uid,
        title=event.title or event.location or "untitled",
        start=event.start,
        end=event.end,
        all_day=event.all_day,
        calendar=event.calendar,
        community=event.community,
        location=event.location,
        busy=event.busy,
    )


def _planned(session: Session, living: Sequence[Operation], start: datetime, end: datetime) -> tuple[PlannedLine, ...]:
    """The operations that are placed in the span, with their handles of step 5."""
    placed = [
        one
        for one in living
        if one.start and one.end and one.start.timestamp() < end.timestamp() and one.end.timestamp() > start.timestamp()
    ]
    placed = [one for one in placed if session.in_focus(one.community)]
    given = handles.give(session.database, session.clock.today(), "p", [one.id for one in placed])
    return tuple(
        PlannedLine(
            handle=given[one.id],
            title=one.title,
            community=one.community,
            start=one.start,
            end=one.start + (one.remaining(session.clock.now()) if one.state == "paused" else one.duration),
        )
        for one in placed
        if one.start
    )


def _load(
    session: Session, events: Sequence[Event], planned: Sequence[PlannedLine], start: datetime, end: datetime
) -> Load:
    """Minutes planned against minutes free of appointments, in working hours, from now on."""
    zone = session.clock.zone
    begin = max(start, session.clock.now())
    if begin >= end:
        return Load(planned_minutes=0, free_minutes=0)
    working = clipped(
        working_stretches(start.date() - timedelta(days=1), end.date(), session.settings.hours, zone), begin, end
    )
    free = without(working, [_stretch(one) for one in events if one.busy])
    return Load(
        planned_minutes=minutes_of(clipped([_stretch(line) for line in planned], begin, end)),
        free_minutes=minutes_of(free),
    )


def _stretch(one: Event | PlannedLine) -> Stretch:
    return one.start.astimezone(UTC), one.end.astimezone(UTC)


def _deadlines(
    session: Session, living: Sequence[Operation], events: Sequence[Event], end: datetime
) -> tuple[Deadline, ...]:
    """What is due until a week after the span, what is overdue included, the nearest first."""
    until = end + AHEAD
    due = [one for one in living if one.due and one.due <= until and session.in_focus(one.community)]
    if not due:
        return ()
    now = session.clock.now()
    ground = Ground(
        now=now,
        zone=session.clock.zone,
        hours=session.settings.hours,
        communities=session.settings.communities,
        busy=tuple(Busy(*_stretch(one), one.title) for one in events if one.busy),
        days=max(1, (until.date() - now.date()).days + 1),
    )
    lines = []
    for one in sorted(due, key=lambda one: (one.due.timestamp() if one.due else 0.0, one.id)):
        if one.due is None:
            continue
        others = [
            (other.start.astimezone(UTC), other.start.astimezone(UTC) + ground.length(other))
            for other in living
            if other.start and other is not one
        ]
        free = ground.free(one.community, others)
        lines.append(
            Deadline(
                title=one.title,
                due=one.due,
                latest_safe_start=latest_safe_start(one.due, ground.length(one), free),
                operation=one.id,
            )
        )
    return tuple(lines)


def _coming(session: Session, events: Sequence[Event], after: datetime) -> list[Event]:
    """The next days' appointments that stand out: what comes again and again within the week does not."""
    times = Counter((one.calendar, one.uid) for one in events)
    return [
        one
        for one in events
        if one.start.timestamp() >= after.timestamp()
        and times[one.calendar, one.uid] == 1
        and session.in_focus(one.community)
    ][:_MOST_COMING]


def _holidays(session: Session, day: date) -> Iterator[tuple[str, str]]:
    """The public holidays of the next two weeks, by ISO date."""
    country = session.settings.hours.country
    for ahead in range(_HOLIDAYS_AHEAD if country else 0):
        one = day + timedelta(days=ahead)
        if country and (name := holiday(one, country, language())):
            yield one.isoformat(), name
