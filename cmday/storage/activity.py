"""Traces of activity for the quiet hours: when somebody was active in which community, without saying who.

Item and author are kept as keyed hashes (HMAC-SHA256, RFC 2104) under the home's own key, so that people can be counted
but not named; the rows stay when an item is purged.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterable
from typing import Final

from cmday.core.items import Notification
from cmday.core.time import epoch
from cmday.storage import keep
from cmday.storage.database import Database

_KEY: Final = "key.activity"
_BYTES: Final = 12

Trace = tuple[bytes, int, bytes, str]


def traces(db: Database, notifications: Iterable[Notification]) -> list[Trace]:
    """The rows that these notifications leave; made before the transaction that stores them."""
    key = hmac.new(keep.secret(db, _KEY), digestmod=hashlib.sha256)
    return [
        (
            _hash(key, f"item\0{one.id}"),
            epoch(one.at),
            _hash(key, f"author\0{one.network}\0{one.author_handle or one.author}"),
            one.community or "",
        )
        for one in notifications
    ]


def store(tx: sqlite3.Connection, rows: Iterable[Trace]) -> None:
    """Store traces, each item once."""
    tx.executemany("INSERT INTO activity VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)


def make_anonymous(db: Database, network: str, handle: str, stranger: bytes) -> None:
    """Give somebody's traces to ``stranger``, so that not even the home's key tells whose they were."""
    key = hmac.new(keep.secret(db, _KEY), digestmod=hashlib.sha256)
    with db.write() as tx:
        tx.execute(
            "UPDATE activity SET author = ? WHERE author = ?", (stranger, _hash(key, f"author\0{network}\0{handle}"))
        )


def _hash(key: hmac.HMAC, text: str) -> bytes:
    own = key.copy()
    own.update(text.encode("utf-8", "surrogatepass"))
    return own.digest()[:_BYTES]
