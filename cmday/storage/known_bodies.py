"""What is remembered of each feed's last body, to read only what is new in the next."""

from __future__ import annotations

import sqlite3

import msgspec

from cmday.core.feeds import KnownBody
from cmday.storage import feeds
from cmday.storage.database import Database


def recall(db: Database, url: str) -> KnownBody | None:
    """What is remembered of a feed's last body; None where everything in the next one is to be read."""
    row = db.connection.execute(
        "SELECT known FROM feed_body WHERE feed = (SELECT id FROM feed WHERE url = ?)", (url,)
    ).fetchone()
    if row is None:
        return None
    try:
        return msgspec.msgpack.decode(row[0], type=KnownBody)
    except msgspec.MsgspecError:
        return None  # written by another cmday: reading everything once more is all it costs


def remember(tx: sqlite3.Connection, url: str, known: KnownBody | None) -> None:
    """Remember a body that was read, within the transaction that stores its entries; None forgets."""
    number = feeds.id_of(tx, url)
    if known is None:
        tx.execute("DELETE FROM feed_body WHERE feed = ?", (number,))
        return
    tx.execute("INSERT OR REPLACE INTO feed_body VALUES (?, ?)", (number, msgspec.msgpack.encode(known)))
