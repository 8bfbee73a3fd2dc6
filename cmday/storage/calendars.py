"""Calendars as they were last read, and their occurrences in the days around now."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from cmday.core.events import Calendar, Event, UnreadableEvent
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

_QUICK: Final = 1


class CalendarState(msgspec.Struct, frozen=True, kw_only=True):
    """What the database knows of a calendar; ``fetched`` is when its copy was last found current."""

    name: str
    source: str
    version: str | None = None
    digest: str | None = None
    fetched: datetime | None = None
    attempted: datetime | None = None
    error_kind: str | None = None
    error_message: str | None = None
    expanded: str | None = None


def state_of(db: Database, name: str, source: str) -> CalendarState:
    """The state of a calendar; a copy that came from another address or folder is none."""
    row = db.connection.execute(
        "SELECT version, digest, fetched, attempted, error_kind, error_message, expanded FROM calendar"
        " WHERE name = ? AND source = ?",
        (name, source),
    ).fetchone()
    if row is None:
        return CalendarState(name=name, source=source)
    version, digest, fetched, attempted, kind, message, expanded = row
    return CalendarState(
        name=name,
        source=source,
        version=version,
        digest=digest,
        fetched=from_epoch(fetched, db.zone) if fetched is not None else None,
        attempted=from_epoch(attempted, db.zone) if attempted is not None else None,
        error_kind=kind,
        error_message=message,
        expanded=expanded,
    )


def store_answer(
    db: Database, name: str, source: str, *, parts: Sequence[bytes] | None, version: str | None, at: datetime
) -> None:
    """Store the calendar's text, or with None that it has not changed."""
    body = digest = None
    if parts is not None:
        packed = msgspec.msgpack.encode(list(parts))
        body, digest = zlib.compress(packed, _QUICK), sha256(packed).hexdigest()
    with db.write() as tx:
        _begin(db, name, source)
        if parts is not None:
            tx.execute("UPDATE calendar SET body = ?, digest = ? WHERE name = ?", (body, digest, name))
        tx.execute(
            "UPDATE calendar SET version = ?, fetched = ?, attempted = ?, error_kind = NULL, error_message = NULL"
            " WHERE name = ?",
            (version, epoch(at), epoch(at), name),
        )


def store_failure(db: Database, name: str, source: str, *, kind: str, message: str, at: datetime) -> None:
    """Store that a calendar could not be read; its copy stays."""
    with db.write() as tx:
        _begin(db, name, source)
        tx.execute(
            "UPDATE calendar SET attempted = ?, error_kind = ?, error_message = ? WHERE name = ?",
            (epoch(at), kind, message, name),
        )


def _begin(db: Database, name: str, source: str) -> None:
    """Have a row for this calendar; one of another source goes, with all that hangs on it."""
    db.connection.execute("DELETE FROM calendar WHERE name = ? AND source <> ?", (name, source))
    db.connection.execute("INSERT INTO calendar (name, source) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, source))


def parts_of(db: Database, name: str) -> tuple[bytes, ...]:
    """The stored text of a calendar; empty where there is none."""
    row = db.connection.execute("SELECT body FROM calendar WHERE name = ? AND body IS NOT NULL", (name,)).fetchone()
    return tuple(msgspec.msgpack.decode(zlib.decompress(row[0]), type=list[bytes])) if row else ()


def store_occurrences(
    db: Database, name: str, expanded: str, events: Iterable[Event], unreadable: Iterable[UnreadableEvent]
) -> None:
    """Replace what a calendar holds around now; ``expanded`` says for which contents, days and zone."""
    with db.write() as tx:
        tx.execute("DELETE FROM occurrence WHERE calendar = ?", (name,))
        tx.execute("DELETE FROM unreadable_event WHERE calendar = ?", (name,))
        tx.executemany(
            "INSERT OR REPLACE INTO occurrence VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (name, one.uid, epoch(one.start), epoch(one.end), one.title, one.location, one.all_day, one.busy)
                for one in events
            ),
        )
        tx.executemany(
            "INSERT INTO unreadable_event VALUES (?, ?, ?, ?)",
            ((name, number, one.uid, one.reason) for number, one in enumerate(unreadable)),
        )
        tx.execute("UPDATE calendar SET expanded = ? WHERE name = ?", (expanded, name))


def occurrences(db: Database, calendar: Calendar, start: datetime, end: datetime) -> list[Event]:
    """The stored occurrences of a calendar that touch a span, in order of start."""
    rows = db.connection.execute(
        'SELECT uid, start, "end", title, location, all_day, busy FROM occurrence'
        ' WHERE calendar = ? AND start < ? AND ("end" > ? OR start >= ?) ORDER BY start, "end", uid',
        (calendar.name, epoch(end), epoch(start), epoch(start)),
    )
    return [
        Event(
            uid=uid,
            title=title,
            start=from_epoch(begin, db.zone),
            end=from_epoch(over, db.zone),
            all_day=bool(all_day),
            calendar=calendar.name,
            community=calendar.community,
            location=location,
            busy=bool(busy) and calendar.busy,
        )
        for uid, begin, over, title, location, all_day, busy in rows
    ]


def unreadable(db: Database, name: str) -> list[UnreadableEvent]:
    """The events of a calendar that could not be read."""
    rows = db.connection.execute("SELECT uid, reason FROM unreadable_event WHERE calendar = ? ORDER BY number", (name,))
    return [UnreadableEvent(name, uid, reason) for uid, reason in rows]
