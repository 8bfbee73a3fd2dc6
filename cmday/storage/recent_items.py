"""What was said lately, by somebody or by all, as the ledger has it; bounded."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cmday.core.items import Item
from cmday.core.time import epoch
from cmday.storage.database import Database
from cmday.storage.ledger import COLUMNS, read_item

_MOST: Final = 100


def said_before(db: Database, network: str, handle: str, since: datetime, until: datetime, *, but: str) -> list[str]:
    """The texts of somebody between two moments, the newest hundred, but for one item."""
    rows = db.connection.execute(
        "SELECT text FROM item WHERE network = ? AND author_handle = ? AND at BETWEEN ? AND ? AND id <> ?"
        " AND kind NOT IN ('like', 'share', 'follow', 'report') ORDER BY at DESC LIMIT ?",
        (network, handle, epoch(since), epoch(until), but, _MOST),
    )
    return [text for (text,) in rows]


def newest(db: Database, since: datetime | None, limit: int) -> list[Item]:
    """The newest items since a moment, whatever became of them, the newest first."""
    rows = db.connection.execute(
        f"SELECT {COLUMNS} FROM item WHERE at >= ? ORDER BY at DESC LIMIT ?",  # noqa: S608  a constant
        (epoch(since) if since else 0, limit),
    ).fetchall()
    return [read_item(db, row) for row in rows]
