"""Another way to expand a calendar, with dateutil's rules alone, to hold the program's own reading against.

It does one series at a time, as far as that is plain: no THISANDFUTURE, no rule that dateutil refuses, no broken field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import icalendar
import x_wr_timezone
from dateutil.rrule import rruleset, rrulestr

FIELDS = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")


def series_in(body: bytes) -> Iterator[tuple[str, list[Any]]]:
    """The events of each UID; calendars that the parser refuses, and events without a UID, are left out."""
    try:
        calendars = icalendar.Calendar.from_ical(body, multiple=True)
    except (ValueError, LookupError):
        return
    found: dict[str, list[Any]] = {}
    for calendar in calendars:
        try:
            events = x_wr_timezone.to_standard(calendar).walk("VEVENT")
        except (AttributeError, LookupError, ValueError):
            continue
        for event in events:
            if uid := str(event.get("UID", "")).strip():
                found.setdefault(uid, []).append(event)
    yield from found.items()


def counts(events: list[Any], first: date, last: date, zone: tzinfo) -> Counter[date] | None:
    """How many occurrences of one UID begin on each local day; None where this expansion cannot do the series."""
    cores = [event for event in events if "RECURRENCE-ID" not in event]
    others = [event for event in events if "RECURRENCE-ID" in event]
    if len(cores) != 1 or any(not _is_plain(event) for event in events):
        return None
    try:
        starts = _starts(cores[0], first, last)
    except (ValueError, TypeError, AttributeError):
        return None
    days: Counter[date] = Counter()
    moved = {_moment(event["RECURRENCE-ID"].dt, zone) for event in others}
    kept = [
        (core, start) for core, start in ((cores[0], start) for start in starts) if _moment(start, zone) not in moved
    ]
    kept += [(event, event["DTSTART"].dt) for event in others]
    for event, start in kept:
        if (
            str(event.get("STATUS", "")).upper() != "CANCELLED"
            and first <= (day := _moment(start, zone).date()) <= last
        ):
            days[day] += 1
    return days


def first_day(events: list[Any]) -> date | None:
    """The day on which the first of the events begins on its own clock; None where no DTSTART can be read."""
    fields = [event.get("DTSTART") for event in events]
    days = [field.dt for field in fields if isinstance(field, icalendar.vDDDTypes) and isinstance(field.dt, date)]
    return min((day.date() if isinstance(day, datetime) else day for day in days), default=None)


def _is_plain(event: Any) -> bool:
    if any(isinstance(event.get(name), list) for name in ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE")):
        return False
    if first_day([event]) is None:
        return False
    ranged = "RECURRENCE-ID" in event and "RANGE" in event["RECURRENCE-ID"].params
    return not ranged and not any((name or "") in FIELDS for name, _said in event.errors)


def _starts(event: Any, first: date, last: date) -> list[date | datetime]:
    start = event["DTSTART"].dt
    rules = rruleset()
    rules.rdate(_timed(start))
    if "RRULE" in event:
        rule: Any = rrulestr(event["RRULE"].to_ical().decode(), dtstart=_timed(start))
        rules.rrule(rule)
    for one in _dates(event, "RDATE"):
        rules.rdate(_timed(one[0] if isinstance(one, tuple) else one))
    for one in _dates(event, "EXDATE"):
        rules.exdate(_timed(one))
    begin = datetime.combine(first - timedelta(days=2), time.min, UTC)
    until = datetime.combine(last + timedelta(days=2), time.min, UTC)
    if _timed(start).tzinfo is None:
        begin, until = begin.replace(tzinfo=None), until.replace(tzinfo=None)
    return [one if isinstance(start, datetime) else one.date() for one in rules.between(begin, until)]


def _dates(event: Any, name: str) -> Iterator[Any]:
    given = event.get(name)
    for one in given if isinstance(given, list) else [given] if given is not None else []:
        yield from (each.dt for each in one.dts)


def _timed(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time.min)


def _moment(value: date | datetime, zone: tzinfo) -> datetime:
    timed = _timed(value)
    return timed.replace(tzinfo=zone) if timed.tzinfo is None else timed.astimezone(zone)
