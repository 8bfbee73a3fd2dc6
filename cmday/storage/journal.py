"""The journal: a trace of what was done with which item, and the CM's own lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

_MOST_ITEMS: Final = 500


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line: ``verb`` is done, open, snooze, note...; ``step`` and ``item`` say to what, where there is one."""

    id: int
    at: datetime
    verb: str
    step: str | None
    item: str | None
    text: str


def write(
    db: Database, at: datetime, verb: str, *, step: str | None = None, item: str | None = None, text: str = ""
) -> int:
    """Add a line and return its number; part of the transaction it is called in."""
    with db.write() as tx:
        row = tx.execute(
            "INSERT INTO journal (at, verb, step, item, text) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (epoch(at), verb, step, item, text),
        ).fetchone()
    return int(row[0])


def remove(db: Database, number: int) -> str | None:
    """Take a line out again and return its text; None where there is none."""
    with db.write() as tx:
        row = tx.execute("DELETE FROM journal WHERE id = ? RETURNING text", (number,)).fetchone()
    return None if row is None else str(row[0])


def notes_on(db: Database, items: Iterable[str]) -> list[JournalEntry]:
    """One's own notes on these items, oldest first."""
    wanted = list(dict.fromkeys(items))[:_MOST_ITEMS]
    marks = ",".join("?" * len(wanted))
    rows = db.connection.execute(
        f"SELECT id, at, verb, step, item, text FROM journal WHERE item IN ({marks}) AND verb = 'note' ORDER BY at, id",  # noqa: S608
        wanted,
    )
    return [
        JournalEntry(id=number, at=from_epoch(at, db.zone), verb=verb, step=step, item=item, text=text)
        for number, at, verb, step, item, text in rows
    ]


def entries(
    db: Database,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    verb: str | None = None,
    limit: int = 500,
) -> list[JournalEntry]:
    """The newest lines of a span, of one verb or of all, oldest first; ``until`` is not included."""
    rows = db.connection.execute(
        "SELECT id, at, verb, step, item, text FROM journal WHERE at >= ? AND at < ? AND verb = coalesce(?, verb)"
        " ORDER BY at DESC, id DESC LIMIT ?",
        (epoch(since) if since else 0, epoch(until) if until else 1 << 62, verb, limit),
    ).fetchall()
    return [
        JournalEntry(id=number, at=from_epoch(at, db.zone), verb=verb, step=step, item=item, text=text)
        for number, at, verb, step, item, text in reversed(rows)
    ]
