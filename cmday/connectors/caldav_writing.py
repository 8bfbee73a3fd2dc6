"""CalDAV, writing: the calendar that cmday owns is made to hold the plan (RFC 4791, 5.3).

Only events that cmday wrote are changed or taken out, and only as it left them (If-Match): whatever stands beside them,
and what somebody changed in them, stays and is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from cmday.connectors.caldav import Secret, read, sign_in
from cmday.connectors.dav import DAV, MULTISTATUS, member, name_of, propfind, request
from cmday.connectors.http import expect_ok
from cmday.connectors.protocol import Exchange, Partial, Request, Response
from cmday.core.events import Calendar, WrittenEvent
from cmday.errors import ServerFailed
from cmday.i18n import phrase

_MISSING: Final = 404
_GONE: Final = 410
_CHANGED: Final = 412
_NEW: Final = (("If-None-Match", "*"),)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """An event that the calendar shall hold; ``digest`` stands for what it says."""

    uid: str
    title: str
    digest: str
    body: bytes


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one event: written, removed, or left because somebody else changed it.

    ``sending`` comes before a write, with an event without ETag: whoever finds that later knows that the write may have
    arrived. ``event`` is what is to be kept of it, None for nothing.
    """

    uid: str
    became: Literal["sending", "written", "removed", "conflict"]
    event: WrittenEvent | None = None


class _Place(msgspec.Struct, frozen=True):
    """Where is written, and with what."""

    calendar: Calendar
    url: str
    secret: Secret


def sync(calendar: Calendar, wishes: Mapping[str, Wish], before: Mapping[str, WrittenEvent]) -> Exchange[None]:
    """Make the calendar hold these events; each that is settled is handed over at once as ``Partial(Kept)``.

    ``before`` is what was written earlier. What is there already as wished is not sent again. A calendar that is not
    there yet is made.
    """
    place = _Place(calendar, calendar.caldav or "", (yield from sign_in(calendar)))
    there = yield from _there(place)
    if there is None:
        yield from _make(place)
        there = {}
    for uid, wish in wishes.items():
        yield from _write(place, wish, before.get(uid), there.get(uid))
    for uid, written in before.items():
        if uid not in wishes:
            kept = yield from _remove(place, written, there.get(uid))
            yield Partial(kept)


def _there(place: _Place) -> Exchange[dict[str, str | None] | None]:
    """The ETags of the calendar's objects by UID, as cmday names its own; None where there is no calendar."""
    response: Response = yield propfind(place.url, "D:getetag", "D:resourcetype", depth=1, secret=place.secret)
    if response.status == _MISSING:
        return None
    found = read(response, place.calendar).resources
    return {name_of(one.url).removesuffix(".ics"): one.text(f"{DAV}getetag") for one in found}


def _make(place: _Place) -> Exchange[None]:
    body = (
        "<C:mkcalendar><D:set><D:prop><D:displayname>cmday</D:displayname>"
        '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>'
        "</D:prop></D:set></C:mkcalendar>"
    )
    asked = request("MKCALENDAR", place.url, body, depth=0, secret=place.secret)
    response: Response = yield msgspec.structs.replace(asked, repeatable=False)
    if response.status != MULTISTATUS:
        expect_ok(response, place.calendar.name)


def _write(place: _Place, wish: Wish, before: WrittenEvent | None, etag: str | None) -> Exchange[None]:
    """Write one event unless it stands as wished, or somebody changed it since."""
    if before and etag is not None and before.etag is not None:
        if before.etag != etag:
            yield Partial(Kept(uid=wish.uid, became="conflict", event=before))
            return
        if before.digest == wish.digest:
            return
    yield Partial(Kept(uid=wish.uid, became="sending", event=WrittenEvent(uid=wish.uid, etag=None, digest=wish.digest)))
    url = member(place.url, f"{wish.uid}.ics")
    response: Response = yield Request(
        url=url,
        method="PUT",
        headers=(("Content-Type", "text/calendar; charset=utf-8"), *((("If-Match", etag),) if etag else _NEW)),
        secret_headers=place.secret,
        body=wish.body,
        repeatable=False,
    )
    if response.status == _CHANGED:
        yield Partial(Kept(uid=wish.uid, became="conflict", event=before))
        return
    expect_ok(response, place.calendar.name)
    given = response.header("etag") or (yield from _etag(place, url))
    yield Partial(
        Kept(uid=wish.uid, became="written", event=WrittenEvent(uid=wish.uid, etag=given, digest=wish.digest))
    )


def _remove(place: _Place, written: WrittenEvent, etag: str | None) -> Exchange[Kept]:
    """Take out an event that cmday wrote; what somebody changed stays."""
    if etag is None:
        return Kept(uid=written.uid, became="removed")
    if written.etag is not None and written.etag != etag:
        return Kept(uid=written.uid, became="conflict", event=written)
    response: Response = yield Request(
        url=member(place.url, f"{written.uid}.ics"),
        method="DELETE",
        headers=(("If-Match", etag),),
        secret_headers=place.secret,
        repeatable=False,
    )
    if response.status == _CHANGED:
        return Kept(uid=written.uid, became="conflict", event=written)
    if response.status not in (_MISSING, _GONE):
        expect_ok(response, place.calendar.name)
    return Kept(uid=written.uid, became="removed")


def _etag(place: _Place, url: str) -> Exchange[str | None]:
    """The ETag of an object that the server did not give when it was written (RFC 4791, 5.3.4)."""
    response: Response = yield propfind(url, "D:getetag", depth=0, secret=place.secret)
    found = read(response, place.calendar).resources
    if not found:
        raise ServerFailed(phrase("the calendar server does not show what was written"), None, place.calendar.name)
    return found[0].text(f"{DAV}getetag")
