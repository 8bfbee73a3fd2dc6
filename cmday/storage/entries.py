"""The entries of all feeds. What a screen needs is found by index, whatever the size of the database."""

# ruff: noqa: S608  only question marks and our own column names are put into the SQL

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.feeds import Enclosure, Entry, EntryState, StoredEntry
from cmday.core.time import epoch, from_epoch
from cmday.storage import feeds
from cmday.storage.database import Database
from cmday.storage.entry_store import HIDDEN, Judged, marks, portions

STATES: Final[tuple[EntryState, ...]] = ("unread", "read", "later")
_DAY: Final = 86_400
_COLUMNS: Final = (
    "e.key, e.identity, e.guid, e.title, e.url, e.author, e.published, e.updated, e.first_seen, e.shown_at, e.state,"
    " e.score, f.url, f.title, f.host, t.summary, t.language"
)
_FROM: Final = "FROM entry e JOIN feed f ON f.id = e.feed JOIN entry_text t ON t.entry = e.id"


def best(db: Database, limit: int) -> list[StoredEntry]:
    """The best unread entries of all feeds, best first, without their content."""
    return _read(db, f"SELECT {_COLUMNS} {_FROM} WHERE e.state = 0 ORDER BY e.rank DESC LIMIT ?", (limit,))


def best_of_feeds(db: Database, urls: Iterable[str], each: int) -> list[StoredEntry]:
    """The best unread entries of each of these feeds, without their content."""
    found: list[StoredEntry] = []
    for number in feeds.ids_of(db, urls).values():
        found += _read(
            db,
            f"SELECT {_COLUMNS} {_FROM} WHERE e.feed = ? AND e.state = 0 ORDER BY e.rank DESC LIMIT ?",
            (number, each),
        )
    return found


def newest(db: Database, limit: int, *, url: str | None = None, everything: bool = False) -> list[StoredEntry]:
    """The newest entries, unread ones only unless ``everything``, of one feed or of all, without their content."""
    where, values = [], []
    if url is not None:
        where.append("e.feed = (SELECT id FROM feed WHERE url = ?)")
        values.append(url)
    if not everything:
        where.append("e.state = 0")
    index = "entry_of_feed" if url is not None else "entry_newest"
    if not everything and _few_unread(db):
        index = "entry_best"
    source = _FROM.replace("entry e", f"entry e INDEXED BY {index}")
    condition = f"WHERE {' AND '.join(where)}" if where else ""
    return _read(
        db,
        f"SELECT {_COLUMNS} {source} {condition} ORDER BY e.shown_at DESC, e.id LIMIT ?",
        (*values, limit),
    )


def kept_for_later(db: Database, limit: int) -> list[StoredEntry]:
    """The entries kept for later, the longest kept first, without their content."""
    return _read(db, f"SELECT {_COLUMNS} {_FROM} WHERE e.state = 2 ORDER BY e.state_at, e.id LIMIT ?", (limit,))


def by_ids(db: Database, ids: Iterable[str]) -> dict[str, StoredEntry]:
    """The entries of these ids, with their content; unknown ids are missing."""
    keys = [key for key in map(_key_of_id, ids) if key is not None]
    found: dict[str, StoredEntry] = {}
    for some in portions(keys):
        rows = db.connection.execute(
            f"SELECT {_COLUMNS}, t.content, t.enclosures {_FROM} WHERE e.key IN ({marks(some)})",
            some,
        )
        for *row, content, enclosures in rows:
            stored = _stored(db, row)
            entry = msgspec.structs.replace(
                stored.entry,
                content=content,
                enclosures=msgspec.json.decode(enclosures, type=tuple[Enclosure, ...]) if enclosures else (),
            )
            found[stored.id] = msgspec.structs.replace(stored, entry=entry)
    return found


def mark(db: Database, ids: Iterable[str], state: EntryState, at: datetime) -> int:
    """Set the state of entries; returns how many changed."""
    changed = 0
    with db.write() as tx:
        for some in portions([key for key in map(_key_of_id, ids) if key is not None]):
            cursor = tx.execute(
                f"UPDATE entry SET state = ?, state_at = ? WHERE key IN ({marks(some)}) AND state <> ?",
                (STATES.index(state), epoch(at), *some, STATES.index(state)),
            )
            changed += cursor.rowcount
    return changed


def recent_unread(db: Database, since: datetime, limit: int) -> list[StoredEntry]:
    """The unread entries shown since then, hidden ones too: those worth judging again."""
    return _read(
        db,
        f"SELECT {_COLUMNS} {_FROM.replace('entry e', 'entry e INDEXED BY entry_newest')}"
        " WHERE e.shown_at >= ? AND e.state = 0 ORDER BY e.shown_at DESC LIMIT ?",
        (epoch(since), limit),
    )


def judge_again(db: Database, judged: Iterable[tuple[str, Judged]]) -> None:
    """Give entries (by id) other points, and others that they are for."""
    rows = [
        (one.score, HIDDEN if one.hidden else one.score, " ".join(one.whose), " ".join(one.own), int(item, 16))
        for item, one in judged
    ]
    with db.write() as tx:
        tx.executemany(
            f"UPDATE entry SET score = ?, rank = ? + echo + shown_at / {_DAY}.0, whose = ?, own = ? WHERE key = ?", rows
        )


def rhythm(db: Database, url: str, count: int) -> list[int]:
    """The moments (epoch seconds) of a feed's newest entries, newest first, as far as the feed dates them."""
    rows = db.connection.execute(
        "SELECT coalesce(published, updated) FROM entry WHERE feed = (SELECT id FROM feed WHERE url = ?)"
        " ORDER BY shown_at DESC LIMIT ?",
        (url, count),
    )
    return [moment for (moment,) in rows if moment is not None]


def _few_unread(db: Database) -> bool:
    """Whether so few entries are unread that looking through them beats looking for them among all."""
    unread, everything = db.connection.execute("SELECT total(unread), total(entries) FROM feed").fetchone()
    return bool(unread * 20 < everything)


def _read(db: Database, sql: str, values: Sequence[object]) -> list[StoredEntry]:
    return [_stored(db, row) for row in db.connection.execute(sql, tuple(values))]


def _stored(db: Database, row: Sequence[Any]) -> StoredEntry:
    key, identity, guid, title, url, author, published, updated, first_seen, shown_at, state, score, *rest = row
    feed_url, feed_title, host, summary, language = rest
    return StoredEntry(
        id=f"{key:016x}",
        entry=Entry(
            identity=identity,
            guid=guid,
            title=title,
            url=url,
            author=author,
            published=from_epoch(published, db.zone) if published is not None else None,
            updated=from_epoch(updated, db.zone) if updated is not None else None,
            summary=summary,
            language=language,
        ),
        feed_url=feed_url,
        feed_title=feed_title or host,
        communities=(),
        state=STATES[state],
        score=score,
        first_seen=from_epoch(first_seen, db.zone),
        shown_at=from_epoch(shown_at, db.zone),
    )


def _key_of_id(word: str) -> int | None:
    try:
        return int(word, 16) if len(word) == 16 else None  # noqa: PLR2004  as ids are written
    except ValueError:
        return None
