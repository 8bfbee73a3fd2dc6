"""Calendars and what stands in them, in the words of RFC 5545."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cmday.core.accounts import SecretSource


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar as config.toml names it, and whose it is.

    It is an iCalendar file at a ``url``, a ``path`` (a file or a vdir folder), or ``caldav``: any address of a server.
    An ``owned`` one is cmday's own: the plan is written into it and nothing is read from it. ``private`` shows what
    events are about that are marked as private.
    """

    name: str
    url: str | None = None
    path: str | None = None
    caldav: str | None = None
    owned: bool = False
    community: str | None = None
    username: str | None = None
    secret: SecretSource | None = None
    busy: bool = True
    private: bool = False


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One occurrence. ``start`` and ``end`` are aware; an all-day event is from midnight to midnight of the CM's zone.

    ``busy`` is false for TRANSP:TRANSPARENT, and for all-day events without a say on it.
    """

    uid: str
    title: str
    start: datetime
    end: datetime
    all_day: bool
    calendar: str
    community: str | None
    location: str | None
    busy: bool


class OwnDate(msgspec.Struct, frozen=True, kw_only=True):
    """A date that comes again and that the CM wants to know of in time: ``[date.NAME]`` of config.toml.

    It is either the ``month`` and ``day`` of every year, or of one ``year``, or a ``rule`` (the RRULE of RFC 5545). It
    is announced from ``ahead`` days before.
    """

    name: str
    title: str
    month: int = 0
    day: int = 0
    year: int | None = None
    rule: str = ""
    community: str | None = None
    ahead: int = 14


class UnreadableEvent(msgspec.Struct, frozen=True):
    """An event that could not be read, and why, in English."""

    calendar: str
    uid: str | None
    reason: str


class WrittenEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that cmday wrote into its own calendar: ``etag`` as the server gave it, ``digest`` of what it says."""

    uid: str
    etag: str | None
    digest: str
