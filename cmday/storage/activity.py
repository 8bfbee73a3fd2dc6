"""Traces of activity for the quiet hours: when somebody was active in which community, without saying who.

Item and author are kept as keyed hashes (HMAC-SHA256, RFC 2104) under the home's own key, so that people can be counted
but not named; the rows stay when an item is purged.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from cmday.core.items import Notification
from cmday.core.time import epoch
from cmday.storage import keep
from cmday.storage.database import Database

if TYPE_CHECKING:
    from cmday.hours.quiet.weeks import Offset

KEY: Final = "key.activity"
_BYTES: Final = 12

Trace = tuple[bytes, int, bytes, str]


def traces(db: Database, notifications: Iterable[Notification]) -> list[Trace]:
    """The rows that these notifications leave; made before the transaction that stores them."""
    key = hmac.new(keep.secret(db, KEY), digestmod=hashlib.sha256)
    return [
        (
            hashed(key, f"item\0{one.id}"),
            epoch(one.at),
            hashed(key, f"author\0{one.network}\0{one.author_handle or one.author}"),
            one.community or "",
        )
        for one in notifications
    ]


def store(tx: sqlite3.Connection, rows: Iterable[Trace]) -> None:
    """Store traces, each item once."""
    tx.executemany("INSERT INTO activity VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)


def make_anonymous(db: Database, network: str, handle: str, stranger: bytes) -> None:
    """Give somebody's traces to ``stranger``, so that not even the home's key tells whose they were."""
    key = hmac.new(keep.secret(db, KEY), digestmod=hashlib.sha256)
    with db.write() as tx:
        tx.execute(
            "UPDATE activity SET author = ? WHERE author = ?", (stranger, hashed(key, f"author\0{network}\0{handle}"))
        )


def hashed(key: hmac.HMAC, text: str) -> bytes:
    """A text as the bytes that stand for it under a key."""
    own = key.copy()
    own.update(text.encode("utf-8", "surrogatepass"))
    return own.digest()[:_BYTES]


def people_by_hour(db: Database, community: str, clock: Sequence[Offset]) -> list[tuple[int, float]]:
    """How many distinct people were active in each local hour (hours since 1970 on the local clock), in any order.

    Sweeps and imported lists of events are counted together; imported counts are added, and of two exports of one kind
    the higher. A person seen by a sweep and named in a file counts twice: hashes under different names cannot be told.
    """
    found: list[tuple[int, float]] = []
    for stretch in clock:
        span = {"community": community, "start": stretch.start, "end": stretch.end, "offset": stretch.seconds}
        found += db.connection.execute(
            "SELECT (at + :offset) / 3600, count(DISTINCT author) FROM ("
            " SELECT at, author FROM activity WHERE community = :community AND at >= :start AND at < :end"
            " UNION ALL SELECT imported_event.at, author FROM imported_event JOIN imported ON number = import"
            " WHERE community = :community AND imported_event.at >= :start AND imported_event.at < :end"
            ") GROUP BY 1",
            span,
        )
        found += db.connection.execute(
            "SELECT hour, sum(people) FROM ("
            " SELECT (imported_hour.at + :offset) / 3600 AS hour, max(people) AS people"
            " FROM imported_hour JOIN imported ON number = import"
            " WHERE community = :community AND imported_hour.at >= :start AND imported_hour.at < :end"
            " GROUP BY hour, source) GROUP BY hour",
            span,
        )
    return found
