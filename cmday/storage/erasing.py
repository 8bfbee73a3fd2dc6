"""Erasing a person from the database, and finding every row that names them, whatever table it is in.

What is theirs goes: items, cases, notes, posts of threads, and answers to them with all that could bring them back. In
what is left, in every text of every table, their names give way to a fixed word. Afterwards the file is written anew
(VACUUM), with freed pages overwritten (``secure_delete``) and the write-ahead log emptied: their bytes are gone.
"""

# ruff: noqa: S608  only names of our own tables and columns are put into the SQL

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.people import Address
from cmday.errors import Busy
from cmday.i18n import phrase
from cmday.storage import activity, audit, decisions, forgotten, learning
from cmday.storage.database import Database
from cmday.storage.erased_names import Wanted, forget_words, rewrite, tables, where
from cmday.storage.patience import patiently
from cmday.text.forgetting import FORGOTTEN, key_of, names, tell_tales

_UNDO: Final = "DELETE FROM undo WHERE EXISTS (SELECT 1 FROM json_each(before) j WHERE j.key IN"
_STATES: Final = ("draft", "queued", "sending", "sent", "doubtful", "failed", "cancelled", "held")


def is_leaving(db: Database, addresses: Iterable[Address]) -> bool:
    """Whether an answer to them is on its way, or in doubt."""
    return any(
        db.connection.execute(
            "SELECT 1 FROM outbox o JOIN item i ON i.id = o.target WHERE o.state IN ('sending', 'doubtful')"
            " AND i.network = ? AND i.author_handle = ? LIMIT 1",
            (one.network, one.handle),
        ).fetchone()
        for one in addresses
    )


