"""The best unread entries, in the little that choosing among them takes; found by index, whatever there is beside."""

# ruff: noqa: S608  only our own words are put into the SQL

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.time import epoch
from cmday.storage import feeds
from cmday.storage.database import Database
from cmday.storage.entry_keys import marks, portions

_COLUMNS: Final = "e.key, e.feed, e.whose, e.own, e.score, e.echo, e.shown_at, e.first_seen, e.url"
_READ_OR_KEPT: Final = "1, 2"
# What is hidden has a rank far below zero.
_SHOWN: Final = "e.state = 0 AND e.rank > 0"


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """An unread entry as far as choosing goes. ``points`` do not depend on time; instants are UTC seconds.

    ``whose`` are the communities it is for (empty means all), ``own`` those whose own name it mentions.
    """

    id: str
    feed_url: str
    url: str | None
    whose: tuple[str, ...]
    own: tuple[str, ...]
    points: float
    shown_at: int
    first_seen: int


def best(db: Database, limit: int) -> list[Ranked]:
    """The best of all feeds, best first."""
    return _read(db, f"SELECT {_COLUMNS} FROM entry e WHERE {_SHOWN} ORDER BY e.rank DESC LIMIT ?", (limit,))


def best_since(db: Database, since: datetime, limit: int) -> list[Ranked]:
    """The newest that are shown for a moment since then."""
    return _read(
        db,
        f"SELECT {_COLUMNS} FROM entry e INDEXED BY entry_newest WHERE e.shown_at >= ? AND {_SHOWN}"
        " ORDER BY e.shown_at DESC LIMIT ?",
        (epoch(since), limit),
    )


def best_of_feeds(db: Database, urls: Iterable[str], each: int) -> list[Ranked]:
    """The best of each of these feeds."""
    found: list[Ranked] = []
    for number in feeds.ids_of(db, urls).values():
        sql = f"SELECT {_COLUMNS} FROM entry e WHERE e.feed = ? AND {_SHOWN} ORDER BY e.rank DESC LIMIT ?"
        found += _read(db, sql, (number, each))
    return found


def settled(db: Database, ids: Iterable[str]) -> set[str]:
    """Those of these entries that were read, or kept for later."""
    found: set[str] = set()
    for some in portions([int(one, 16) for one in ids]):
        rows = db.connection.execute(
            f"SELECT key FROM entry WHERE key IN ({marks(some)}) AND state IN ({_READ_OR_KEPT})", some
        )
        found.update(f"{key:016x}" for (key,) in rows)
    return found


def own_mentions(db: Database, since: datetime, limit: int) -> list[Ranked]:
    """What mentions a community's own name since then, the newest first."""
    return _read(
        db,
        f"SELECT {_COLUMNS} FROM entry e WHERE e.own <> '' AND e.shown_at >= ? AND {_SHOWN}"
        " ORDER BY e.shown_at DESC LIMIT ?",
        (epoch(since), limit),
    )


def mentions_by_community(db: Database, since: datetime, limit: int) -> dict[str, list[int]]:
    """When each community's own name was mentioned since then, read or not: UTC seconds, the newest first."""
    rows = db.connection.execute(
        "SELECT own, shown_at FROM entry WHERE own <> '' AND shown_at >= ? ORDER BY shown_at DESC LIMIT ?",
        (epoch(since), limit),
    )
    found: dict[str, list[int]] = defaultdict(list)
    for own, at in rows:
        for name in own.split():
            found[name].append(at)
    return found


def _read(db: Database, sql: str, values: tuple[Any, ...]) -> list[Ranked]:
    rows = db.connection.execute(sql, values).fetchall()
    urls = dict(db.connection.execute("SELECT id, url FROM feed")) if rows else {}
    return [
        Ranked(
            id=f"{key:016x}",
            feed_url=urls[feed],
            url=url,
            whose=tuple(whose.split()),
            own=tuple(own.split()),
            points=score + echo,
            shown_at=shown_at,
            first_seen=first_seen,
        )
        for key, feed, whose, own, score, echo, shown_at, first_seen, url in rows
    ]
