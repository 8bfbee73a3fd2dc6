"""The calendars, as the questions and events that schedule and planning share: each calendar is asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from cmday.connectors.calendar_data import CalendarData
from cmday.connectors.protocol import Exchange
from cmday.core.events import Calendar, Event, OwnDate, UnreadableEvent
from cmday.core.time import day_bounds, zone_name
from cmday.errors import CmdayError
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.protocol import Outcome, Outcomes, Question
from cmday.storage import calendars

OWN_DATES: Final = "dates"
# The days around today that are worked out and kept. They are worked out anew only when days are asked for that are not
# among them, so that the schedule of an unchanged calendar does it once a month.
BEFORE: Final = 1
AFTER: Final = 35
_AHEAD: Final = 7
# A change of how calendars are read makes what is kept worthless.
_METHOD: Final = 2


class Diary(msgspec.Struct, frozen=True, kw_only=True):
    """What all calendars hold in some days, in order of start, and how current that is.

    ``stale_since`` is the age of the oldest copy that could not be refreshed in this run; ``missing`` counts calendars
    without any copy.
    """

    events: tuple[Event, ...]
    unreadable: tuple[UnreadableEvent, ...]
    errors: tuple[CmdayError, ...]
    stale_since: datetime | None
    missing: int


class _Worked(msgspec.Struct, frozen=True):
    """For which contents, days, zone and other settings a calendar's occurrences were worked out."""

    digest: str
    first: date
    last: date
    zone: str
    seen: str = ""

    def covers(self, other: _Worked) -> bool:
        same = (self.digest, self.zone, self.seen) == (other.digest, other.zone, other.seen)
        return same and self.first <= other.first and self.last >= other.last


def read_calendars(session: Session) -> list[Calendar]:
    """The calendars that are read: all but the one that cmday writes its plan into."""
    return [one for one in session.settings.calendars.values() if not one.owned]


def key_of(calendar: Calendar) -> str:
    """The key of a calendar's question and outcome."""
    return f"calendar:{calendar.name}"


def questions(session: Session) -> Iterator[Question]:
    """One question a calendar, whatever the focus: a meeting takes time whomever it is for."""
    for calendar in read_calendars(session):
        yield Question(
            key=key_of(calendar),
            subject=calendar.name,
            host=_host(calendar),
            talk=_talk(session, calendar),
            store=_store(session, calendar),
            failed=_failed(session, calendar),
        )


def _host(calendar: Calendar) -> str:
    address = calendar.url or calendar.caldav
    return (urlsplit(address).hostname if address else None) or f"calendar {calendar.name}"


def has_copy(session: Session, calendar: Calendar) -> bool:
    """Whether the calendar was ever read."""
    return calendars.state_of(session.database, calendar.name, _source(calendar)).digest is not None


def _source(calendar: Calendar) -> str:
    return calendar.url or calendar.caldav or calendar.path or ""


def _talk(session: Session, calendar: Calendar) -> Callable[[], Exchange[CalendarData]]:
    version = calendars.state_of(session.database, calendar.name, _source(calendar)).version

    def talk() -> Exchange[CalendarData]:
        from cmday.connectors.calendars import ask

        return ask(calendar, version, session.clock.now())

    return talk


def _store(session: Session, calendar: Calendar) -> Callable[[CalendarData], None]:
    def store(data: CalendarData) -> None:
        calendars.store_answer(
            session.database,
            calendar.name,
            _source(calendar),
            parts=data.parts,
            version=data.version,
            at=session.clock.now(),
        )

    return store


def _failed(session: Session, calendar: Calendar) -> Callable[[CmdayError], None]:
    def failed(error: CmdayError) -> None:
        calendars.store_failure(
            session.database,
            calendar.name,
            _source(calendar),
            kind=error.kind,
            message=error.message.english,
            at=session.clock.now(),
        )

    return failed