def rows_naming(db: Database, wanted: Wanted) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of every table in which they are named, as ``(table, values by column)``."""
    for table, columns, _ in tables(db.connection):
        every = ", ".join(f'"{name}"' for name, _ in columns)
        condition, values = where(columns, wanted)
        for row in db.connection.execute(f'SELECT {every} FROM "{table}" WHERE {condition}', values):
            if any(isinstance(value, str) and wanted.named_in(value) for value in row):
                names_ = [name for name, _ in columns]
                yield (
                    table,
                    {name: value for name, value in zip(names_, row, strict=True) if not isinstance(value, bytes)},
                )


def others_using(db: Database, word: str, addresses: Iterable[Address], most: int) -> int:
    """How many items of others hold this one word, up to ``most``: so many that it may not be a name there."""
    theirs = {(one.network, one.handle) for one in addresses}
    bits = tell_tales([word])
    where = "instr(lower(text), ?)" if bits else "?1 IS NULL"
    found = 0
    for network, handle, text in db.connection.execute(
        f"SELECT network, author_handle, text FROM item WHERE {where}", (bits[0][0] if bits else None,)
    ):
        if (network, handle) not in theirs and names(text, {word}.__contains__, {1}):
            found += 1
            if found >= most:
                break
    return found


def make_ready(db: Database) -> None:
    """Let what is deleted from here on be overwritten in the file, and nothing of it go to a file in between."""
    db.connection.execute("PRAGMA secure_delete=ON")
    db.connection.execute("PRAGMA temp_store=MEMORY")
    db.connection.execute("PRAGMA synchronous=FULL")


def erase(db: Database, wanted: Wanted, at: datetime) -> dict[str, int]:
    """Erase a person and remember them by hashes, in one transaction; returns how many rows went or changed by table.

    Call ``make_ready`` before, outside of a transaction, and ``make_sure`` afterwards.
    """
    with db.write() as tx:
        forgotten.remember(db, wanted.keys, [key_of(one.handle) for one in wanted.addresses], at)
        before = audit.erased(db)
        counts = _erase(tx, db, wanted)
        audit.note_erased(db, at, "forget", before)
    return counts


def _erase(tx: sqlite3.Connection, db: Database, wanted: Wanted) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table, rows in (*_remove(tx, db, wanted), *rewrite(tx, wanted)):
        counts[table] = counts.get(table, 0) + rows
    forget_words(tx, wanted)
    learning.make_anew(tx)
    return {table: rows for table, rows in sorted(counts.items()) if rows}


class _Rehearsed(Exception):
    pass


def rehearse(db: Database, wanted: Wanted) -> dict[str, int]:
    """What ``erase`` would count, found by doing it in a transaction that is taken back."""
    counts: dict[str, int] = {}
    with suppress(_Rehearsed), db.write() as tx:
        counts = _erase(tx, db, wanted)
        raise _Rehearsed
    return counts


def make_sure(db: Database) -> None:
    """Write the file anew and empty the write-ahead log. Raises ``Busy`` where another cmday reads for too long."""
    patiently(lambda: db.connection.execute("VACUUM"))
    for _ in range(_TRIES):
        busy, *_rest = patiently(lambda: db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
        if not busy:
            return
    raise Busy(
        phrase("another cmday reads the database, so what was erased may still be in its log file"),
        phrase("let it end, then run the same command again"),
    )


_TRIES: Final = 3


# What is theirs.


def _remove(tx: sqlite3.Connection, db: Database, wanted: Wanted) -> Iterator[tuple[str, int]]:
    tx.execute("CREATE TEMP TABLE gone (id TEXT PRIMARY KEY) WITHOUT ROWID")
    for one in wanted.addresses:
        where = (one.network, one.handle)
        tx.execute("INSERT OR IGNORE INTO gone SELECT id FROM item WHERE network = ? AND author_handle = ?", where)
        # What others reported of them tells of them, too.
        tx.execute(
            "INSERT OR IGNORE INTO gone SELECT i.id FROM moderation_case c JOIN case_cause r ON r.case_id = c.id"
            " JOIN item i ON i.id = r.item WHERE i.kind = 'report' AND c.network = ? AND c.author_handle = ?",
            where,
        )
        tx.execute(
            "INSERT OR IGNORE INTO gone SELECT id FROM moderation_case WHERE network = ? AND author_handle = ?", where
        )
        yield (
            "moderation_case",
            _count(tx, "DELETE FROM moderation_case WHERE network = ? AND author_handle = ?", where),
        )
        yield "decision", decisions.make_anonymous(db, *where)
        yield "address", _count(tx, "DELETE FROM address WHERE network = ? AND handle = ?", where)
        yield "person_note", _count(tx, "DELETE FROM person_note WHERE network = ? AND handle = ?", where)
        yield "person_export", _count(tx, "DELETE FROM person_export WHERE network = ? AND handle = ?", where)
        yield (
            "thread_post",
            _count(
                tx,
                "DELETE FROM thread_post WHERE author_handle = ? AND NOT mine"
                " AND account IN (SELECT DISTINCT account FROM item WHERE network = ?)",
                (one.handle, one.network),
            ),
        )
        activity.make_anonymous(db, one.network, one.handle, os.urandom(12))
    yield from _remove_answers(tx, db, wanted)
    yield "appeal", _count(tx, "DELETE FROM appeal WHERE case_id IN gone OR item IN gone")
    yield "case_cause", _count(tx, "DELETE FROM case_cause WHERE item IN gone OR case_id IN gone")
    for table in ("item_label", "follow_up"):
        yield table, _count(tx, f"DELETE FROM {table} WHERE item IN gone")
    yield (
        "undo",
        _count(tx, f"{_UNDO} (SELECT id FROM gone))"),
    )
    yield "journal", _count(tx, "UPDATE journal SET item = NULL, text = ? WHERE item IN gone", (FORGOTTEN,))
    # A handle stays given for the day: its number must not slide onto somebody else.
    yield "handle", _count(tx, "UPDATE handle SET item = ? || '/' || letter || number WHERE item IN gone", (FORGOTTEN,))
    _remove_kept(tx)
    tx.execute("DELETE FROM examine_again WHERE number IN (SELECT number FROM item WHERE id IN gone)")
    yield "item", _count(tx, "DELETE FROM item WHERE id IN gone")
    tx.execute("DROP TABLE gone")


def _remove_kept(tx: sqlite3.Connection) -> None:
    """What is kept by name and is a table by items (texts that wait in the guide) loses theirs."""
    gone = {item for (item,) in tx.execute("SELECT id FROM gone")}
    for name, value in tx.execute("SELECT name, value FROM keep WHERE value LIKE '{%'").fetchall():
        try:
            kept = msgspec.json.decode(value)
        except msgspec.DecodeError:
            continue
        left = {key: each for key, each in kept.items() if not any(key.endswith(item) for item in gone)}
        if left != kept:
            tx.execute("UPDATE keep SET value = ? WHERE name = ?", (msgspec.json.encode(left).decode(), name))


def _remove_answers(tx: sqlite3.Connection, db: Database, wanted: Wanted) -> Iterator[tuple[str, int]]:
    """Answers to them go with all that could bring them back; of the audit log the shape stays."""
    tx.execute("CREATE TEMP TABLE gone_out (id TEXT PRIMARY KEY) WITHOUT ROWID")
    tx.execute("INSERT INTO gone_out SELECT id FROM outbox WHERE target IN gone")
    rows = tx.execute("SELECT id, json_extract(rest, '$.to') FROM outbox WHERE kind <> 'post'").fetchall()
    writers = {key_of(one.handle) for one in wanted.addresses}
    tx.executemany(
        "INSERT OR IGNORE INTO gone_out VALUES (?)", [(one,) for one, to in rows if to and key_of(to) in writers]
    )
    states = ",".join(f"'{state}'" for state in _STATES)
    yield (
        "audit_personal",
        audit.erase(
            db,
            "(record IN (SELECT number FROM audit WHERE outbox IN gone_out) OR record IN (SELECT record FROM"
            " audit_personal WHERE field = 'target' AND value IN gone)) AND field NOT IN ('who', 'account')"
            f" AND value NOT IN ({states})",
        ),
    )
    for table, column in (("follow_up", "outbox"), ("share", "outbox")):
        yield table, _count(tx, f"DELETE FROM {table} WHERE {column} IN gone_out")
    yield (
        "undo",
        _count(
            tx,
            f"{_UNDO} (SELECT id FROM gone_out))",
        ),
    )
    tx.execute("UPDATE journal SET item = NULL, text = ? WHERE item IN gone_out", (FORGOTTEN,))
    tx.execute("UPDATE handle SET item = ? || '/' || letter || number WHERE item IN gone_out", (FORGOTTEN,))
    yield "outbox", _count(tx, "DELETE FROM outbox WHERE id IN gone_out")
    tx.execute("DROP TABLE gone_out")


def _count(tx: sqlite3.Connection, sql: str, values: Any = ()) -> int:
    return tx.execute(sql, values).rowcount
