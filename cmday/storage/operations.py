"""The CM's own operations."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from cmday.core.operations import EventLink, Operation
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

_NAMES: Final = (
    *("id", "title", "community", "duration", "wants", "due", "not_before", "placed", "priority", "state", "created"),
    *("began", "spent", "locked", "kind", "predecessors", "gap", "buffer", "hours", "presence", "every", "event"),
    "grouped",
)
_COLUMNS: Final = ", ".join(_NAMES)
_GIVEN_ONCE: Final = ("id", "created")
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def new_id(db: Database) -> str:
    """A short id that no operation has: ``op-`` and six letters, none of which is easily misread."""
    while True:
        found = "op-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
        if not db.connection.execute("SELECT 1 FROM operation WHERE id = ?", (found,)).fetchone():
            return found


def put(db: Database, operation: Operation, *, at: datetime | None = None) -> None:
    """Store an operation, new or changed; ``at`` is when it ended, where it is done or dropped."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in (*_NAMES, "ended") if name not in _GIVEN_ONCE)
    marks = ", ".join("?" * (len(_NAMES) + 1))
    with db.write() as tx:
        tx.execute(
            f"INSERT INTO operation ({_COLUMNS}, ended) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {changed}",  # noqa: S608  our own words
            (*_row(operation), _seconds(at)),
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


def ends_of(db: Database, ids: Iterable[str]) -> dict[str, datetime]:
    """When these operations were done, by id; those that are not done are missing."""
    wanted = list(dict.fromkeys(ids))
    marks = ",".join("?" * len(wanted))
    rows = db.connection.execute(
        f"SELECT id, ended FROM operation WHERE state = 'done' AND ended IS NOT NULL AND id IN ({marks})",  # noqa: S608  marks only
        wanted,
    )
    return {one: from_epoch(ended, db.zone) for one, ended in rows}


def done_of_kind(db: Database, kind: str, limit: int) -> list[Operation]:
    """The operations of a kind that were done last and whose time was taken, newest first."""
    return _read(db, "state = 'done' AND kind = ? AND spent > 0 ORDER BY ended DESC, id LIMIT ?", (kind, limit))


def of_group(db: Database, group: str) -> list[Operation]:
    """The operations of a series, by deadline."""
    return _read(db, "grouped = ? ORDER BY due IS NULL, due, id", (group,))


def by_ids(db: Database, ids: Iterable[str]) -> dict[str, Operation]:
    """The operations of these ids; unknown ones are missing."""
    wanted = list(dict.fromkeys(ids))
    marks = ",".join("?" * len(wanted))
    return {one.id: one for one in _read(db, f"id IN ({marks})", wanted)}


def _read(db: Database, where: str, values: Sequence[Any] = ()) -> list[Operation]:
    rows = db.connection.execute(f"SELECT {_COLUMNS} FROM operation WHERE {where}", values)  # noqa: S608  our own words
    return [_operation(db, row) for row in rows]


def _row(one: Operation) -> tuple[Any, ...]:
    """An operation's values in the order of ``_NAMES``."""
    return (
        *(one.id, one.title, one.community, _length(one.duration), one.wants),
        *(_seconds(one.due), _seconds(one.not_before), _seconds(one.start), one.priority, one.state),
        *(epoch(one.created), _seconds(one.began), _length(one.spent), one.locked, one.kind),
        *(msgspec.json.encode(one.after).decode(), _length(one.gap), _length(one.buffer), one.hours, one.presence),
        _length(one.every) if one.every else None,
        msgspec.json.encode(one.event).decode() if one.event else None,
        one.group,
    )


def _operation(db: Database, row: tuple[Any, ...]) -> Operation:
    known: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    for name in ("due", "not_before", "created", "began"):
        known[name] = _moment(db, known[name])
    for name in ("duration", "spent", "gap", "buffer", "every"):
        known[name] = None if known[name] is None else timedelta(seconds=known[name])
    event = msgspec.json.decode(known.pop("event"), type=EventLink) if known["event"] else known.pop("event")
    return Operation(
        start=_moment(db, known.pop("placed")),
        after=msgspec.json.decode(known.pop("predecessors"), type=tuple[str, ...]),
        event=event and msgspec.structs.replace(event, start=event.start.astimezone(db.zone)),
        group=known.pop("grouped"),
        locked=bool(known.pop("locked")),
        presence=bool(known.pop("presence")),
        **known,
    )


def _length(span: timedelta) -> int:
    return int(span.total_seconds())


def _moment(db: Database, seconds: int | None) -> datetime | None:
    return None if seconds is None else from_epoch(seconds, db.zone)


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else epoch(moment)
