"""CalDAV (RFC 4791), reading: from any address of a server to the calendars behind it, and what changed in them.

A calendar is asked for whole only where its sync-token (RFC 6578) or its ctag says that something changed; the server
gives the objects of the days around now (calendar-query with time-range), recurrences are worked out here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from cmday.connectors.calendar_data import CalendarData
from cmday.connectors.dav import (
    CAL,
    DAV,
    SERVER,
    Answer,
    Resource,
    propfind,
    read_answer,
    request,
    same_keeper,
    same_place,
)
from cmday.connectors.http import basic
from cmday.connectors.protocol import Authorised, Exchange, Response
from cmday.core.events import Calendar
from cmday.errors import NotFound, ServerFailed, SignInNeeded, Untrusted
from cmday.i18n import phrase

BEFORE: Final = timedelta(days=40)
AHEAD: Final = timedelta(days=400)
# The days asked for move on with the calendar; they are asked for anew once a week.
STALE: Final = timedelta(days=7)
MOST_CALENDARS: Final = 20
_ABOUT: Final = (
    "D:resourcetype", "D:current-user-principal", "C:calendar-home-set", "C:supported-calendar-component-set",
    "D:sync-token", "S:getctag",
)  # fmt: skip
_HOPS: Final = 3

Secret = tuple[tuple[str, str], ...]


class Known(msgspec.Struct, frozen=True):
    """What the copy was made of: each collection with the mark of its state, and since when."""

    marks: dict[str, str]
    since: int


def ask(calendar: Calendar, version: str | None, now: datetime) -> Exchange[CalendarData]:
    """The objects of all calendars behind the address, or nothing where none of them changed."""
    secret = yield from sign_in(calendar)
    found = yield from collections(calendar, secret)
    known = msgspec.json.decode(version, type=Known) if version and version.startswith("{") else None
    marks = {one.url: mark for one in found if (mark := _mark(one))}
    fresh = known is not None and now.timestamp() - known.since < STALE.total_seconds()
    if known and fresh and len(marks) == len(found) and marks == known.marks:
        return CalendarData(calendar=calendar.name, parts=None, version=version)
    parts: list[bytes] = []
    for one in found:
        answer = yield from _objects(calendar, one.url, secret, now)
        parts += [text.encode() for each in answer.resources if (text := each.text(f"{CAL}calendar-data"))]
    state = Known(marks, int(now.timestamp()))
    return CalendarData(calendar=calendar.name, parts=tuple(parts), version=msgspec.json.encode(state).decode())


def sign_in(calendar: Calendar) -> Exchange[Secret]:
    """The header that opens the server; nothing where the calendar has no secret."""
    if calendar.secret is None:
        return ()
    credentials = yield Authorised(calendar)
    return (basic(calendar.username or credentials.username or "", credentials.secret),)


def collections(calendar: Calendar, secret: Secret) -> Exchange[list[Resource]]:
    """The calendars behind an address: itself, else those of the person that it leads to (RFC 6764, RFC 4791, 6.2).

    Raises ``NotFound`` where there are none.
    """
    url = calendar.caldav or ""
    home: str | None = None
    for _ in range(_HOPS):
        listed = yield from _about(calendar, url, secret, depth=0)
        if not listed:
            break
        about = listed[0]
        if about.has(f"{DAV}resourcetype", f"{CAL}calendar"):
            return [about]
        home = about.href(f"{CAL}calendar-home-set")
        following = home or about.href(f"{DAV}current-user-principal")
        if home or following is None or same_place(following, url):
            break
        url = following
    listed = (yield from _about(calendar, home, secret, depth=1)) if home else []
    found = [one for one in listed if one.has(f"{DAV}resourcetype", f"{CAL}calendar") and _holds_events(one)]
    if not found:
        raise NotFound(
            phrase("no calendar is found at this address"),
            phrase("check the address of [calendar.{name}]: cmday config edit", name=calendar.name),
            calendar.name,
        )
    return found[:MOST_CALENDARS]


def _about(calendar: Calendar, url: str, secret: Secret, *, depth: int) -> Exchange[list[Resource]]:
    _held_back(calendar, url, secret)
    response: Response = yield propfind(url, *_ABOUT, depth=depth, secret=secret)
    return list(read(response, calendar).resources)


def _objects(calendar: Calendar, url: str, secret: Secret, now: datetime) -> Exchange[Answer]:
    start, end = (f"{moment.astimezone(UTC):%Y%m%dT000000Z}" for moment in (now - BEFORE, now + AHEAD))
    body = (
        "<C:calendar-query><D:prop><D:getetag/><C:calendar-data/></D:prop>"
        '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
        f'<C:time-range start="{start}" end="{end}"/>'
        "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
    )
    _held_back(calendar, url, secret)
    response: Response = yield request("REPORT", url, body, depth=1, secret=secret)
    return read(response, calendar)


def _held_back(calendar: Calendar, url: str, secret: Secret) -> None:
    """Stop before a password goes to a host that only an answer names: the answer may be a stranger's."""
    if secret and not same_keeper(calendar.caldav or "", url):
        raise Untrusted(
            phrase("the calendar server leads to {url}, which is not given its password", url=url),
            phrase("if that is yours, write it into [calendar.{name}]: cmday config edit", name=calendar.name),
            calendar.name,
        )


def read(response: Response, calendar: Calendar) -> Answer:
    """A multistatus answer, its errors with the hint that mends a calendar."""
    try:
        return read_answer(response, calendar.name)
    except SignInNeeded as error:
        error.hint = phrase("check username and secret of [calendar.{name}]: cmday config edit", name=calendar.name)
        raise
    except ServerFailed as error:
        error.hint = phrase("check the address of [calendar.{name}]: cmday config edit", name=calendar.name)
        raise


def _mark(one: Resource) -> str | None:
    """What changes whenever something in a collection does."""
    return one.text(f"{DAV}sync-token") or one.text(f"{SERVER}getctag")


def _holds_events(one: Resource) -> bool:
    listed = one.props.get(f"{CAL}supported-calendar-component-set")
    names = [part.get("name", "") for part in listed] if listed is not None else []
    return not names or "VEVENT" in names
