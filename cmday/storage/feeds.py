"""What is known of each feed beyond feeds.toml: validators, next check, failures, where it moved."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.feeds import FeedState, FetchStatus, ParsedFeed, Validators
from cmday.core.time import epoch, from_epoch
from cmday.errors import CmdayError, NetworkError
from cmday.storage.database import Database
from cmday.text.addresses import host_of

_NAMES: Final = (
    *("url", "title", "site_url", "etag", "last_modified", "validators_at", "body_hash", "last_fetched", "next_check"),
    *("reason", "failures", "error_kind", "error_message", "http_status", "gone", "entries", "unread"),
    *("patience_until", "ttl_minutes", "in_body", "last_status", "last_new", "moved_to", "moved_days"),
)
_MOMENTS: Final = ("validators_at", "last_fetched", "next_check", "patience_until")
_COLUMNS: Final = ", ".join(_NAMES)


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """How a visit to a feed ended well. ``moved_to`` is where redirects for good led, None where there were none."""

    at: datetime
    status: FetchStatus
    http_status: int
    validators: Validators
    next_check: datetime
    reason: str
    moved_to: str | None = None


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


def record_visit(db: Database, url: str, visit: Visit) -> None:
    """Note a visit that went well; failures are forgotten."""
    now = epoch(visit.at)
    with db.write() as tx:
        number = id_of(tx, url)
        # Validators that come again unchanged keep the age they have: after eight days the feed is asked for whole.
        tx.execute(
            "UPDATE feed SET validators_at = CASE WHEN etag IS ?1 AND last_modified IS ?2 AND ?3 = 304"
            " THEN validators_at ELSE ?4 END, etag = ?1, last_modified = ?2, http_status = ?3, last_fetched = ?4,"
            " next_check = ?5, reason = ?6, last_status = ?7, last_new = 0, failures = 0, error_kind = NULL,"
            " error_message = NULL, patience_until = NULL, gone = 0 WHERE id = ?8",
            (
                visit.validators.etag,
                visit.validators.last_modified,
                visit.http_status,
                now,
                epoch(visit.next_check),
                visit.reason,
                visit.status,
                number,
            ),
        )
        _record_move(tx, number, visit)


def record_body(db: Database, url: str, feed: ParsedFeed | None, body_hash: str, *, new: int, items: int) -> None:
    """Note what a body of so many items says of its feed; within the transaction that stores its entries.

    ``feed`` is None where it says of itself what it said last time.
    """
    with db.write() as tx:
        tx.execute(
            "UPDATE feed SET body_hash = ?, in_body = ?, last_new = ?, last_status = ? WHERE url = ?",
            (body_hash, items, new, "new" if new else "unchanged", url),
        )
        if feed is not None:
            tx.execute(
                "UPDATE feed SET title = ?, site_url = ?, ttl_minutes = ? WHERE url = ?",
                (feed.title, feed.site_url, feed.ttl_minutes, url),
            )


def record_failure(
    db: Database, url: str, error: CmdayError, next_check: datetime, reason: str, *, gone: bool = False
) -> None:
    """Note a visit that failed; what was known of the feed stays, the last body included."""
    status = error.status if isinstance(error, NetworkError) else None
    asked = error.retry_after if isinstance(error, NetworkError) else None
    with db.write() as tx:
        number = id_of(tx, url)
        tx.execute(
            "UPDATE feed SET failures = failures + 1, error_kind = ?, error_message = ?, http_status = ?,"
            " last_status = ?, last_new = 0, next_check = ?, reason = ?, patience_until = ?, gone = ? WHERE id = ?",
            (
                error.kind,
                error.message.english,
                status,
                "gone" if gone else "failed",
                epoch(next_check),
                reason,
                epoch(next_check) if asked is not None or error.kind == "rate-limit" else None,
                gone,
                number,
            ),
        )
        if error.kind in ("gone", "server", "unreachable", "garbled", "untrusted"):
            # A new address that does not answer as a feed is none: the old one is asked again.
            tx.execute("UPDATE feed SET moved_to = NULL, moved_days = 0, moved_on = NULL WHERE id = ?", (number,))


def remove(db: Database, urls: Iterable[str]) -> None:
    """Forget feeds and their entries."""
    with db.write() as tx:
        tx.executemany("DELETE FROM feed WHERE url = ?", ((url,) for url in urls))


def parked_hosts(db: Database, now: datetime) -> set[str]:
    """The hosts that asked for patience at one of their feeds, and still do."""
    rows = db.connection.execute("SELECT DISTINCT host FROM feed WHERE patience_until > ?", (epoch(now),))
    return {host for (host,) in rows}


def _record_move(tx: sqlite3.Connection, number: int, visit: Visit) -> None:
    day = visit.at.date().isoformat()
    tx.execute(
        "UPDATE feed SET moved_days = CASE WHEN ?1 IS NULL THEN 0 WHEN moved_to IS NOT ?1 THEN 1"
        " WHEN moved_on = ?2 THEN moved_days ELSE moved_days + 1 END, moved_to = ?1, moved_on = ?2"
        " WHERE id = ?3 AND (?1 IS NOT NULL OR moved_to IS NOT NULL)",
        (visit.moved_to, day, number),
    )


def _state(db: Database, row: tuple[Any, ...]) -> FeedState:
    known: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    for name in _MOMENTS:
        if known[name] is not None:
            known[name] = from_epoch(known[name], db.zone)
    known["validators"] = Validators(known.pop("etag"), known.pop("last_modified"))
    known["gone"] = bool(known["gone"])
    return FeedState(**known)
