"""Erasing a person from the database, and finding every row that names them, whatever table it is in.

What is theirs goes: items, cases, notes, posts of threads, and answers to them with all that could bring them back. In
what is left, in every text of every table, their names give way to a fixed word. Afterwards the file is written anew
(VACUUM), with freed pages overwritten (``secure_delete``) and the write-ahead log emptied: their bytes are gone.
"""

# ruff: noqa: S608  only names of our own tables and columns are put into the SQL

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.people import Address
from cmday.errors import Busy
from cmday.i18n import phrase
from cmday.storage import activity, forgotten
from cmday.storage.database import Database
from cmday.storage.patience import patiently
from cmday.text.forgetting import FORGOTTEN, key_of, names, redact, tell_tales

# What can be made anew from what is left, and holds words one by one or packed: it is dropped, not rewritten.
_DERIVED: Final = frozenset({"story", "story_word", "story_count", "feed_body"})
_OWN_TABLES: Final = frozenset({"sqlite_sequence", "sqlite_stat1", "forgotten", "activity"})
_UNDO: Final = "DELETE FROM undo WHERE EXISTS (SELECT 1 FROM json_each(before) j WHERE j.key IN"
_STATES: Final = ("draft", "queued", "sending", "sent", "doubtful", "failed", "cancelled", "held")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to be erased: ``addresses``, and ``keys`` (``forgetting.key_of``) of all that names them."""

    addresses: tuple[Address, ...]
    keys: frozenset[str]

    @property
    def lengths(self) -> frozenset[int]:
        return frozenset(len(key.split()) for key in self.keys if not key.startswith("@"))

    def named_in(self, text: str) -> bool:
        return names(text, self.keys.__contains__, self.lengths)

    def cleaned(self, text: str) -> str:
        return redact(text, self.keys.__contains__, self.lengths)


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
    for table, columns, _ in _tables(db.connection):
        every = ", ".join(f'"{name}"' for name, _ in columns)
        where, values = _where(columns, wanted)
        for row in db.connection.execute(f'SELECT {every} FROM "{table}" WHERE {where}', values):
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
        return _erase(tx, db, wanted)


def _erase(tx: sqlite3.Connection, db: Database, wanted: Wanted) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table, rows in (*_remove(tx, db, wanted), *_rewrite(tx, wanted)):
        counts[table] = counts.get(table, 0) + rows
    _forget_words(tx, wanted)
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
    yield from _remove_answers(tx, wanted)
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


def _remove_answers(tx: sqlite3.Connection, wanted: Wanted) -> Iterator[tuple[str, int]]:
    """Answers to them go with all that could bring them back; of the audit log the shape stays."""
    tx.execute("CREATE TEMP TABLE gone_out (id TEXT PRIMARY KEY) WITHOUT ROWID")
    tx.execute("INSERT INTO gone_out SELECT id FROM outbox WHERE target IN gone")
    rows = tx.execute("SELECT id, json_extract(rest, '$.to') FROM outbox WHERE kind <> 'post'").fetchall()
    writers = {key_of(one.handle) for one in wanted.addresses}
    tx.executemany(
        "INSERT OR IGNORE INTO gone_out VALUES (?)", [(one,) for one, to in rows if to and key_of(to) in writers]
    )
    states = ",".join(f"'{state}'" for state in _STATES)
    with _without_trigger(tx, "audit_stays"):
        yield (
            "audit",
            _count(
                tx,
                "UPDATE audit SET target = iif(target IS NULL, NULL, :word),"
                f" before = iif(before IS NULL OR before IN ({states}), before, :word),"
                f" after = iif(after IS NULL OR after IN ({states}), after, :word),"
                " answer = iif(answer IS NULL, NULL, :word) WHERE outbox IN gone_out OR target IN gone",
                {"word": FORGOTTEN},
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


# What names them.


def _rewrite(tx: sqlite3.Connection, wanted: Wanted) -> Iterator[tuple[str, int]]:
    """Put the fixed word into the place of their names, in every text of every table."""
    for table, columns, keys in _tables(tx):
        where, values = _where(columns, wanted)
        texts = [name for name, kind in columns if kind in ("TEXT", "BLOB")]
        listed = ", ".join(f'"{name}"' for name in (*keys, *texts))
        changed = 0
        rows = tx.execute(f'SELECT {listed} FROM "{table}" WHERE {where}', values).fetchall()
        with _without_trigger(tx, "audit_stays" if rows and table == "audit" else None):
            for row in rows:
                before = dict(zip(texts, row[len(keys) :], strict=True))
                after = {name: _cleaned(wanted, value) for name, value in before.items()}
                if changes := {name: value for name, value in after.items() if value != before[name]}:
                    _change(tx, table, keys, row[: len(keys)], changes)
                    changed += 1
        yield table, changed


def _change(
    tx: sqlite3.Connection, table: str, keys: Sequence[str], key: Sequence[Any], changes: dict[str, Any]
) -> None:
    here = " AND ".join(f'"{name}" IS ?' for name in keys)
    if table in _DERIVED:
        tx.execute(f'DELETE FROM "{table}" WHERE {here}', tuple(key))
        return
    put = ", ".join(f'"{name}" = ?' for name in changes)
    tx.execute(f'UPDATE OR REPLACE "{table}" SET {put} WHERE {here}', (*changes.values(), *key))


def _cleaned(wanted: Wanted, value: Any) -> Any:
    if isinstance(value, str):
        return wanted.cleaned(value)
    if isinstance(value, bytes):
        return wanted.cleaned(value.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    return value


def _forget_words(tx: sqlite3.Connection, wanted: Wanted) -> None:
    """Their words go from what counts words; where the index of news may know them, it is made anew."""
    tokens = {word for key in wanted.keys for word in key.lstrip("@").split()}
    for table in ("story_word", "story_count"):
        tx.executemany(f"DELETE FROM {table} WHERE word = ?", [(word,) for word in tokens])
    tx.execute("CREATE VIRTUAL TABLE temp.known_word USING fts5vocab(main, search, row)")
    parts = [
        [part for word in key.lstrip("@").split() for part in word.replace("_", " ").split()] for key in wanted.keys
    ]
    found = any(
        part and all(tx.execute("SELECT 1 FROM temp.known_word WHERE term = ?", (word,)).fetchone() for word in part)
        for part in parts
    )
    tx.execute("DROP TABLE temp.known_word")
    if found:
        tx.execute("INSERT INTO search (search) VALUES ('delete-all')")
        tx.execute("DELETE FROM search_doc")
        tx.execute("INSERT OR IGNORE INTO search_due SELECT id FROM entry")


# Tables as they are.


Columns = list[tuple[str, str]]


def _tables(connection: sqlite3.Connection) -> list[tuple[str, Columns, list[str]]]:
    """Every table that may hold words: its name, columns with their kinds, and the columns that name a row."""
    rows = connection.execute(
        "SELECT name, sql LIKE '%WITHOUT ROWID%' FROM sqlite_master WHERE type = 'table'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    found = []
    for table, without_rowid in rows:
        if table in _OWN_TABLES or table.startswith("search"):
            continue
        info = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        columns = [(name, kind) for _, name, kind, *_ in info]
        if any(kind in ("TEXT", "BLOB") for _, kind in columns):
            keys = [name for _, name, _, _, _, part in sorted(info, key=lambda one: one[5]) if part]
            found.append((table, columns, keys if without_rowid else ["rowid"]))
    return found


def _where(columns: Columns, wanted: Wanted) -> tuple[str, list[str]]:
    """A condition that every row fulfils in which they are named, and others; cheap, as SQLite looks for it itself."""
    bits = tell_tales(wanted.keys)
    texts = [name for name, kind in columns if kind in ("TEXT", "BLOB")]
    if not bits:
        return "1", []
    each = [
        "(" + " AND ".join(f'instr(lower(CAST("{name}" AS TEXT)), ?)' for _ in group) + ")"
        for name in texts
        for group in bits
    ]
    return " OR ".join(each), [word for _ in texts for group in bits for word in group]


@contextmanager
def _without_trigger(tx: sqlite3.Connection, name: str | None) -> Iterator[None]:
    """Within, a trigger is not there; it comes back as it was, in the same transaction."""
    if name is None:
        yield
        return
    (sql,) = tx.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (name,)).fetchone()
    tx.execute(f"DROP TRIGGER {name}")
    yield
    tx.execute(sql)


def _count(tx: sqlite3.Connection, sql: str, values: Any = ()) -> int:
    return tx.execute(sql, values).rowcount
