"""What is known of each feed beyond feeds.toml: validators, next check, failures, where it moved."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.feeds import MOVED_AFTER_DAYS, FeedState, ParsedFeed, Validators
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database
from cmday.text.addresses import host_of

# How many visits to one feed are remembered (``storage/visits.py``): more than a week of them.
REMEMBERED: Final = 32
_LAST_VISIT: Final = f"(SELECT id, (visits - 1) % {REMEMBERED} FROM feed WHERE url = ?2)"  # noqa: S608  a number of ours
_NAMES: Final = (
    *("url", "title", "site_url", "etag", "last_modified", "validators_at", "body_hash", "last_fetched", "next_check"),
    *("reason", "failures", "error_kind", "error_message", "http_status", "gone", "entries", "unread"),
    *("patience_until", "ttl_minutes", "in_body", "last_status", "last_new", "moved_to", "moved_days"),
    *("rhythm", "failing_since"),
)
_MOMENTS: Final = ("validators_at", "last_fetched", "next_check", "patience_until", "failing_since")
_COLUMNS: Final = ", ".join(_NAMES)


def all_states(db: Database) -> dict[str, FeedState]:
    """What is known of every feed, by address."""
    return {row[0]: _state(db, row) for row in db.connection.execute(f"SELECT {_COLUMNS} FROM feed")}  # noqa: S608


def state_of(db: Database, url: str) -> FeedState | None:
    """What is known of one feed."""
    row = db.connection.execute(f"SELECT {_COLUMNS} FROM feed WHERE url = ?", (url,)).fetchone()  # noqa: S608
    return _state(db, row) if row else None


def id_of(tx: sqlite3.Connection, url: str) -> int:
    """The feed's number in the database, given when first asked for."""
    row = tx.execute("SELECT id FROM feed WHERE url = ?", (url,)).fetchone()
    if row is None:
        row = tx.execute("INSERT INTO feed (url, host) VALUES (?, ?) RETURNING id", (url, host_of(url))).fetchone()
    return int(row[0])


def ids_of(db: Database, urls: Iterable[str]) -> dict[str, int]:
    """The numbers of those of these feeds that are known."""
    wanted = set(urls)
    return {url: number for number, url in db.connection.execute("SELECT id, url FROM feed") if url in wanted}


def record_body(db: Database, url: str, feed: ParsedFeed | None, body_hash: str, *, new: int, items: int) -> None:
    """Note what a body of so many items says of its feed; within the transaction that stores its entries.

    ``feed`` is None where it says of itself what it said last time.
    """
    with db.write() as tx:
        tx.execute(
            "UPDATE feed SET body_hash = ?, in_body = ?, last_new = ?, last_status = ? WHERE url = ?",
            (body_hash, items, new, "new" if new else "unchanged", url),
        )
        tx.execute(
            f"UPDATE visit SET new = ?1, status = iif(?1 > 0, 'new', status) WHERE (feed, slot) = {_LAST_VISIT}",  # noqa: S608
            (new, url),
        )
        if feed is not None:
            tx.execute(
                "UPDATE feed SET title = ?, site_url = ?, ttl_minutes = ? WHERE url = ?",
                (feed.title, feed.site_url, feed.ttl_minutes, url),
            )


def rename(db: Database, url: str, new: str) -> bool:
    """Know a feed by another address, with all that is stored of it; False where that is known as a feed already."""
    with db.write() as tx:
        if tx.execute("SELECT 1 FROM feed WHERE url = ?", (new,)).fetchone():
            return False
        tx.execute(
            "UPDATE feed SET url = ?, host = ?, moved_to = NULL, moved_days = 0, moved_on = NULL WHERE url = ?",
            (new, host_of(new), url),
        )
    return True


def remove(db: Database, urls: Iterable[str]) -> None:
    """Forget feeds and their entries."""
    with db.write() as tx:
        tx.executemany("DELETE FROM feed WHERE url = ?", ((url,) for url in urls))


def parked_hosts(db: Database, now: datetime) -> dict[str, datetime]:
    """The hosts that asked for patience at one of their feeds and still do, each with the end of it."""
    rows = db.connection.execute(
        "SELECT iif(moved_to IS NOT NULL AND moved_days >= ?, moved_to, url), patience_until FROM feed"
        " WHERE patience_until > ? ORDER BY patience_until",
        (MOVED_AFTER_DAYS, epoch(now)),
    )
    return {host_of(url): from_epoch(until, db.zone) for url, until in rows}


class Pace(msgspec.Struct, frozen=True):
    """How a feed speaks: its ``newest`` entry, how many are ``recent``, and how many of those were taken up."""

    newest: datetime | None
    recent: int
    taken_up: int


def paces(db: Database, since: datetime) -> dict[str, Pace]:
    """The pace of every feed, by address; entries shown for a moment after ``since`` are recent."""
    rows = db.connection.execute(
        "SELECT url, (SELECT max(shown_at) FROM entry WHERE feed = feed.id),"
        " (SELECT count(*) FROM entry WHERE feed = feed.id AND shown_at > ?1),"
        " (SELECT count(*) FROM entry WHERE feed = feed.id AND shown_at > ?1 AND state > 0) FROM feed"
        " WHERE last_fetched IS NOT NULL",
        (epoch(since),),
    )
    return {
        url: Pace(from_epoch(newest, db.zone) if newest is not None else None, recent, taken_up)
        for url, newest, recent, taken_up in rows
    }


def version(db: Database) -> int:
    """A number that is another one once another process has written."""
    return int(db.connection.execute("PRAGMA data_version").fetchone()[0])


def _state(db: Database, row: tuple[Any, ...]) -> FeedState:
    known: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    for name in _MOMENTS:
        if known[name] is not None:
            known[name] = from_epoch(known[name], db.zone)
    known["validators"] = Validators(known.pop("etag"), known.pop("last_modified"))
    known["gone"] = bool(known["gone"])
    return FeedState(**known)
