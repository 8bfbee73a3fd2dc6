"""Freezes: what of the outbox is held back together, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from cmday.core.crises import Freeze
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

_COLUMNS: Final = "number, crisis, why, began, ended"


def begin(db: Database, why: str, at: datetime, *, crisis: int | None = None) -> int:
    """Begin a freeze; returns its number."""
    with db.write() as tx:
        row = tx.execute(
            "INSERT INTO freeze (crisis, why, began) VALUES (?, ?, ?) RETURNING number", (crisis, why, epoch(at))
        ).fetchone()
    return int(row[0])


def add(db: Database, freeze: int, items: Iterable[str]) -> None:
    """Note that a freeze holds these."""
    with db.write() as tx:
        tx.executemany("INSERT OR IGNORE INTO frozen VALUES (?, ?)", [(freeze, one) for one in items])


def living(db: Database, *, crisis: int | None = None) -> list[Freeze]:
    """The freezes that are not over: those of a crisis, or with None those by hand, the oldest first."""
    rows = db.connection.execute(
        f"SELECT {_COLUMNS} FROM freeze WHERE ended IS NULL AND crisis IS ? ORDER BY number",  # noqa: S608
        (crisis,),
    )
    return [_freeze(db, row) for row in rows]


def of_crisis(db: Database, crisis: int) -> list[str]:
    """The ids of all that a crisis ever held back, in the order in which it did."""
    rows = db.connection.execute(
        "SELECT z.outbox FROM freeze f JOIN frozen z ON z.freeze = f.number WHERE f.crisis = ?"
        " ORDER BY f.number, z.outbox",
        (crisis,),
    )
    return [one for (one,) in rows]


def held(db: Database, freezes: Sequence[int]) -> list[str]:
    """The ids of what these freezes hold."""
    marks = ",".join("?" * len(freezes))
    rows = db.connection.execute(
        f"SELECT DISTINCT outbox FROM frozen WHERE freeze IN ({marks}) ORDER BY outbox",  # noqa: S608  marks only
        tuple(freezes),
    )
    return [one for (one,) in rows]


def held_otherwise(db: Database, but: Sequence[int]) -> frozenset[str]:
    """The ids of what other freezes that are not over hold as well: to release one is not to release them."""
    marks = ",".join("?" * len(but))
    rows = db.connection.execute(
        "SELECT z.outbox FROM freeze f JOIN frozen z ON z.freeze = f.number"  # noqa: S608  marks only
        f" WHERE f.ended IS NULL AND f.number NOT IN ({marks})",
        tuple(but),
    )
    return frozenset(one for (one,) in rows)


def end(db: Database, freezes: Iterable[int], at: datetime) -> None:
    """These freezes are over."""
    with db.write() as tx:
        tx.executemany(
            "UPDATE freeze SET ended = ? WHERE number = ? AND ended IS NULL", [(epoch(at), one) for one in freezes]
        )


def _freeze(db: Database, row: Sequence[Any]) -> Freeze:
    number, crisis, why, began, ended = row
    return Freeze(
        number=number,
        crisis=crisis,
        why=why,
        began=from_epoch(began, db.zone),
        ended=None if ended is None else from_epoch(ended, db.zone),
    )
