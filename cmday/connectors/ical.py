"""Reads calendars: the occurrences of the days asked for, and the events that cannot be read, each with its reason.

Recurrences are the libraries' business (icalendar, recurring-ical-events); this module bounds them and words what
fails. It is imported only where a calendar changed or the days moved on: the libraries cost a tenth of a second.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

import icalendar
import msgspec
import recurring_ical_events
import x_wr_timezone

from cmday.connectors.ical_meaning import is_busy, is_off, is_private, settle
from cmday.connectors.ical_text import Series, series_of
from cmday.connectors.time_box import OutOfTime, time_box
from cmday.core.events import Calendar, Event, UnreadableEvent
from cmday.core.time import day_bounds
from cmday.text.safe_text import safe

MOST_IN_SERIES: Final = 5_000
MOST_IN_ALL: Final = 20_000
# Who takes too long leaves less to the next that does, so that a calendar full of such rules is read in two seconds.
SECONDS_A_SERIES: Final = 0.8
_LEAST_SECONDS: Final = 0.1
SECONDS_IN_ALL: Final = 20.0
PRIVATE: Final = "private"
_MATTERS: Final = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
_MOST_UNREADABLE: Final = 200
_TOO_LONG: Final = "it repeats in a way that takes too long to work out"
_TOO_OFTEN: Final = "it repeats more often than hourly, and too often to work out"
_BROKEN: Final = re.compile(r"broken property '([\w-]+)'[^:]*: (.*)")


class Occurrences(msgspec.Struct, frozen=True):
    """What a calendar holds in the days asked for."""

    events: tuple[Event, ...]
    unreadable: tuple[UnreadableEvent, ...]


def read(
    calendar: Calendar, parts: Iterable[bytes], first: date, last: date, zone: tzinfo, *, me: Iterable[str] = ()
) -> Occurrences:
    """The occurrences of the local days ``first`` to ``last``, both included, in order of start.

    ``me`` are the CM's own addresses and user names in lower case: what they declined is left out.
    """
    me = frozenset(me)
    events: dict[tuple[str, datetime], Event] = {}
    unreadable: list[UnreadableEvent] = []
    left, patience = SECONDS_IN_ALL, SECONDS_A_SERIES
    for part in parts:
        for series in series_of(part, first, last):
            if len(events) >= MOST_IN_ALL or len(unreadable) >= _MOST_UNREADABLE or left <= 0:
                unreadable.append(UnreadableEvent(calendar.name, None, "the calendar holds more than cmday reads"))
                return _in_order(events, unreadable)
            try:
                with time_box(min(patience, left)) as box:
                    found = _occurrences(calendar, series, first, last, zone=zone, me=me | series.owners)
            except OutOfTime:
                patience = max(_LEAST_SECONDS, patience / 2)
                found = _fails(calendar, series, _TOO_OFTEN if series.too_often else _TOO_LONG)
            except Exception as error:  # noqa: BLE001  whatever a library says of one event must cost only that event
                found = _fails(calendar, series, _reason(error))
            left -= box.seconds
            events.update({(event.uid, event.start): event for event in found.events})
            unreadable += found.unreadable
    return _in_order(events, unreadable)


def _in_order(events: dict[tuple[str, datetime], Event], unreadable: list[UnreadableEvent]) -> Occurrences:
    ordered = sorted(events.values(), key=lambda event: (event.start.timestamp(), event.end.timestamp(), event.uid))
    return Occurrences(tuple(ordered), tuple(unreadable))


def _fails(calendar: Calendar, series: Series, reason: str) -> Occurrences:
    return Occurrences((), (UnreadableEvent(calendar.name, safe(series.uid, 200), reason),))


def _reason(error: Exception) -> str:
    """What a library said, in one line that a person can use."""
    if isinstance(error, KeyError):
        return f"it has no {safe(str(error.args[0] if error.args else '?'), 60)}"
    if isinstance(error, AttributeError) and str(error).startswith("'list' object"):
        return "a field that may stand in it once stands there twice"
    if isinstance(error, recurring_ical_events.BadRuleStringFormat):
        return f"its RRULE cannot be read: {safe(error.rule, 120)}"
    said = safe(str(error), 160)
    if broken := _BROKEN.search(said):
        return f"its {broken[1]} cannot be read: {broken[2]}"
    return f"it cannot be read: {said}" if said else "it cannot be read"


def _occurrences(
    calendar: Calendar, series: Series, first: date, last: date, *, zone: tzinfo, me: frozenset[str]
) -> Occurrences:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = _parsed(series)
        events = parsed.walk("VEVENT")
        for component in events:
            for name, said in component.errors:
                if (name or "") in _MATTERS or "DTSTART" not in component:
                    return _fails(calendar, series, f"its {name or 'text'} cannot be read: {safe(str(said), 120)}")
        settle(events, zone)
        begin, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
        found = recurring_ical_events.of(parsed).between(begin, end)
    if len(found) > MOST_IN_SERIES:
        return _fails(calendar, series, f"it repeats more than {MOST_IN_SERIES} times in these days")
    read_events = [_event(calendar, series.uid, one, zone) for one in found if not is_off(one, me)]
    return Occurrences(tuple(one for one in read_events if one.start < end and one.end >= begin), ())


def _parsed(series: Series) -> Any:
    """The series as the library reads it; a zone name in the header that nobody knows is passed over."""
    try:
        return x_wr_timezone.to_standard(icalendar.Calendar.from_ical(series.text))
    except (LookupError, OSError):
        text = "\n".join(line for line in series.text.split("\n") if not line.upper().startswith("X-WR-TIMEZONE"))
        return icalendar.Calendar.from_ical(text)


def _event(calendar: Calendar, uid: str, component: Any, zone: tzinfo) -> Event:
    start = component["DTSTART"].dt
    end = component["DTEND"].dt if "DTEND" in component else start
    all_day = not isinstance(start, datetime)
    begin, over = _moment(start, zone), _moment(end, zone)
    if _is_skipped(start):
        over = _moment(start.astimezone(UTC) + (end - start), zone)
    if all_day and over <= begin:
        over = _moment(start + timedelta(days=1), zone)
    hidden = is_private(component) and not calendar.private
    return Event(
        uid=safe(uid, 500),
        title=PRIVATE if hidden else _text(component, "SUMMARY", 1000),
        start=begin,
        end=max(begin, over),
        all_day=all_day,
        calendar=calendar.name,
        community=calendar.community,
        location=None if hidden else _text(component, "LOCATION", 300) or None,
        busy=calendar.busy and is_busy(component, all_day=all_day),
    )


def _moment(value: date | datetime, zone: tzinfo) -> datetime:
    """A date as its midnight, a floating time as the CM's own, any other moment as it is, all in the CM's zone."""
    if not isinstance(value, datetime):
        return day_bounds(value, zone)[0]
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC).astimezone(zone).replace(microsecond=0)


def _is_skipped(value: date | datetime) -> bool:
    """Whether the clocks skip this time: what begins then begins later, and is as long as ever."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return False
    real = value.astimezone(UTC).astimezone(value.tzinfo)
    return real.replace(tzinfo=None) != value.replace(tzinfo=None)


def _text(component: Any, name: str, limit: int) -> str:
    value = component.get(name, "")
    if isinstance(value, list):
        value = value[0] if value else ""
    return safe(str(value), limit)
