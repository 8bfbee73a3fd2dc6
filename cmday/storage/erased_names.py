"""Finding a person's names in every text of every table, and putting a fixed word into their place."""

# ruff: noqa: S608  only names of our own tables and columns are put into the SQL

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from cmday.core.people import Address
from cmday.text.forgetting import names, redact, tell_tales

# What can be made anew from what is left, and holds words one by one or packed: it is dropped, not rewritten.
_DERIVED: Final = frozenset({"story", "story_word", "story_count", "feed_body"})
_OWN_TABLES: Final = frozenset({"sqlite_sequence", "sqlite_stat1", "forgotten", "activity", "audit"})
# Of the audit log, what names somebody goes whole: only that can be told from forgery (migration 0034).
_WHOLE: Final = "audit_personal"


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


def rewrite(tx: sqlite3.Connection, wanted: Wanted) -> Iterator[tuple[str, int]]:
    """Put the fixed word into the place of their names, in every text of every table."""
    for table, columns, keys in tables(tx):
        condition, values = where(columns, wanted)
        texts = [name for name, kind in columns if kind in ("TEXT", "BLOB")]
        listed = ", ".join(f'"{name}"' for name in (*keys, *texts))
        changed = 0
        rows = tx.execute(f'SELECT {listed} FROM "{table}" WHERE {condition}', values).fetchall()
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
    if table == _WHOLE:
        changes = {"value": None, "salt": None}
    put = ", ".join(f'"{name}" = ?' for name in changes)
    tx.execute(f'UPDATE OR REPLACE "{table}" SET {put} WHERE {here}', (*changes.values(), *key))


def _cleaned(wanted: Wanted, value: Any) -> Any:
    if isinstance(value, str):
        return wanted.cleaned(value)
    if isinstance(value, bytes):
        return wanted.cleaned(value.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    return value


def forget_words(tx: sqlite3.Connection, wanted: Wanted) -> None:
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


Columns = list[tuple[str, str]]


def tables(connection: sqlite3.Connection) -> list[tuple[str, Columns, list[str]]]:
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


def where(columns: Columns, wanted: Wanted) -> tuple[str, list[str]]:
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
