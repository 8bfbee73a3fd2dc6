"""What came of each visit to a feed: its present state, and a short history that never grows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.feeds import Validators, Visit
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database
from cmday.storage.feeds import REMEMBERED, id_of

_ANSWERED: Final = """
UPDATE feed SET
    -- Validators that a 304 repeats keep the age they have: after eight days the feed is asked for whole.
    validators_at = CASE WHEN etag IS ?2 AND last_modified IS ?3 AND ?4 = 304 THEN validators_at ELSE ?5 END,
    etag = ?2, last_modified = ?3, http_status = ?4, last_fetched = ?5, next_check = ?6, reason = ?7, last_status = ?8,
    rhythm = coalesce(?9, rhythm), last_new = 0, failures = 0, failing_since = NULL, error_kind = NULL,
    error_message = NULL, patience_until = NULL, gone = 0, visits = visits + 1,
    moved_days = CASE WHEN ?10 IS NULL THEN 0 WHEN moved_to IS NOT ?10 THEN 1 WHEN moved_on = ?11 THEN moved_days
        ELSE moved_days + 1 END,
    moved_on = iif(?10 IS NULL, NULL, ?11), moved_to = ?10
WHERE id = ?1
"""
_FAILED: Final = """
UPDATE feed SET
    failures = failures + 1, failing_since = coalesce(failing_since, ?2), http_status = ?3, last_status = ?4,
    last_new = 0, next_check = ?5, reason = ?6, error_kind = ?7, error_message = ?8, gone = ?9, visits = visits + 1,
    patience_until = ?10
WHERE id = ?1
"""
_HISTORY: Final = """
INSERT OR REPLACE INTO visit (feed, slot, at, status, http_status, bytes, sent, given, hops, error, reason, next_check)
SELECT id, (visits - 1) % ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM feed WHERE id = ?1
"""
# A new address that does not answer as a feed is none: the old one is asked again.
_UNPROVEN: Final = ("gone", "server", "unreachable", "garbled", "untrusted")


def record(db: Database, visits: Iterable[tuple[str, Visit]]) -> None:
    """Note visits to feeds, each with the feed's address, in one transaction.

    One that went well forgets the failures before it; of one that failed everything else that was known stays.
    """
    with db.write() as tx:
        for url, visit in visits:
            number = id_of(tx, url)
            if visit.error is None:
                _answered(tx, number, visit)
            else:
                _failed(tx, number, visit)
            tx.execute(
                _HISTORY,
                (
                    number,
                    REMEMBERED,
                    epoch(visit.at),
                    visit.status,
                    visit.http_status,
                    visit.bytes,
                    visit.sent.etag or visit.sent.last_modified,
                    visit.given.etag or visit.given.last_modified,
                    msgspec.json.encode(visit.hops).decode() if visit.hops else None,
                    visit.error,
                    visit.reason,
                    _epoch(visit.next_check),
                ),
            )


def history(db: Database, url: str) -> list[Visit]:
    """The last visits to a feed, the newest first; of two validators ``sent`` and ``given`` hold one, as an ETag."""
    rows = db.connection.execute(
        "SELECT at, visit.status, visit.http_status, bytes, new, sent, given, hops, error, visit.reason,"
        " visit.next_check FROM visit JOIN feed ON feed.id = visit.feed WHERE url = ?1"
        " ORDER BY (visits - 1 - slot + ?2) % ?2",
        (url, REMEMBERED),
    )
    return [
        Visit(
            at=from_epoch(at, db.zone),
            status=status,
            http_status=http_status,
            bytes=size,
            new=new,
            sent=Validators(sent),
            given=Validators(given),
            hops=msgspec.json.decode(hops, type=tuple[tuple[int, str], ...]) if hops else (),
            error=error,
            reason=reason,
            next_check=from_epoch(next_check, db.zone) if next_check is not None else None,
        )
        for at, status, http_status, size, new, sent, given, hops, error, reason, next_check in rows
    ]


def _answered(tx: sqlite3.Connection, number: int, visit: Visit) -> None:
    tx.execute(
        _ANSWERED,
        (
            number,
            visit.given.etag,
            visit.given.last_modified,
            visit.http_status,
            epoch(visit.at),
            _epoch(visit.next_check),
            visit.reason,
            visit.status,
            visit.rhythm,
            visit.moved_to,
            visit.at.date().isoformat(),
        ),
    )


def _failed(tx: sqlite3.Connection, number: int, visit: Visit) -> None:
    tx.execute(
        _FAILED,
        (
            number,
            epoch(visit.at),
            visit.http_status,
            visit.status,
            _epoch(visit.next_check),
            visit.reason,
            visit.error_kind,
            visit.error,
            visit.status == "gone",
            _epoch(visit.next_check) if visit.patient else None,
        ),
    )
    if visit.error_kind in _UNPROVEN:
        tx.execute("UPDATE feed SET moved_to = NULL, moved_days = 0, moved_on = NULL WHERE id = ?", (number,))


def _epoch(moment: datetime | None) -> int | None:
    return epoch(moment) if moment else None
