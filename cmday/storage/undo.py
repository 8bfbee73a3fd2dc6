"""What was done on this machine, and how it was before, so that it can be undone.

One row an action. ``before`` holds for the id of each item that it hit what its slice needs to bring it back; what has
been undone is taken out of it, and a row in which nothing is left is undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

_KEEP: Final = timedelta(days=60)
_COLUMNS: Final = "number, at, verb, slice, said, before"


class Undoable(msgspec.Struct, frozen=True, kw_only=True):
    """One action that can be undone. ``slice`` knows how; ``said`` is what it hit, as a person reads it."""

    number: int
    at: datetime
    verb: str
    slice: str
    said: str
    before: dict[str, Any]


def note(db: Database, at: datetime, verb: str, slice: str, said: str, before: Mapping[str, Any]) -> int | None:  # noqa: A002, PLR0917
    """Note how items were before an action, in its own transaction; returns the row's number, None without items.

    ``before`` maps the id of each item to what ``restore`` of the slice is given back (anything that JSON can hold;
    None for what was not there). ``said`` is kept as it is: names and excerpts, no sentence.
    """
    if not before:
        return None
    with db.write() as tx:
        row = tx.execute(
            "INSERT INTO undo (at, verb, slice, said, before) VALUES (?, ?, ?, ?, ?) RETURNING number",
            (epoch(at), verb, slice, said, msgspec.json.encode(before).decode()),
        ).fetchone()
        tx.execute("DELETE FROM undo WHERE at < ?", (epoch(at - _KEEP),))
    return int(row[0])


def newest(db: Database, limit: int) -> list[Undoable]:
    """The newest actions that were not undone, newest first."""
    rows = db.connection.execute(
        f"SELECT {_COLUMNS} FROM undo WHERE undone IS NULL ORDER BY number DESC LIMIT ?",  # noqa: S608  our own words
        (limit,),
    )
    return [_undoable(db, row) for row in rows]


def newest_of(db: Database, item: str) -> Undoable | None:
    """The newest action not undone that hit this item, with this item alone in it."""
    row = db.connection.execute(
        f"SELECT {_COLUMNS} FROM undo WHERE undone IS NULL"  # noqa: S608  our own words
        " AND EXISTS (SELECT 1 FROM json_each(before) WHERE key = ?) ORDER BY number DESC LIMIT 1",
        (item,),
    ).fetchone()
    if row is None:
        return None
    found = _undoable(db, row)
    return msgspec.structs.replace(found, before={item: found.before[item]})


def undone(db: Database, done: Undoable, at: datetime) -> None:
    """Note that the items in it were brought back; the others of the same action still can be."""
    with db.write() as tx:
        row = tx.execute("SELECT before FROM undo WHERE number = ?", (done.number,)).fetchone()
        if row is None:
            return
        left = {item: was for item, was in msgspec.json.decode(row[0]).items() if item not in done.before}
        tx.execute(
            "UPDATE undo SET before = ?, undone = ? WHERE number = ?",
            (msgspec.json.encode(left).decode(), None if left else epoch(at), done.number),
        )


def _undoable(db: Database, row: tuple[Any, ...]) -> Undoable:
    number, at, verb, slice_, said, before = row
    return Undoable(
        number=number,
        at=from_epoch(at, db.zone),
        verb=verb,
        slice=slice_,
        said=said,
        before=msgspec.json.decode(before),
    )
