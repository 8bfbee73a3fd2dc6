"""What cmday wrote into a calendar of its own."""

from __future__ import annotations

from cmday.core.events import WrittenEvent
from cmday.storage.database import Database


def written(db: Database, calendar: str) -> dict[str, WrittenEvent]:
    """What was written into a calendar, by UID."""
    rows = db.connection.execute("SELECT uid, etag, digest FROM owned_event WHERE calendar = ?", (calendar,))
    return {uid: WrittenEvent(uid=uid, etag=etag, digest=digest) for uid, etag, digest in rows}


def note(db: Database, calendar: str, event: WrittenEvent) -> None:
    """Note that an event was written."""
    with db.write() as tx:
        tx.execute(
            "INSERT INTO owned_event VALUES (?, ?, ?, ?)"
            " ON CONFLICT (calendar, uid) DO UPDATE SET etag = excluded.etag, digest = excluded.digest",
            (calendar, event.uid, event.etag, event.digest),
        )


def forget(db: Database, calendar: str, uid: str) -> None:
    """Note that an event was taken out."""
    with db.write() as tx:
        tx.execute("DELETE FROM owned_event WHERE calendar = ? AND uid = ?", (calendar, uid))
