"""The CM's own operations."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from cmday.core.operations import Operation
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

_COLUMNS: Final = (
    "id, title, community, duration, wants, due, not_before, placed, priority, state, created, began, spent, locked"
)
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def new_id(db: Database) -> str:
    """A short id that no operation has: ``op-`` and six letters, none of which is easily misread."""
    while True:
        found = "op-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
        if not db.connection.execute("SELECT 1 FROM operation WHERE id = ?", (found,)).fetchone():
            return found


def put(db: Database, operation: Operation, *, at: datetime | None = None) -> None:
    """Store an operation, new or changed; ``at`` is when it ended, where it is done or dropped."""
    with db.write() as tx:
        tx.execute(
            f"INSERT INTO operation ({_COLUMNS}, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  our own words
            " ON CONFLICT (id) DO UPDATE SET title = excluded.title, community = excluded.community,"
            " duration = excluded.duration, wants = excluded.wants, due = excluded.due,"
            " not_before = excluded.not_before, placed = excluded.placed, priority = excluded.priority,"
            " state = excluded.state, began = excluded.began, spent = excluded.spent, locked = excluded.locked,"
            " ended = excluded.ended",
            (
                operation.id,
                operation.title,
                operation.community,
                int(operation.duration.total_seconds()),
                operation.wants,
                _seconds(operation.due),
                _seconds(operation.not_before),
                _seconds(operation.start),
                operation.priority,
                operation.state,
                epoch(operation.created),
                _seconds(operation.began),
                int(operation.spent.total_seconds()),
                operation.locked,
                _seconds(at),
            ),
        )


def remove(db: Database, operation: str) -> None:
    """Take an operation out as if it had never been added."""
    with db.write() as tx:
        tx.execute("DELETE FROM operation WHERE id = ?", (operation,))


def place(db: Database, starts: Mapping[str, datetime | None]) -> None:
    """Write where operations go, all at once."""
    with db.write() as tx:
        tx.executemany(
            "UPDATE operation SET placed = ? WHERE id = ? AND state IN ('open', 'paused')",
            [(_seconds(start), operation) for operation, start in starts.items()],
        )


def living(db: Database) -> list[Operation]:
    """All operations that are open, running or paused."""
    return _read(db, "state IN ('open', 'running', 'paused') ORDER BY placed IS NULL, placed, due IS NULL, due, id")


def ended_between(db: Database, start: datetime, end: datetime) -> list[Operation]:
    """The operations done or dropped in a span."""
    return _read(db, "ended >= ? AND ended < ? ORDER BY ended, id", (epoch(start), epoch(end)))


def by_ids(db: Database, ids: Iterable[str]) -> dict[str, Operation]:
    """The operations of these ids; unknown ones are missing."""
    wanted = list(dict.fromkeys(ids))
    marks = ",".join("?" * len(wanted))
    return {one.id: one for one in _read(db, f"id IN ({marks})", wanted)}


def _read(db: Database, where: str, values: Sequence[Any] = ()) -> list[Operation]:
    rows = db.connection.execute(f"SELECT {_COLUMNS} FROM operation WHERE {where}", values)  # noqa: S608  our own words
    return [_operation(db, row) for row in rows]


def _operation(db: Database, row: tuple[Any, ...]) -> Operation:
    number, title, community, duration, wants, due, not_before, placed, priority, state, created, *rest = row
    began, spent, locked = rest
    return Operation(
        id=number,
        title=title,
        community=community,
        duration=timedelta(seconds=duration),
        wants=wants,
        due=_moment(db, due),
        not_before=_moment(db, not_before),
        start=_moment(db, placed),
        priority=priority,
        state=state,
        created=from_epoch(created, db.zone),
        began=_moment(db, began),
        spent=timedelta(seconds=spent),
        locked=bool(locked),
    )


def _moment(db: Database, seconds: int | None) -> datetime | None:
    return None if seconds is None else from_epoch(seconds, db.zone)


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else epoch(moment)
