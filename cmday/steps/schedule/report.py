"""What the schedule says: the JSON shape, and what only the screen needs."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from cmday.core.communities import Span
from cmday.steps.protocol import Report


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """One event of ``data.events[]``."""

    uid: str
    title: str
    start: datetime
    end: datetime
    all_day: bool
    calendar: str
    community: str | None
    location: str | None
    busy: bool


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.deadlines[]``; ``latest_safe_start`` is the last moment that leaves enough free time.

    It is past where it is too late, and None where no time that was looked at is enough. ``due`` is the operation's own
    deadline, else when what comes after it needs it done.
    """

    title: str
    due: datetime
    latest_safe_start: datetime | None
    operation: str


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Two things at one time; ``a`` and ``b`` are titles."""

    a: str
    b: str
    start: datetime
    end: datetime


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes planned against minutes free within working hours."""

    planned_minutes: int
    free_minutes: int


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """One event or calendar that could not be read, and why."""

    calendar: str
    uid: str | None
    reason: str


class ScheduleData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday schedule --json``."""

    events: tuple[EventRow, ...]
    deadlines: tuple[Deadline, ...]
    conflicts: tuple[Conflict, ...]
    load: Load
    unreadable: tuple[Unreadable, ...]


class PlannedLine(msgspec.Struct, frozen=True, kw_only=True):
    """An operation on the day line; what happens without the CM (``presence``) takes no time of hers."""

    handle: str
    title: str
    community: str | None
    start: datetime
    end: datetime
    presence: bool = True


class TrafficLine(msgspec.Struct, frozen=True, kw_only=True):
    """A community's traffic curve for the day: one value a quarter of an hour from midnight, 1.0 is usual."""

    community: str
    quarters: tuple[float, ...]
    measured: bool


class ZoneLine(msgspec.Struct, frozen=True, kw_only=True):
    """Another zone of the communities: ``hours`` are pairs of a minute of the CM's day and the hour that begins there.

    ``ahead`` counts the minutes by which its clock is ahead of the CM's, at noon.
    """

    communities: tuple[str, ...]
    hours: tuple[tuple[int, int], ...]
    ahead: int


class HolidayLine(msgspec.Struct, frozen=True, kw_only=True):
    """A public holiday, of these communities alone, or of the CM where none is named."""

    day: date
    name: str
    communities: tuple[str, ...] = ()


class Bar(msgspec.Struct, frozen=True):
    """Something that takes time on a day, in minutes after midnight by the CM's clock."""

    start: int
    end: int
    label: str = ""


class DayLine(msgspec.Struct, frozen=True, kw_only=True):
    """One day of several. ``taken`` are busy events; ``planned`` operations; ``working`` spans of the CM's hours."""

    day: date
    working: tuple[Bar, ...]
    taken: tuple[Bar, ...]
    planned: tuple[Bar, ...]
    load: Load


class ScheduleReport(Report[ScheduleData], kw_only=True):
    """The day as the screen shows it. ``handles`` maps an event's uid and start to its handle.

    ``operations`` maps the id of an operation that is due to its handle and community; ``begun`` are those in hand.
    ``week`` has a line for each of several days; ``overview`` asks for them alone.
    ``found`` are the programs whose calendars lie on this machine and how many they are, where none is configured.
    """

    day: date
    days: int
    handles: dict[str, str]
    planned: tuple[PlannedLine, ...]
    traffic: tuple[TrafficLine, ...]
    working: tuple[Span, ...]
    coming: tuple[EventRow, ...]
    holidays: tuple[HolidayLine, ...] = ()
    zones: tuple[ZoneLine, ...] = ()
    week: tuple[DayLine, ...] = ()
    operations: dict[str, tuple[str, str | None]] = msgspec.field(default_factory=dict)
    begun: frozenset[str] = frozenset()
    calendars: int = 0
    stale_since: datetime | None = None
    overview: bool = False
    found: tuple[str, int] | None = None


def event_key(event: EventRow) -> str:
    """The key of an event in ``ScheduleReport.handles``: its uid and start, as a recurring event has many."""
    return f"{event.uid} {event.start.isoformat()}"
