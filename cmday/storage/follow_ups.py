"""Threads that come back after one's answer, unless the other side has answered by then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from cmday.core.items import REACTIONS
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database
from cmday.storage.item_states import reopen

# What still has to leave keeps its follow-up waiting; what was cancelled has none.
_DUE: Final = "FROM follow_up f JOIN outbox o ON o.id = f.outbox WHERE f.at <= ? AND o.state IN ('sent', 'cancelled')"


def put(db: Database, outbox: str, item: str, at: datetime) -> None:
    """Have an item come back at a moment, once its answer was sent."""
    with db.write() as tx:
        tx.execute("INSERT OR REPLACE INTO follow_up VALUES (?, ?, ?)", (outbox, item, epoch(at)))


def of_items(db: Database, items: Iterable[str]) -> dict[str, datetime]:
    """When these items come back; those that do not are missing."""
    wanted = list(dict.fromkeys(items))
    marks = ",".join("?" * len(wanted))
    rows = db.connection.execute(
        "SELECT f.item, max(f.at) FROM follow_up f JOIN outbox o ON o.id = f.outbox"  # noqa: S608  marks only
        f" WHERE f.item IN ({marks}) AND o.state <> 'cancelled' GROUP BY f.item",
        wanted,
    )
    return {item: from_epoch(at, db.zone) for item, at in rows}


def all_due(db: Database, *, limit: int = 500) -> dict[str, tuple[datetime, str]]:
    """By item all that are to come back: when, and what was answered; what was cancelled has none."""
    rows = db.connection.execute(
        "SELECT f.item, f.at, o.text FROM follow_up f JOIN outbox o ON o.id = f.outbox WHERE o.state <> 'cancelled'"
        " ORDER BY f.at LIMIT ?",
        (limit,),
    )
    return {item: (from_epoch(at, db.zone), text) for item, at, text in rows}


def wake(db: Database, now: datetime) -> list[str]:
    """Bring back, as seen, what is done and due and was not answered; returns the items. Writes only where some are."""
    if not db.connection.execute(f"SELECT 1 {_DUE} LIMIT 1", (epoch(now),)).fetchone():
        return []
    with db.write() as tx:
        due = tx.execute(
            f"SELECT f.outbox, f.item, f.at, o.state, o.sent_at, o.sent_id {_DUE}",
            (epoch(now),),
        ).fetchall()
        back = [
            item
            for _, item, at, state, sent_at, sent_id in due
            if state == "sent" and sent_at < at and not _answered(db, item, sent_at, sent_id)
        ]
        tx.executemany("DELETE FROM follow_up WHERE outbox = ?", [(outbox,) for outbox, *_ in due])
        reopen(db, back)
    return back


def _answered(db: Database, item: str, sent_at: int, sent_id: str | None) -> bool:
    """Whether the author of an item said anything in its thread, or to the answer, since that was sent."""
    silent = sorted(REACTIONS)
    row = db.connection.execute(
        "SELECT 1 FROM item a JOIN item b ON b.account = a.account AND b.author_handle = a.author_handle"  # noqa: S608
        " WHERE a.id = ? AND b.id <> a.id AND b.at >= ? AND (b.thread = a.thread OR b.thread = ?)"
        f" AND b.kind NOT IN ({','.join('?' * len(silent))}) LIMIT 1",
        (item, sent_at, sent_id, *silent),
    ).fetchone()
    return row is not None
