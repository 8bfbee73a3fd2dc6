"""The index of words over all entries: filled in bulk, asked with FTS5 (https://www.sqlite.org/fts5.html)."""

# ruff: noqa: S608  only question marks are put into the SQL

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.time import epoch
from cmday.storage.database import Database
from cmday.storage.entry_store import marks, portions

# Of more matches than this the newest in the index are looked at: sorting all of a million would take a second.
MOST_MATCHES: Final = 20_000


class Unindexed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry whose words the index does not have yet; ``content`` is HTML."""

    entry: int
    feed: int
    shown_at: int
    title: str
    author: str | None
    summary: str
    content: str


def due(db: Database, limit: int) -> list[Unindexed]:
    """Entries that wait for the index, those shown for the earliest moment first."""
    rows = db.connection.execute(
        "SELECT e.id, e.feed, e.shown_at, e.title, e.author, t.summary, t.content FROM"
        " (SELECT entry FROM search_due ORDER BY entry DESC LIMIT ?) d"
        " JOIN entry e ON e.id = d.entry JOIN entry_text t ON t.entry = e.id ORDER BY e.shown_at",
        (limit,),
    )
    return [
        Unindexed(entry=entry, feed=feed, shown_at=shown, title=title, author=author, summary=summary, content=content)
        for entry, feed, shown, title, author, summary, content in rows
    ]


def index(db: Database, read: Iterable[tuple[Unindexed, str]]) -> int:
    """Put entries into the index, each with its text; returns how many. One edited meanwhile waits again."""
    done = 0
    with db.write() as tx:
        for one, body in read:
            there = tx.execute("DELETE FROM search_due WHERE entry = ?", (one.entry,)).rowcount
            if not there:
                continue
            tx.execute("DELETE FROM search_doc WHERE entry = ?", (one.entry,))
            cursor = tx.execute(
                "INSERT INTO search_doc (entry, feed, shown_at) VALUES (?, ?, ?)", (one.entry, one.feed, one.shown_at)
            )
            tx.execute(
                "INSERT INTO search (rowid, title, author, body) VALUES (?, ?, ?, ?)",
                (cursor.lastrowid, one.title, one.author or "", body),
            )
            done += 1
    return done


def waiting(db: Database) -> int:
    """How many entries the index does not have yet."""
    (count,) = db.connection.execute("SELECT count(*) FROM search_due").fetchone()
    return int(count)


def matches(
    db: Database, question: str, *, since: datetime | None = None, feeds: Iterable[int] | None = None
) -> list[int]:
    """The entries that an FTS5 question finds, as numbers of rows, the newest first; of these feeds where given."""
    rows = db.connection.execute(
        "SELECT d.entry, d.shown_at, d.feed FROM (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC"
        " LIMIT ?) f JOIN search_doc d ON d.doc = f.rowid",
        (question, MOST_MATCHES),
    )
    start = epoch(since) if since else None
    among = frozenset(feeds) if feeds is not None else None
    found = [
        (shown, entry)
        for entry, shown, feed in rows
        if (start is None or shown >= start) and (among is None or feed in among)
    ]
    return [entry for _, entry in sorted(found, reverse=True)]


def ids(db: Database, entries: Iterable[int]) -> list[str]:
    """The public ids of entries, in the order given."""
    wanted = list(entries)
    found: dict[int, str] = {}
    for some in portions(wanted):
        rows = db.connection.execute(f"SELECT id, key FROM entry WHERE id IN ({marks(some)})", some)
        found.update((number, f"{key:016x}") for number, key in rows)
    return [found[one] for one in wanted if one in found]
