"""Calendars: iCalendar by URL, as a file, as a vdir folder (khal, vdirsyncer), or by CalDAV (``caldav``).

What comes back is the calendar's own text, or nothing where it has not changed; ``ical`` reads it.
"""

from __future__ import annotations

import os
from datetime import datetime
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import msgspec

from cmday.connectors.calendar_data import CalendarData
from cmday.connectors.http import basic, expect_ok
from cmday.connectors.protocol import Authorised, Call, Exchange, Request, Response
from cmday.core.events import Calendar
from cmday.core.feeds import Validators
from cmday.errors import CmdayError, Garbled, NotFound, RateLimited, ServerFailed, SignInNeeded
from cmday.i18n import Phrase, phrase

MOST_FILES: Final = 20_000
MOST_BYTES: Final = 64 * 1024 * 1024
_NOT_MODIFIED: Final = 304


def ask(calendar: Calendar, version: str | None, now: datetime) -> Exchange[CalendarData]:
    """The calendar's text if it is another than ``version`` (what the last answer gave)."""
    if calendar.caldav:
        from cmday.connectors import caldav

        return caldav.ask(calendar, version, now)
    if calendar.url:
        return _download(calendar, calendar.url, version)
    return _read_files(calendar, Path(calendar.path or "").expanduser(), version)


def _download(calendar: Calendar, url: str, version: str | None) -> Exchange[CalendarData]:
    known = msgspec.json.decode(version, type=Validators) if version and version.startswith("{") else Validators()
    headers = [("Accept", "text/calendar, */*;q=0.5")]
    if known.etag:
        headers.append(("If-None-Match", known.etag))
    if known.last_modified:
        headers.append(("If-Modified-Since", known.last_modified))
    secret: tuple[tuple[str, str], ...] = ()
    if calendar.secret:
        credentials = yield Authorised(calendar)
        secret = (basic(calendar.username or credentials.username or "", credentials.secret),)
    address = "https://" + url.split("://", 1)[1] if url.lower().startswith(("webcal://", "webcals://")) else url
    response: Response = yield Request(url=address, headers=tuple(headers), secret_headers=secret)
    if response.status == _NOT_MODIFIED:
        return CalendarData(calendar=calendar.name, parts=None, version=version)
    _insist_on_calendar(calendar, _accepted(calendar, response).body)
    validators = Validators(response.header("etag"), response.header("last-modified"))
    return CalendarData(
        calendar=calendar.name, parts=(response.body,), version=msgspec.json.encode(validators).decode()
    )


def _accepted(calendar: Calendar, response: Response) -> Response:
    """The response where it is good; its error comes with the hint that mends a calendar."""
    try:
        return expect_ok(response, calendar.name)
    except SignInNeeded as error:
        error.hint = phrase("check username and secret of [calendar.{name}]: cmday config edit", name=calendar.name)
        raise
    except RateLimited as error:
        error.hint = phrase("try again later: cmday schedule")
        raise
    except CmdayError as error:
        error.hint = _address_hint(calendar)
        raise


def _address_hint(calendar: Calendar) -> Phrase:
    return phrase("check the address of [calendar.{name}]: cmday config edit", name=calendar.name)


def _insist_on_calendar(calendar: Calendar, body: bytes) -> None:
    """A page instead of a calendar, or half of one, must not replace the good copy."""
    head, tail = body[:4096].upper(), body[-4096:].upper()
    if b"BEGIN:VCALENDAR" in head and b"END:VCALENDAR" in tail:
        return
    what = (
        phrase("the answer ends in the middle of the calendar")
        if b"BEGIN:VCALENDAR" in head
        else phrase("the answer is no calendar")
    )
    raise Garbled(what, _address_hint(calendar), calendar.name)


def _read_files(calendar: Calendar, path: Path, version: str | None) -> Exchange[CalendarData]:
    found: dict[str, Any] = yield Call(
        name="calendar files", key=calendar.name, function=lambda: read_files(path, version, calendar.name)
    )
    parts = found["parts"]
    return CalendarData(calendar=calendar.name, parts=None if parts is None else tuple(parts), version=found["version"])


def read_files(path: Path, version: str | None, name: str) -> dict[str, Any]:
    """The texts of a file, or of all .ics files below a folder; ``parts`` None where names, sizes and times agree.

    Hidden files are passed over: vdirsyncer writes beside and renames. Raises ``NotFound`` and ``ServerFailed``.
    """
    hint = phrase("correct the path of [calendar.{name}]: cmday config edit", name=name)
    try:
        files = _ics_files(path)
        present = sha256()
        for file, state in files:
            present.update(f"{file}\0{state.st_size}\0{state.st_mtime_ns}\n".encode(errors="surrogateescape"))
        if present.hexdigest() == version:
            return {"version": version, "parts": None}
        return {"version": present.hexdigest(), "parts": _contents([Path(file) for file, _state in files], name)}
    except FileNotFoundError:
        raise NotFound(phrase("{path} is not there", path=path), hint, name) from None
    except OSError as error:
        raise ServerFailed(
            phrase("{path} cannot be read: {reason}", path=path, reason=error.strerror or error), hint, name
        ) from error


def _ics_files(path: Path) -> list[tuple[str, os.stat_result]]:
    """The files with their states, by name; ``scandir`` as a vdir of 10,000 files is looked at on every run."""
    if not path.is_dir():
        return [(str(path), path.stat())]
    found: list[tuple[str, os.stat_result]] = []
    folders = [str(path)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.name.endswith(".ics"):
                    found.append((entry.path, entry.stat()))
    return sorted(found, key=itemgetter(0))


def _contents(files: list[Path], name: str) -> list[bytes]:
    bodies: list[bytes] = []
    total = 0
    for file in files:
        try:
            body = file.read_bytes()
        except FileNotFoundError:
            continue  # deleted by a synchronisation that runs at this moment; the next look sees another version
        total += len(body)
        if len(bodies) >= MOST_FILES or total > MOST_BYTES:
            raise Garbled(
                phrase("the folder holds more than cmday reads ({files} files)", files=len(files)),
                phrase("point [calendar.{name}] at one collection: cmday config edit", name=name),
                name,
            )
        bodies.append(body)
    return bodies
