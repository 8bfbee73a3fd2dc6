"""Operations as iCalendar (RFC 5545), for a file or for a calendar that cmday owns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from cmday.core.operations import Operation

DOMAIN: Final = "cmday"
_PRIORITIES: Final = {1: 1, 2: 5, 3: 9}
_PRODUCT: Final = "-//cmday//plan//EN"


def uid_of(operation: Operation) -> str:
    """The UID of an operation's event; by it cmday knows its own again."""
    return f"{operation.id}@{DOMAIN}"


def one_event(operation: Operation, at: datetime) -> bytes:
    """A calendar object with this operation alone, as CalDAV wants it (RFC 4791, 4.1). It must have a place."""
    calendar = _calendar()
    calendar.add_component(_event(operation, at))
    return bytes(calendar.to_ical())


def whole(operations: Iterable[Operation], at: datetime) -> bytes:
    """One calendar with all operations that have a place; ``at`` is when it is written."""
    calendar = _calendar()
    for one in operations:
        if one.start is not None:
            calendar.add_component(_event(one, at))
    return bytes(calendar.to_ical())


def _calendar() -> Any:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def _event(one: Operation, at: datetime) -> Any:
    from icalendar import Event

    assert one.start is not None
    begin = one.start.astimezone(UTC)
    event = Event()
    event.add("uid", uid_of(one))
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", begin)
    event.add("dtend", begin + one.duration)
    event.add("summary", one.title)
    event.add("priority", _PRIORITIES[one.priority])
    # What happens without the CM takes no time of hers.
    event.add("transp", "OPAQUE" if one.presence else "TRANSPARENT")
    if one.community:
        event.add("categories", [one.community])
    return event
