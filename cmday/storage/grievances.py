"""What speaks against a community: which items do, and how many of them there were hour by hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.items import REACTIONS, Item
from cmday.core.time import epoch, from_epoch
from cmday.storage import ledger
from cmday.storage.database import Database

HOUR: Final = 3600
# What is older is not judged: it is counted by no alarm.
_JUDGED: Final = timedelta(days=8)
_KEPT: Final = timedelta(days=60)
_AT_ONCE: Final = 2_000
_MOST_ITEMS: Final = 2_000


class Unjudged(msgspec.Struct, frozen=True):
    """An item that nobody has judged yet; a ``report`` is flagged whatever it says."""

    number: int
    report: bool
    text: str


def unjudged(db: Database, now: datetime) -> list[Unjudged]:
    """Some of the items that came or changed; those that say nothing, or are too old, are done with at once."""
    silent = sorted(REACTIONS)
    marks = ",".join("?" * len(silent))
    while True:
        rows = db.connection.execute(
            "SELECT u.number, i.kind, i.at, i.community, i.text FROM unjudged u"
            " LEFT JOIN item i ON i.number = u.number ORDER BY u.number LIMIT ?",
            (_AT_ONCE,),
        ).fetchall()
        found = [
            Unjudged(number, kind == "report", text)
            for number, kind, at, community, text in rows
            if community and kind not in REACTIONS and at >= epoch(now - _JUDGED)
        ]
        if found or not rows:
            return found
        last = rows[-1][0]
        with db.write() as tx:
            _note_history(db, last)
            tx.execute(
                "DELETE FROM unjudged WHERE number <= ? AND NOT EXISTS (SELECT 1 FROM item i"  # noqa: S608  marks only
                f" WHERE i.number = unjudged.number AND i.community <> '' AND i.kind NOT IN ({marks}) AND i.at >= ?)",
                (last, *silent, epoch(now - _JUDGED)),
            )


def judged(db: Database, some: Iterable[Unjudged], negative: Iterable[int], now: datetime) -> None:
    """Note which of these items are negative; the others are not, whatever they were before."""
    numbers = [one.number for one in some]
    if not numbers:
        return
    bad = frozenset(negative)
    rows = [(one.number in bad, one.report, one.number) for one in some]
    with db.write() as tx:
        _note_history(db, numbers[-1])
        tx.executemany(
            "INSERT INTO grievance SELECT number, community, at, ?1, ?2 FROM item WHERE number = ?3 AND (?1 OR ?2)"
            " ON CONFLICT (number) DO UPDATE SET negative = excluded.negative,"
            " flagged = max(flagged, excluded.flagged)",
            rows,
        )
        tx.executemany(
            "UPDATE grievance SET negative = 0 WHERE number = ?", [(one,) for one in numbers if one not in bad]
        )
        tx.executemany("DELETE FROM unjudged WHERE number = ?", [(one,) for one in numbers])
        tx.execute("DELETE FROM grievance WHERE at < ?", (epoch(now - _KEPT),))


def _note_history(db: Database, last: int) -> None:
    with db.write() as tx:
        tx.execute(
            "INSERT INTO listened SELECT i.community, min(i.at) FROM unjudged u JOIN item i ON i.number = u.number"
            " WHERE u.number <= ? AND i.community <> '' GROUP BY i.community"
            " ON CONFLICT (community) DO UPDATE SET since = min(since, excluded.since)",
            (last,),
        )


_COUNTED: Final = "(negative OR flagged)"
# Reports of a platform's own queue are no items; those that were told as notifications too are counted as such.
_REPORTS: Final = (
    "FROM case_report r JOIN moderation_case c ON c.id = r.case_id WHERE r.at > :since AND r.at <= :until"
    " AND c.community = :community"
    " AND NOT EXISTS (SELECT 1 FROM case_cause k WHERE k.case_id = c.id AND k.rule = '')"
)


def hourly(db: Database, community: str, now: datetime, hours: int) -> list[int]:
    """How many there were in the last 60 minutes, in the 60 before, and so on backwards."""
    counts = [0] * hours
    rows = db.connection.execute(
        f"SELECT (:until - at) / {HOUR} AS back, count(*) FROM grievance WHERE community = :community AND at > :since"  # noqa: S608
        f" AND at <= :until AND {_COUNTED} GROUP BY back"
        f" UNION ALL SELECT (:until - r.at) / {HOUR} AS back, count(*) {_REPORTS} GROUP BY back",
        {"until": epoch(now), "since": epoch(now) - hours * HOUR, "community": community},
    )
    for back, count in rows:
        counts[back] += count
    return counts


def count(db: Database, community: str, since: datetime, until: datetime) -> int:
    """How many there were after one moment and up to another."""
    (found,) = db.connection.execute(
        "SELECT (SELECT count(*) FROM grievance WHERE community = :community AND at > :since AND at <= :until"  # noqa: S608
        f" AND {_COUNTED}) + (SELECT count(*) {_REPORTS})",
        {"community": community, "since": epoch(since), "until": epoch(until)},
    ).fetchone()
    return int(found)


def authors(db: Database, community: str, since: datetime, until: datetime) -> int:
    """How many people wrote or reported them; addresses that were linked by hand are one person."""
    (found,) = db.connection.execute(
        "WITH who (network, handle) AS ("  # noqa: S608  our own words
        " SELECT i.network, coalesce(nullif(i.author_handle, ''), i.author) FROM grievance g"
        " JOIN item i ON i.number = g.number"
        f" WHERE g.community = :community AND g.at > :since AND g.at <= :until AND {_COUNTED}"
        f" UNION SELECT c.network, coalesce(nullif(r.by_handle, ''), r.by) {_REPORTS})"
        " SELECT count(DISTINCT coalesce('p' || a.person, w.network || ' ' || w.handle)) FROM who w"
        " LEFT JOIN address a ON a.network = w.network AND a.handle = w.handle",
        {"community": community, "since": epoch(since), "until": epoch(until)},
    ).fetchone()
    return int(found)


def items(db: Database, community: str, since: datetime, until: datetime, limit: int = _MOST_ITEMS) -> list[Item]:
    """The items themselves, oldest first, at most ``limit``."""
    rows = db.connection.execute(
        f"SELECT i.id FROM grievance g JOIN item i ON i.number = g.number WHERE g.community = ? AND g.at > ?"  # noqa: S608
        f" AND g.at <= ? AND {_COUNTED} ORDER BY g.at, g.number LIMIT ?",
        (community, epoch(since), epoch(until), limit),
    )
    return ledger.items(db, [one for (one,) in rows])


def known_since(db: Database, community: str) -> datetime | None:
    """When the first item of a community came that the ledger ever had."""
    row = db.connection.execute("SELECT since FROM listened WHERE community = ?", (community,)).fetchone()
    return from_epoch(row[0], db.zone) if row else None


def said(db: Database, community: str, since: datetime, until: datetime, limit: int = _MOST_ITEMS) -> list[Item]:
    """All that was said in a community, for or against, oldest first; of more than ``limit`` the newest."""
    silent = sorted(REACTIONS)
    rows = db.connection.execute(
        "SELECT id FROM item WHERE at > ? AND at <= ? AND community = ?"  # noqa: S608  marks only
        f" AND kind NOT IN ({','.join('?' * len(silent))}) ORDER BY at DESC, number DESC LIMIT ?",
        (epoch(since), epoch(until), community, *silent, limit),
    ).fetchall()
    return ledger.items(db, [one for (one,) in reversed(rows)])


def answered_elsewhere(db: Database, community: str, since: datetime) -> datetime | None:
    """When somebody first answered in a community's name by another program, since a moment."""
    (at,) = db.connection.execute(
        "SELECT min(answered_at) FROM item WHERE answered_at >= ? AND community = ?", (epoch(since), community)
    ).fetchone()
    return None if at is None else from_epoch(at, db.zone)
