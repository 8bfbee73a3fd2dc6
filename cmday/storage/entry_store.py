"""Putting what a feed says into the database: what is new, what was edited, what is the same under another name."""

# ruff: noqa: S608  only question marks and our own column names are put into the SQL

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.feeds import Entry
from cmday.core.time import epoch
from cmday.storage import feeds, forgotten
from cmday.storage.database import Database
from cmday.storage.entry_keys import key_of, marks, portions, words_of
from cmday.storage.entry_kinship import NOTHING_ELSE, PURGED, Known, Presence, renamed, with_or_without_link

HIDDEN: Final = -1_000_000.0
_DAY: Final = 86_400
# After so many edits an entry stays as it is: a counter in a text would be followed for ever.
MOST_EDITS: Final = 24

__all__ = ["HIDDEN", "Judged", "key_of", "marks", "portions", "purge_read", "store"]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """An entry to be stored, with its points and the moment to sort and show it by; None is the moment it is stored.

    ``whose`` are the communities it is for, ``own`` those whose own name it mentions.
    """

    entry: Entry
    score: float = 0.0
    whose: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    hidden: bool = False
    shown_at: datetime | None = None


def store(db: Database, url: str, entries: Sequence[Judged], now: datetime, present: Presence = NOTHING_ELSE) -> int:
    """Store a feed's entries in one transaction; returns how many are new.

    Entries are known by identity, and an entry under a new guid is the same entry still where the feed shows that it
    is (``entry_kinship``). Known entries whose words changed are written anew and keep their state, at most 24 times.
    What was purged stays away. ``present`` is what the body has beside these entries, known and unchanged.
    """
    with db.write() as tx:
        entries = _without_forgotten(db, entries)
        number = feeds.id_of(tx, url)
        keys = [key_of(number, one.entry.identity) for one in entries]
        known = _known(tx, keys)
        strangers = [one.entry for key, one in zip(keys, entries, strict=True) if key not in known]
        others = _under_another_name(tx, number, strangers, known, present) if strangers else {}
        new = 0
        for key, judged in zip(keys, entries, strict=True):
            there = known.get(key) or others.get(judged.entry.identity)
            if there is None:
                _insert(tx, number, judged, epoch(now))
                known[key] = PURGED
                new += 1
            elif there.words != words_of(judged.entry) and there.edits < MOST_EDITS and there is not PURGED:
                _rewrite(tx, there, judged)
    return new


def _without_forgotten(db: Database, entries: Sequence[Judged]) -> Sequence[Judged]:
    """The entries without those of people who are to be forgotten, and without their names."""
    who = forgotten.known(db)
    if not who.version:
        return entries
    return [
        msgspec.structs.replace(one, entry=who.entry(one.entry))
        for one in entries
        if not (one.entry.author and who.wrote(one.entry.author))
    ]


def purge_read(db: Database, before: datetime) -> int:
    """Take out entries that were read, and are shown for a moment before this; returns how many.

    They stay known, so that a feed that still holds them does not bring them back.
    """
    chosen = "state = 1 AND shown_at < ?"
    with db.write() as tx:
        tx.execute(
            f"INSERT OR REPLACE INTO entry_known SELECT key, feed, NULL FROM entry WHERE {chosen}", (epoch(before),)
        )
        return tx.execute(f"DELETE FROM entry WHERE {chosen}", (epoch(before),)).rowcount


def _known(tx: sqlite3.Connection, keys: list[int]) -> dict[int, Known]:
    found: dict[int, Known] = {}
    for some in portions(keys):
        rows = tx.execute(f"SELECT key, id, hash, edits FROM entry WHERE key IN ({marks(some)})", some)
        found.update((key, Known(*row)) for key, *row in rows)
        rows = tx.execute(
            "SELECT k.key, e.id, e.hash, e.edits FROM entry_known k LEFT JOIN entry e ON e.id = k.entry"
            f" WHERE k.key IN ({marks(some)})",
            some,
        )
        found.update((key, PURGED if number is None else Known(number, *row)) for key, number, *row in rows)
    return found


def _under_another_name(
    tx: sqlite3.Connection, feed: int, strangers: Sequence[Entry], known: dict[int, Known], present: Presence
) -> dict[str, Known]:
    """Stored entries that these are, by their identity now; what came under a new guid is known by it from now on."""
    taken = {one.number for one in known.values()}
    found = with_or_without_link(tx, feed, strangers, taken)
    left = [entry for entry in strangers if entry.identity not in found]
    if not left:
        return found
    again = renamed(tx, feed, left, taken | {one.number for one in found.values()}, present)
    for entry in left:
        if there := again.get(entry.identity):
            tx.execute("INSERT INTO entry_known VALUES (?, ?, ?)", (key_of(feed, entry.identity), feed, there.number))
            tx.execute(
                "UPDATE entry SET identity = ?, guid = ? WHERE id = ?", (entry.identity, entry.guid, there.number)
            )
    return found | again


def _insert(tx: sqlite3.Connection, feed: int, judged: Judged, now: int) -> None:
    entry = judged.entry
    shown = epoch(judged.shown_at) if judged.shown_at else now
    (number,) = tx.execute(
        "INSERT INTO entry (key, feed, identity, guid, title, url, author, published, updated, first_seen, shown_at,"
        " score, rank, whose, own, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            key_of(feed, entry.identity),
            feed,
            entry.identity,
            entry.guid,
            entry.title,
            entry.url,
            entry.author,
            epoch(entry.published) if entry.published else None,
            epoch(entry.updated) if entry.updated else None,
            now,
            shown,
            judged.score,
            (HIDDEN if judged.hidden else judged.score) + shown / _DAY,
            " ".join(judged.whose),
            " ".join(judged.own),
            words_of(entry),
        ),
    ).fetchone()
    tx.execute("INSERT INTO entry_text VALUES (?, ?, ?, ?, ?)", (number, *_texts(entry)))


def _rewrite(tx: sqlite3.Connection, there: Known, judged: Judged) -> None:
    entry = judged.entry
    tx.execute(
        "UPDATE entry SET title = ?, url = ?, author = ?, published = ?, updated = ?, score = ?, whose = ?, own = ?,"
        f" rank = ? + echo + shown_at / {_DAY}.0, hash = ?, edits = edits + 1 WHERE id = ?",
        (
            entry.title,
            entry.url,
            entry.author,
            epoch(entry.published) if entry.published else None,
            epoch(entry.updated) if entry.updated else None,
            judged.score,
            " ".join(judged.whose),
            " ".join(judged.own),
            HIDDEN if judged.hidden else judged.score,
            words_of(entry),
            there.number,
        ),
    )
    tx.execute(
        "UPDATE entry_text SET summary = ?, content = ?, language = ?, enclosures = ? WHERE entry = ?",
        (*_texts(entry), there.number),
    )


def _texts(entry: Entry) -> tuple[str, str, str | None, str | None]:
    enclosures = msgspec.json.encode(entry.enclosures).decode() if entry.enclosures else None
    return entry.summary, entry.content, entry.language, enclosures
