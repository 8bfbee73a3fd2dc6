"""The ledger of paid sources: reserved before asking, settled after; what is unknown counts whole."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from cmday.core.time import epoch
from cmday.storage.database import Database


class Spent(msgspec.Struct, frozen=True):
    """What a source has cost on a day of UTC and in its month, reservations included; millionths of a dollar."""

    day: int = 0
    month: int = 0


def spent(db: Database, source: str, at: datetime) -> Spent:
    """What a source has cost until now."""
    day = at.astimezone(UTC).date().isoformat()
    row = db.connection.execute(
        "SELECT coalesce(sum(coalesce(cost, reserved)) FILTER (WHERE day = ?2), 0),"
        " coalesce(sum(coalesce(cost, reserved)), 0) FROM spend"
        " WHERE source = ?1 AND day BETWEEN ?3 || '-01' AND ?3 || '-31'",
        (source, day, day[:7]),
    ).fetchone()
    return Spent(*row)


def reserve(db: Database, source: str, amount: int, at: datetime, *, cap_day: int, cap_month: int) -> int | None:
    """Set an amount aside where both caps allow it, and return its number; None where they do not.

    Looked up and written in one transaction, so that two cmday at once cannot both take the last cent; on the disk
    before anybody is asked, so that not even a power cut forgets it.
    """
    with db.write(durable=True) as tx:
        before = spent(db, source, at)
        if before.day + amount > cap_day or before.month + amount > cap_month:
            return None
        (number,) = tx.execute(
            "INSERT INTO spend (source, at, day, reserved) VALUES (?, ?, ?, ?) RETURNING id",
            (source, epoch(at), at.astimezone(UTC).date().isoformat(), amount),
        ).fetchone()
    return int(number)


def settle(db: Database, number: int, amount: int) -> None:
    """Note what a reservation has cost indeed."""
    with db.write() as tx:
        tx.execute("UPDATE spend SET cost = ? WHERE id = ?", (amount, number))


def carry_over(db: Database, present: Database) -> None:
    """Bring what ``present`` has spent into ``db``, which is to take its place: going back passes no cap.

    A reservation that both know is one; it costs what the present one says.
    """
    rows = present.connection.execute("SELECT id, source, at, day, reserved, cost FROM spend").fetchall()
    with db.write() as tx:
        for number, *said, cost in rows:
            found = tx.execute(
                "UPDATE spend SET cost = ? WHERE id = ? AND source = ? AND at = ? AND day = ? AND reserved = ?",
                (cost, number, *said),
            )
            if not found.rowcount:
                tx.execute("INSERT INTO spend (source, at, day, reserved, cost) VALUES (?, ?, ?, ?, ?)", (*said, cost))


def cost_of(db: Database, numbers: list[int]) -> int:
    """What these reservations come to, those that were never settled counted whole."""
    marks = ",".join("?" * len(numbers))
    (total,) = db.connection.execute(
        f"SELECT coalesce(sum(coalesce(cost, reserved)), 0) FROM spend WHERE id IN ({marks})",  # noqa: S608  question marks
        numbers,
    ).fetchone()
    return int(total)
