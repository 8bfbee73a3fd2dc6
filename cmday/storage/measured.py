"""The week that was measured last for a community, kept with a word on what it was made of."""

from __future__ import annotations

import msgspec

from cmday.hours.quiet.measuring import MeasuredWeek
from cmday.storage.database import Database


def get(db: Database, community: str, made_of: str) -> MeasuredWeek | None:
    """The kept week, if it was made of the same."""
    row = db.connection.execute(
        "SELECT week FROM measured_week WHERE community = ? AND made_of = ?", (community, made_of)
    ).fetchone()
    return msgspec.json.decode(row[0], type=MeasuredWeek) if row else None


def put(db: Database, community: str, made_of: str, week: MeasuredWeek) -> None:
    """Keep a week in place of the one before."""
    with db.write() as tx:
        tx.execute(
            "INSERT OR REPLACE INTO measured_week VALUES (?, ?, ?)",
            (community, made_of, msgspec.json.encode(week).decode()),
        )
