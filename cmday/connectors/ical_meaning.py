"""What a calendar means by what it says: ends of rules in another kind of time, and events that are not for the CM.

``icalendar`` gives the fields as they stand; what programs write beside RFC 5545 is put right here, one component at a
time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Final

import icalendar

LAST_SECOND: Final = time(23, 59, 59)
_HIDDEN: Final = frozenset({"PRIVATE", "CONFIDENTIAL"})


def settle(events: Sequence[Any], zone: tzinfo) -> None:
    """Put what the events of one UID say of their dates into the kind of time that the series itself has.

    RFC 5545 wants one kind throughout, and UNTIL in UTC where there is a zone. Calendars also hold ends in local time,
    ends that are a date and mean that whole day, exceptions given as a date or in UTC. ``zone`` is that of floating
    times.
    """
    if not events:
        return
    core = next((event for event in events if "RECURRENCE-ID" not in event), events[0])
    start = core["DTSTART"].dt
    if not isinstance(start, date):
        return
    for event in events:
        for rule in _listed(event.get("RRULE")):
            if ends := rule.get("UNTIL"):
                rule["UNTIL"] = [_end(one, start, zone) for one in _listed(ends)]
        for name in ("EXDATE", "RDATE"):
            if name in event:
                event[name] = [_list_like(one, start, zone) for one in _listed(event[name])]
        if "RECURRENCE-ID" in event:
            event["RECURRENCE-ID"] = _instance(event["RECURRENCE-ID"], start, zone)


def _end(until: date | datetime, start: date | datetime, zone: tzinfo) -> date | datetime:
    if not isinstance(start, datetime):
        return until.date() if isinstance(until, datetime) else until
    if not isinstance(until, datetime):
        until = datetime.combine(until, LAST_SECOND)
    if start.tzinfo is None:
        return until.astimezone(zone).replace(tzinfo=None) if until.tzinfo else until
    return (until if until.tzinfo else until.replace(tzinfo=start.tzinfo)).astimezone(UTC)


def _list_like(dates: Any, start: date | datetime, zone: tzinfo) -> Any:
    return icalendar.vDDDLists([_value_like(one.dt, start, zone) for one in dates.dts])


def _value_like(value: Any, start: date | datetime, zone: tzinfo) -> Any:
    """A date, a time or a period (a pair) as the series has them; a date for a series of times stays one."""
    if isinstance(value, tuple):
        return tuple(_value_like(one, start, zone) for one in value)
    return _like(value, start, zone) if isinstance(value, datetime) else value


def _like(value: datetime, start: date | datetime, zone: tzinfo) -> date | datetime:
    if not isinstance(start, datetime):
        own_midnight = value.tzinfo is None or value.time() == time.min
        return value.date() if own_midnight else value.astimezone(zone).date()
    if start.tzinfo is None:
        return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
    return value if value.tzinfo else value.replace(tzinfo=start.tzinfo)


def _instance(field: Any, start: date | datetime, zone: tzinfo) -> Any:
    """A RECURRENCE-ID; a date alone means the occurrence of that day."""
    value = field.dt
    if isinstance(value, datetime):
        value = _like(value, start, zone)
    elif isinstance(start, datetime):
        value = datetime.combine(value, start.timetz())
    changed = icalendar.vDDDTypes(value)
    if "RANGE" in field.params:
        changed.params["RANGE"] = field.params["RANGE"]
    return changed


def is_off(component: Any, me: Iterable[str]) -> bool:
    """Whether an occurrence does not take place, or the CM has declined it."""
    if str(component.get("STATUS", "")).upper() == "CANCELLED":
        return True
    mine = set(me)
    return any(
        str(attendee.params.get("PARTSTAT", "")).upper() == "DECLINED" and _is_among(str(attendee), mine)
        for attendee in _listed(component.get("ATTENDEE"))
        if hasattr(attendee, "params")
    )


def _is_among(attendee: str, names: set[str]) -> bool:
    """``mailto:robin@example.org`` is also meant by a user name without a server."""
    address = attendee.lower().removeprefix("mailto:").strip()
    return bool(names & {address, address.partition("@")[0]})


def is_private(component: Any) -> bool:
    """Whether others may not read what the event is about (CLASS)."""
    return str(component.get("CLASS", "")).upper() in _HIDDEN


def is_busy(component: Any, *, all_day: bool) -> bool:
    """Whether an event takes time: as it says, else what has a time of day does and what fills a day does not."""
    said = str(component.get("TRANSP", "")).upper()
    if said:
        return said != "TRANSPARENT"
    if str(component.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE":
        return False
    return not all_day


def _listed(value: Any) -> list[Any]:
    """A field that may stand once, several times or not at all, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
