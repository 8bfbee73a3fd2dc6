"""What the conversations with calendars come to."""

from __future__ import annotations

import msgspec

from cmday.core.events import Event, UnreadableEvent


class CalendarData(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking for a calendar: ``parts`` are its iCalendar texts, None where nothing changed.

    ``version`` stands for the contents (ETag, modification times) and is given back next time.
    """

    calendar: str
    parts: tuple[bytes, ...] | None
    version: str | None
    unreadable: tuple[UnreadableEvent, ...] = ()
    events: tuple[Event, ...] = ()
