"""How many follow an account, or are members of it, once a day."""

from __future__ import annotations

from datetime import date, datetime

from cmday.storage.database import Database


def store(db: Database, account: str, followers: int | None, at: datetime) -> None:
    """Keep a count of followers for the day; a later one of the same day takes its place. None keeps nothing."""
    if followers is None:
        return
    with db.write() as tx:
        tx.execute(
            "INSERT OR REPLACE INTO audience VALUES (?, ?, ?)",
            (account, at.astimezone(db.zone).date().isoformat(), min(max(followers, 0), 1 << 62)),
        )


def counts(db: Database, account: str, *, limit: int = 400) -> list[tuple[date, int]]:
    """The counts of an account by day, the newest ``limit``, oldest first."""
    rows = db.connection.execute(
        "SELECT day, followers FROM audience WHERE account = ? ORDER BY day DESC LIMIT ?", (account, limit)
    ).fetchall()
    return [(date.fromisoformat(day), followers) for day, followers in reversed(rows)]
