"""Activity that files told of: imports, each whole or not at all, each of which can be taken out again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from cmday.core.time import epoch
from cmday.storage import activity, keep
from cmday.storage.database import Database


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """One import; ``start`` and ``end`` (UTC seconds) are the time that it covers."""

    number: int
    community: str
    file: str
    source: str
    start: int
    end: int


def put_events(db: Database, what: Imported, digest: bytes, events: Iterable[tuple[int, str]], at: datetime) -> int:
    """Store pairs of UTC seconds and a person's name, which is kept as a keyed hash; returns the import's number."""
    key = hmac.new(keep.secret(db, activity.KEY), digestmod=hashlib.sha256)
    known: dict[str, bytes] = {}
    rows = []
    for moment, actor in events:
        if actor not in known:
            known[actor] = activity.hashed(key, f"author\0import\0{actor}")
        rows.append((moment, known[actor]))
    with db.write() as tx:
        number = _put(db, what, digest, at)
        tx.executemany(
            "INSERT INTO imported_event VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [(number, *row) for row in rows]
        )
    return number


def put_hours(db: Database, what: Imported, digest: bytes, hours: Iterable[tuple[int, float]], at: datetime) -> int:
    """Store pairs of the UTC seconds an hour begins at and how many people were there; returns the import's number."""
    with db.write() as tx:
        number = _put(db, what, digest, at)
        tx.executemany("INSERT INTO imported_hour VALUES (?, ?, ?)", [(number, *row) for row in hours])
    return number


def _put(db: Database, what: Imported, digest: bytes, at: datetime) -> int:
    row = db.connection.execute(
        "INSERT INTO imported (community, file, source, digest, start, end, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " RETURNING number",
        (what.community, what.file, what.source, digest, what.start, what.end, epoch(at)),
    ).fetchone()
    return int(row[0])


def known(db: Database, community: str, digest: bytes) -> bool:
    """Whether a file of this content was imported for this community."""
    found = db.connection.execute("SELECT 1 FROM imported WHERE community = ? AND digest = ?", (community, digest))
    return found.fetchone() is not None


def all_of(db: Database, community: str) -> list[Imported]:
    """The imports for a community, oldest first."""
    rows = db.connection.execute(
        "SELECT number, community, file, source, start, end FROM imported WHERE community = ? ORDER BY number",
        (community,),
    )
    return [
        Imported(number=number, community=short, file=file, source=source, start=start, end=end)
        for number, short, file, source, start, end in rows
    ]


def remove(db: Database, numbers: Sequence[int]) -> list[str]:
    """Take imports out with all they brought; returns the names of their files."""
    names = []
    with db.write() as tx:
        for number in numbers:
            names += [row[0] for row in tx.execute("DELETE FROM imported WHERE number = ? RETURNING file", (number,))]
    return names
