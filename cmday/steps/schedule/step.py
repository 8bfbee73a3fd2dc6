"""Step 1: what the day holds, what takes its time at once, and what approaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from cmday.core.events import Event
from cmday.core.operations import EventLink, Operation
from cmday.core.time import day_bounds
from cmday.hours.working import spans_of
from cmday.session import Session
from cmday.steps import calendar_reading
from cmday.steps.protocol import Outcomes, Question, ReportStatus
from cmday.steps.schedule.clashes import clashes
from cmday.steps.schedule.deadlines import deadlines
from cmday.steps.schedule.load import day_lines, load, span_of
from cmday.steps.schedule.report import (
    EventRow,
    PlannedLine,
    ScheduleData,
    ScheduleReport,
    Unreadable,
    event_key,
)
from cmday.steps.schedule.surroundings import HOLIDAYS_AHEAD, holiday_lines, traffic_lines, zone_lines
from cmday.storage import handles, operations

NAME = "schedule"
LETTER = "s"
AHEAD: Final = timedelta(days=7)
_MOST_COMING: Final = 20


def ask(session: Session) -> Iterable[Question]:
    """One question a calendar."""
    return calendar_reading.questions(session)


def digest(
    session: Session, outcomes: Outcomes, *, day: date | None = None, days: int = 1, overview: bool = False
) -> ScheduleReport:
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
    conflicts = clashes(in_span, planned, _hung(session, living))
    if session.communities:
        titles = {one.title for one in shown} | {line.title for line in planned}
        conflicts = tuple(clash for clash in conflicts if {clash.a, clash.b} & titles)
    due = deadlines(session, living, diary.events, end + AHEAD)
    known = {one.id: one for one in living}
    ids = [line.operation for line in due]
    due_handles = handles.give(session.database, now.date(), "p", ids)
    span = [day + timedelta(days=ahead) for ahead in range(days)]
    return ScheduleReport(
        name=NAME,
        status=_status(session, diary),
        data=ScheduleData(
            events=rows,
            deadlines=due,
            conflicts=conflicts,
            load=load(session, in_span, living, start, end),
            unreadable=tuple(
                Unreadable(calendar=one.calendar, uid=one.uid, reason=one.reason) for one in diary.unreadable
            ),
        ),
        errors=diary.errors,
        day=day,
        days=days,
        handles=given,
        planned=planned,
        traffic=tuple(traffic_lines(session, day)) if days == 1 else (),
        working=spans_of(day, session.settings.hours),
        coming=tuple(_row(one) for one in _coming(session, diary.events, day, end)),
        holidays=tuple(holiday_lines(session, day, max(last, day + timedelta(days=HOLIDAYS_AHEAD)))),
        zones=tuple(zone_lines(session, day)) if days == 1 else (),
        week=tuple(day_lines(session, in_span, living, planned, span)) if days > 1 else (),
        operations={id_: (due_handles[id_], known[id_].community) for id_ in ids},
        begun=frozenset(one.id for one in living if one.state == "running"),
        calendars=len(session.settings.calendars),
        stale_since=diary.stale_since,
        overview=overview,
        found=None if session.settings.calendars else _found(),
    )


def _found() -> tuple[str, int] | None:
    """The calendars of this machine that ``cmday init`` would take over."""
    from cmday.config.discovery import calendar_programs, find_calendars

    calendars = find_calendars()
    return (", ".join(calendar_programs()), len(calendars)) if calendars else None


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
    now, zone = session.clock.now(), session.clock.zone
    spans = {one.id: span_of(one, now) for one in living if one.start and session.in_focus(one.community)}
    placed = [one for one in living if one.id in spans and spans[one.id][0] < end and spans[one.id][1] > start]
    given = handles.give(session.database, now.date(), "p", [one.id for one in placed])
    return tuple(
        PlannedLine(
            handle=given[one.id],
            title=one.title,
            community=one.community,
            start=spans[one.id][0].astimezone(zone),
            end=spans[one.id][1].astimezone(zone),
            presence=one.presence,
        )
        for one in placed
    )


def _hung(session: Session, living: Sequence[Operation]) -> dict[str, EventLink]:
    """The events that operations hang on, by handle."""
    links = {one.id: one.event for one in living if one.event}
    given = handles.give(session.database, session.clock.today(), "p", list(links))
    return {given[id_]: link for id_, link in links.items()}


def _coming(session: Session, events: Sequence[Event], day: date, after: datetime) -> list[Event]:
    """The next days' appointments that stand out: what comes again and again within the week does not.

    The CM's own dates come into sight as far ahead as each of them says.
    """
    times = Counter((one.calendar, one.uid) for one in events)
    near = [
        one
        for one in events
        if one.start.timestamp() >= after.timestamp()
        and times[one.calendar, one.uid] == 1
        and one.calendar != calendar_reading.OWN_DATES
        and session.in_focus(one.community)
    ]
    dates = [
        one
        for one in calendar_reading.announced(session, day)
        if one.start.timestamp() >= after.timestamp() and session.in_focus(one.community)
    ]
    return sorted(near[:_MOST_COMING] + dates[:_MOST_COMING], key=lambda one: (one.start.timestamp(), one.uid))
