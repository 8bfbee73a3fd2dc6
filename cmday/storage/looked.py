"""Which stretches of time the sweeps of an account cover, so that an hour nobody looked at does not pass for quiet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from cmday.storage.database import Database


def note(tx: sqlite3.Connection, account: str, *, since: int | None, until: int) -> None:
    """Note in a transaction that an account was looked at from one instant to another (UTC seconds).

    It goes on with the stretch that reaches ``since``; without that the oldest known item of the account begins it.
    """
    if since is None:
        (since,) = tx.execute("SELECT min(at) FROM item WHERE account = ?", (account,)).fetchone()
    if since is None or since >= until:
        since = until - 1
    row = tx.execute(
        "SELECT start, end FROM looked WHERE account = ? AND start <= ? ORDER BY start DESC LIMIT 1", (account, since)
    ).fetchone()
    if row and row[1] >= since:
        tx.execute("UPDATE looked SET end = max(end, ?) WHERE account = ? AND start = ?", (until, account, row[0]))
    else:
        tx.execute("INSERT INTO looked VALUES (?, ?, ?)", (account, since, until))


def stretches(db: Database, accounts: Sequence[str], communities: Iterable[str] = ()) -> list[tuple[int, int]]:
    """The stretches that any of these accounts, or an import for these communities, covers; merged, in order."""
    named, own = list(accounts), list(communities)
    rows = db.connection.execute(
        f"SELECT start, end FROM looked WHERE account IN ({_marks(named)})"  # noqa: S608  marks only
        f" UNION ALL SELECT start, end FROM imported WHERE community IN ({_marks(own)}) ORDER BY 1",
        (*named, *own),
    )
    whole: list[tuple[int, int]] = []
    for start, end in rows:
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