def diary(session: Session, outcomes: Outcomes, first: date, last: date) -> Diary:
    """What the calendars hold on the local days ``first`` to ``last``; new contents are worked out and stored."""
    events: list[Event] = []
    unreadable: list[UnreadableEvent] = []
    errors: list[CmdayError] = []
    ages: list[datetime] = []
    missing = 0
    for calendar in read_calendars(session):
        state = calendars.state_of(session.database, calendar.name, _source(calendar))
        outcome = outcomes.get(key_of(calendar))
        if outcome and outcome.error and outcome.status in ("failed", "partial"):
            outcome.error.hint = outcome.error.hint or phrase("cmday schedule tries again; cmday doctor says more")
            errors.append(outcome.error)
        if state.fetched is None or state.digest is None:
            missing += 1
            continue
        if not _is_fresh(outcome):
            ages.append(state.fetched)
        found, bad = _worked_out(session, calendar, state, first, last)
        events += found
        unreadable += bad
    events += _own_dates(session, first, last)
    events.sort(key=lambda one: (one.start.timestamp(), one.end.timestamp(), one.calendar, one.uid))
    return Diary(
        events=tuple(events),
        unreadable=tuple(unreadable),
        errors=tuple(errors),
        stale_since=min(ages, default=None),
        missing=missing,
    )


def _own_dates(session: Session, first: date, last: date) -> Iterator[Event]:
    """The CM's own dates as a calendar of their own, of days that keep nobody busy."""
    for one in session.settings.dates.values():
        yield from _falls(session, one, first, last)


def announced(session: Session, day: date) -> list[Event]:
    """The CM's own dates of a day and of the days after it, as far ahead as each is announced, in order."""
    found = [
        event
        for one in session.settings.dates.values()
        for event in _falls(session, one, day, day + timedelta(days=one.ahead))
    ]
    return sorted(found, key=lambda event: (event.start.timestamp(), event.uid))


def _falls(session: Session, one: OwnDate, first: date, last: date) -> Iterator[Event]:
    from cmday.hours.own_dates import days_of

    for day in days_of(one, first, last):
        start, end = day_bounds(day, session.clock.zone)
        yield Event(
            uid=f"date-{one.name}",
            title=one.title,
            start=start,
            end=end,
            all_day=True,
            calendar=OWN_DATES,
            community=one.community,
            location=None,
            busy=False,
        )


def _is_fresh(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.status == "done"


def _worked_out(
    session: Session, calendar: Calendar, state: calendars.CalendarState, first: date, last: date
) -> tuple[list[Event], list[UnreadableEvent]]:
    """The occurrences from the database, worked out first where they are not; far days are worked out and not kept."""
    database, today, zone = session.database, session.clock.today(), session.clock.zone
    me = _own_names(session, calendar)
    wanted = _Worked(state.digest or "", first, last, zone_name(zone), repr((_METHOD, calendar.private, sorted(me))))
    kept = msgspec.json.decode(state.expanded, type=_Worked) if state.expanded else None
    near = msgspec.structs.replace(wanted, first=today - timedelta(days=BEFORE), last=today + timedelta(days=AFTER))
    if kept is None or not kept.covers(wanted):
        from cmday.connectors import ical

        if not near.covers(wanted):
            far = ical.read(calendar, calendars.parts_of(database, calendar.name), first, last, zone, me=me)
            return list(far.events), list(far.unreadable)
        kept = msgspec.structs.replace(near, last=near.last + timedelta(days=_AHEAD))
        found = ical.read(calendar, calendars.parts_of(database, calendar.name), kept.first, kept.last, zone, me=me)
        calendars.store_occurrences(
            database, calendar.name, msgspec.json.encode(kept).decode(), found.events, found.unreadable
        )
    start, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    return (
        calendars.occurrences(database, calendar, start, end),
        calendars.unreadable(database, calendar.name),
    )


def _own_names(session: Session, calendar: Calendar) -> frozenset[str]:
    """The addresses and user names by which a calendar may mean the CM, in lower case."""
    accounts = session.settings.accounts.values()
    names = [one.username or "" for one in accounts]
    names += [str(one.options.get("address", "")).rpartition("<")[2].rstrip("> ") for one in accounts]
    addresses = {name.strip().lower() for name in names if "@" in name[1:]}
    return frozenset(addresses | ({calendar.username.lower()} if calendar.username else set()))
