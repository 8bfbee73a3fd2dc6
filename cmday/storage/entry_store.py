"""Putting what a feed says into the database: what is new, what was edited, what is the same under another name."""

# ruff: noqa: S608  only question marks and our own column names are put into the SQL

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Final

import msgspec

from cmday.core.feeds import Entry
from cmday.core.time import epoch
from cmday.storage import feeds
from cmday.storage.database import Database

HIDDEN: Final = -1_000_000.0
_DAY: Final = 86_400
_AT_ONCE: Final = 500
_KEY_BITS: Final = (1 << 63) - 1


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


def store(db: Database, url: str, entries: Sequence[Judged], now: datetime) -> int:
    """Store a feed's entries in one transaction; returns how many are new.

    Known entries whose words changed are written anew and keep their state. Entries are known by identity; one whose
    guid repeats in the feed today and did not yesterday (or the other way round) is the same entry still.
    """
    with db.write() as tx:
        number = feeds.id_of(tx, url)
        keys = [_key(number, judged.entry.identity) for judged in entries]
        known = _known(tx, keys)
        strangers = [judged for key, judged in zip(keys, entries, strict=True) if key not in known]
        aliases = _under_another_name(tx, number, [judged.entry for judged in strangers])
        new = 0
        for place, (key, judged) in enumerate(zip(keys, entries, strict=True)):
            there = known.get(key) or aliases.get(judged.entry.identity)
            words = _words(judged.entry)
            if there is None:
                _insert(tx, number, judged, epoch(now), place)
                known[key] = (0, words)
                new += 1
            elif there[1] != words and there[0]:
                _rewrite(tx, there[0], judged, words)
    return new


def _known(tx: sqlite3.Connection, keys: list[int]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for some in portions(keys):
        rows = tx.execute(f"SELECT key, id, hash FROM entry WHERE key IN ({marks(some)})", some)
        found.update((key, (number, words)) for key, number, words in rows)
    return found


def _under_another_name(tx: sqlite3.Connection, feed: int, entries: Sequence[Entry]) -> dict[str, tuple[int, int]]:
    """Entries known as ``guid`` that now are ``guid|url``, or the other way round, with the same link."""
    others: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.guid and entry.url:
            other = entry.guid if entry.identity != entry.guid else f"{entry.guid}|{entry.url}"
            others.setdefault(_key(feed, other), []).append(entry)
    found: dict[str, tuple[int, int]] = {}
    for some in portions(list(others)):
        rows = tx.execute(f"SELECT key, id, hash, url FROM entry WHERE key IN ({marks(some)})", some)
        for key, number, words, url in rows:
            found.update((entry.identity, (number, words)) for entry in others[key] if entry.url == url)
    return found


def _insert(tx: sqlite3.Connection, feed: int, judged: Judged, now: int, place: int) -> None:
    entry = judged.entry
    # What has no date is shown for the moment it came, in the order in which the feed has it.
    shown = epoch(judged.shown_at) if judged.shown_at else now - place
    (number,) = tx.execute(
        "INSERT INTO entry (key, feed, identity, guid, title, url, author, published, updated, first_seen, shown_at,"
        " score, rank, whose, own, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            _key(feed, entry.identity),
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
            _words(entry),
        ),
    ).fetchone()
    tx.execute("INSERT INTO entry_text VALUES (?, ?, ?, ?, ?)", (number, *_texts(entry)))


def _rewrite(tx: sqlite3.Connection, number: int, judged: Judged, words: int) -> None:
    entry = judged.entry
    tx.execute(
        "UPDATE entry SET title = ?, url = ?, author = ?, updated = ?, score = ?, whose = ?, own = ?,"
        f" rank = ? + echo + shown_at / {_DAY}.0, hash = ? WHERE id = ?",
        (
            entry.title,
            entry.url,
            entry.author,
            epoch(entry.updated) if entry.updated else None,
            judged.score,
            " ".join(judged.whose),
            " ".join(judged.own),
            HIDDEN if judged.hidden else judged.score,
            words,
            number,
        ),
    )
    tx.execute(
        "UPDATE entry_text SET summary = ?, content = ?, language = ?, enclosures = ? WHERE entry = ?",
        (*_texts(entry), number),
    )


def _texts(entry: Entry) -> tuple[str, str, str | None, str | None]:
    enclosures = msgspec.json.encode(entry.enclosures).decode() if entry.enclosures else None
    return entry.summary, entry.content, entry.language, enclosures


def _key(feed: int, identity: str) -> int:
    return int.from_bytes(_hash(f"{feed}\n{identity}"), "big") & _KEY_BITS


def _words(entry: Entry) -> int:
    said = "\n".join((entry.title, entry.url or "", entry.summary, entry.content))
    return int.from_bytes(_hash(said), "big") & _KEY_BITS


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()


def portions(values: list[int]) -> list[list[int]]:
    """The values in portions that fit into one statement."""
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]


def marks(values: Sequence[int]) -> str:
    """A question mark for each value."""
    return ",".join("?" * len(values))
