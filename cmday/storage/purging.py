"""Taking out what is older than one wants to keep. Counts and the shape of the audit log stay, whose they were goes.

What waits for something stays however old it is: what is open, what has not been sent, a thread with something open.
"""

# ruff: noqa: S608  only names of our own tables and conditions are put into the SQL

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Final

from cmday.core.time import epoch
from cmday.storage import audit, entry_store
from cmday.storage.database import Database
from cmday.text.forgetting import FORGOTTEN

# Of a record in the audit log these tell nothing of anybody else: whose hand it was, and by which account.
_OWN_FIELDS: Final = "('who', 'account', 'automatic')"
_SENT: Final = "state IN ('sent', 'cancelled') AND changed < :before"

Count = Callable[[str], int]


def purge(db: Database, before: datetime, at: datetime) -> dict[str, int]:
    """Take out what ended before a moment, in one transaction; returns how many rows went or lost whose they were.

    Call ``erasing.make_ready`` before, outside of a transaction, and ``erasing.make_sure`` afterwards: the bytes stay
    in the file until then.
    """
    with db.write() as tx:
        erased = audit.erased(db)
        counts = {name: rows for name, rows in _purge(tx, db, before) if rows}
        audit.note_erased(db, at, "purge", erased)
    return counts


class _Rehearsed(Exception):
    pass


def rehearse(db: Database, before: datetime) -> dict[str, int]:
    """What ``purge`` would count, found by doing it in a transaction that is taken back."""
    counts: dict[str, int] = {}
    with suppress(_Rehearsed), db.write() as tx:
        counts = {name: rows for name, rows in _purge(tx, db, before) if rows}
        raise _Rehearsed
    return counts


def _purge(tx: sqlite3.Connection, db: Database, before: datetime) -> Iterator[tuple[str, int]]:
    values = {"before": epoch(before), "word": FORGOTTEN}

    def count(sql: str) -> int:
        return tx.execute(sql, values).rowcount

    tx.execute("CREATE TEMP TABLE old (id TEXT PRIMARY KEY) WITHOUT ROWID")
    count("INSERT INTO old SELECT id FROM moderation_case WHERE state <> 'open' AND decided_at < :before")
    yield "moderation_case", count("DELETE FROM moderation_case WHERE id IN old")
    yield "case_cause", count("DELETE FROM case_cause WHERE case_id IN old")
    yield "appeal", count("DELETE FROM appeal WHERE case_id IN old")
    count(
        "INSERT OR IGNORE INTO old SELECT id FROM item i WHERE state = 'done' AND at < :before AND NOT EXISTS"
        " (SELECT 1 FROM case_cause c WHERE c.item = i.id AND c.case_id IS NOT NULL)"
    )
    yield from _items(count)
    yield from _outbox(count, db, epoch(before))
    yield "decision", _anonymous(count)
    yield from _crises(count)
    yield "undo", count("DELETE FROM undo WHERE at < :before")
    yield "journal", count("DELETE FROM journal WHERE at < :before")
    yield (
        "address",
        count(
            "DELETE FROM address AS a WHERE last_at < :before AND person IS NULL AND NOT EXISTS (SELECT 1 FROM"
            " person_note n WHERE n.network = a.network AND n.handle = a.handle) AND NOT EXISTS (SELECT 1 FROM item i"
            " WHERE i.network = a.network AND i.author_handle = a.handle)"
        ),
    )
    entries = entry_store.purge_read(db, before)
    if entries:
        # The index has no texts to take one out by: it is made anew from what is left.
        tx.execute("INSERT INTO search (search) VALUES ('delete-all')")
        tx.execute("DELETE FROM search_doc")
        tx.execute("INSERT OR IGNORE INTO search_due SELECT id FROM entry")
    yield "entry", entries
    tx.execute("DROP TABLE old")


def _items(count: Count) -> Iterator[tuple[str, int]]:
    count("DELETE FROM examine_again WHERE number IN (SELECT number FROM item WHERE id IN old)")
    for table in ("item_label", "follow_up", "case_cause"):
        yield table, count(f"DELETE FROM {table} WHERE item IN old")
    yield "item", count("DELETE FROM item WHERE id IN old")
    yield (
        "thread_post",
        count(
            "DELETE FROM thread_post AS p WHERE at < :before AND NOT EXISTS"
            " (SELECT 1 FROM item i WHERE i.account = p.account AND i.thread = p.thread)"
        ),
    )


def _crises(count: Count) -> Iterator[tuple[str, int]]:
    """Crises that are over, with their logs, but for those that took posts off a server and did not bring them back."""
    over = (
        "SELECT number FROM crisis WHERE state = 'over' AND ended < :before AND number NOT IN"
        " (SELECT crisis FROM crisis_scheduled WHERE state IN ('taking', 'taken'))"
    )
    for table in ("crisis_line", "crisis_scheduled"):
        yield table, count(f"DELETE FROM {table} WHERE crisis IN ({over})")
    gone = f"SELECT number FROM freeze WHERE ended < :before AND (crisis IS NULL OR crisis IN ({over}))"
    count(f"DELETE FROM frozen WHERE freeze IN ({gone})")
    yield "freeze", count(f"DELETE FROM freeze WHERE number IN ({gone})")
    yield "crisis", count(f"DELETE FROM crisis WHERE number IN ({over})")


def _outbox(count: Count, db: Database, before: int) -> Iterator[tuple[str, int]]:
    yield "follow_up", count(f"DELETE FROM follow_up WHERE outbox IN (SELECT id FROM outbox WHERE {_SENT})")
    yield "outbox", count(f"DELETE FROM outbox WHERE {_SENT}")
    yield (
        "audit_personal",
        audit.erase(
            db,
            f"field NOT IN {_OWN_FIELDS} AND record IN (SELECT number FROM audit a WHERE a.at < ? AND NOT EXISTS"
            " (SELECT 1 FROM outbox o WHERE o.id = a.outbox))",
            (before,),
        ),
    )


def _anonymous(count: Count) -> int:
    """Decisions stay for the counts, those on one case together; whom they were about and what was said goes."""
    return count(
        f"UPDATE decision SET case_id = 'case/{FORGOTTEN}/' || n.first, author = :word, author_handle = :word,"
        " author_id = NULL, text = :word, why = :word FROM (SELECT case_id AS one, min(number) AS first"
        " FROM decision GROUP BY case_id) n WHERE n.one = decision.case_id AND at < :before"
        f" AND case_id NOT LIKE 'case/{FORGOTTEN}/%'"
    )
