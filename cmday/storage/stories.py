"""Stories: entries of several feeds that tell the same, and what folding keeps of the last two weeks.

A story is a number; which entries bear it stays. The blob of a story, its words and the counts of words are there only
while something may still join it, so they are bounded by two weeks of entries, whatever the size of the database.
"""

# ruff: noqa: S608  only question marks and our own column names are put into the SQL

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from cmday.core.feeds import Story
from cmday.core.time import from_epoch
from cmday.storage import keep
from cmday.storage.database import Database
from cmday.storage.entry_store import marks, portions

_PROGRESS: Final = "stories"
_CONTENT: Final = 1500
_SWEEP: Final = 10_000


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far folding is. ``entry`` is the last entry of which all before are folded, ``turn`` counts the writers.

    ``read`` headlines were counted, ``number`` is the newest story's, ``week`` when counts were last halved.
    """

    entry: int = 0
    turn: int = 0
    read: float = 0.0
    number: int = 0
    week: int = 0


class Unfolded(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as folding reads it; ``content`` is the beginning of its HTML, ``at`` epoch seconds."""

    number: int
    feed: str
    feed_title: str
    title: str
    url: str | None
    at: int
    summary: str
    content: str


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a fold changed: stories of entries, blobs of stories with their last moment, and the index beside them."""

    entries: Mapping[int, int]
    told: Mapping[int, tuple[int, bytes]]
    gone: Mapping[int, int]
    lost: Mapping[int, tuple[str, ...]]
    posted: Iterable[tuple[str, int]]
    counted: Mapping[str, float]


def around(db: Database, entry_ids: Iterable[str]) -> dict[str, Story]:
    """The stories that these entries belong to, by entry; an entry that stands alone is missing."""
    wanted = {int(one, 16): one for one in entry_ids}
    story_of: dict[str, int] = {}
    for some in portions(list(wanted)):
        rows = db.connection.execute(
            f"SELECT e.key, s.story FROM entry e JOIN story_entry s ON s.entry = e.id WHERE e.key IN ({marks(some)})",
            some,
        )
        story_of.update((wanted[key], story) for key, story in rows)
    stories = _whole(db, set(story_of.values()))
    return {one: stories[story] for one, story in story_of.items() if story in stories}


def _whole(db: Database, numbers: set[int]) -> dict[int, Story]:
    """The stories of two entries or more among these."""
    members: dict[int, list[tuple[int, int, str]]] = {}
    for some in portions(sorted(numbers)):
        rows = db.connection.execute(
            "SELECT s.story, e.key, e.shown_at, f.url FROM story_entry s JOIN entry e ON e.id = s.entry"
            f" JOIN feed f ON f.id = e.feed WHERE s.story IN ({marks(some)}) ORDER BY e.shown_at, e.id",
            some,
        )
        for story, key, at, url in rows:
            members.setdefault(story, []).append((key, at, url))
    return {
        story: Story(
            id=f"{found[0][0]:016x}",
            entries=tuple(f"{key:016x}" for key, _, _ in found),
            feeds=tuple(dict.fromkeys(url for _, _, url in found)),
            first=from_epoch(found[0][1], db.zone),
        )
        for story, found in members.items()
        if len(found) > 1
    }


def progress(db: Database) -> Progress:
    """How far folding is."""
    kept = keep.get(db, _PROGRESS)
    return msgspec.json.decode(kept, type=Progress) if kept else Progress()


def unfolded(db: Database, after: int, since: int, limit: int) -> tuple[list[Unfolded], int]:
    """The newest entries that came after one and were in no story yet, oldest first; and the newest entry's number.

    Those shown for before ``since`` (epoch seconds) are left out.
    """
    (newest,) = db.connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()
    if newest <= after:
        return [], newest
    rows = db.connection.execute(
        f"{_UNFOLDED} WHERE e.id > ? AND e.id <= ? AND e.shown_at >= ?"
        " AND NOT EXISTS (SELECT 1 FROM story_entry s WHERE s.entry = e.id) ORDER BY e.shown_at DESC,"
        " e.id DESC LIMIT ?",
        (after, newest, since, limit),
    )
    return [_unfolded(row) for row in rows][::-1], newest


_UNFOLDED: Final = (
    "SELECT e.id, e.feed, coalesce(f.title, f.host), e.title, e.url, e.shown_at, substr(t.summary, 1, 1000),"
    f" CASE WHEN length(t.summary) < 40 THEN substr(t.content, 1, {_CONTENT}) ELSE '' END"
    " FROM entry e JOIN feed f ON f.id = e.feed JOIN entry_text t ON t.entry = e.id"
)


def as_unfolded(db: Database, entry_ids: Iterable[str]) -> dict[str, Unfolded]:
    """Entries as folding reads them, by id, whether they are folded or not."""
    found: dict[str, Unfolded] = {}
    for some in portions([int(one, 16) for one in entry_ids]):
        rows = db.connection.execute(
            f"{_UNFOLDED.replace('SELECT', 'SELECT e.key,', 1)} WHERE e.key IN ({marks(some)})", some
        )
        found.update((f"{key:016x}", _unfolded(row)) for key, *row in rows)
    return found


def _unfolded(row: Iterable[object]) -> Unfolded:
    number, feed, feed_title, title, url, at, summary, content = row
    fields = ("number", "feed", "feed_title", "title", "url", "at", "summary", "content")
    values = (number, str(feed), feed_title, title, url, at, summary, content)
    return msgspec.convert(dict(zip(fields, values, strict=True)), Unfolded)


def counts(db: Database, words: Iterable[str]) -> dict[str, float]:
    """How often words were read of late; those never read are missing."""
    wanted = list(words)
    found: dict[str, float] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        found.update(
            db.connection.execute(
                f"SELECT word, count FROM story_count WHERE word IN ({','.join('?' * len(some))})", some
            )
        )
    return found


def having(db: Database, word: str, most: int) -> list[int]:
    """The newest stories that have a word, oldest first."""
    rows = db.connection.execute(
        "SELECT story FROM story_word WHERE word = ? ORDER BY story DESC LIMIT ?", (word, most)
    )
    return [story for (story,) in rows][::-1]


def told(db: Database, number: int) -> bytes | None:
    """The blob of a story, if something may still join it."""
    row = db.connection.execute("SELECT told FROM story WHERE id = ?", (number,)).fetchone()
    return bytes(row[0]) if row else None


def numbers_of(db: Database, entry_ids: Iterable[str]) -> dict[str, int]:
    """The number of the story that each entry is in, alone or not."""
    found: dict[str, int] = {}
    for some in portions([int(one, 16) for one in entry_ids]):
        rows = db.connection.execute(
            f"SELECT e.key, s.story FROM entry e JOIN story_entry s ON s.entry = e.id WHERE e.key IN ({marks(some)})",
            some,
        )
        found.update((f"{key:016x}", story) for key, story in rows)
    return found


def save(db: Database, changes: Changes, before: Progress, after: Progress) -> bool:
    """Write what a fold changed, all or nothing; False where another process folded meanwhile: nothing is written."""
    with db.write() as tx:
        if progress(db) != before:
            return False
        for number, into in changes.gone.items():
            tx.execute("UPDATE story_entry SET story = ? WHERE story = ?", (into, number))
            tx.execute("DELETE FROM story WHERE id = ?", (number,))
        tx.executemany(
            "DELETE FROM story_word WHERE word = ? AND story = ?",
            [(word, number) for number, words in changes.lost.items() for word in words],
        )
        # An entry that its feed lost meanwhile is in no story.
        tx.executemany(
            "INSERT OR REPLACE INTO story_entry SELECT id, ? FROM entry WHERE id = ?",
            [(story, entry) for entry, story in changes.entries.items()],
        )
        tx.executemany(
            "INSERT OR REPLACE INTO story VALUES (?, ?, ?)",
            [(number, last, blob) for number, (last, blob) in changes.told.items()],
        )
        tx.executemany("INSERT OR IGNORE INTO story_word VALUES (?, ?)", changes.posted)
        tx.executemany(
            "INSERT INTO story_count VALUES (?, ?) ON CONFLICT (word) DO UPDATE SET count = count + excluded.count",
            changes.counted.items(),
        )
        if before.week and after.week > before.week:
            tx.execute("UPDATE story_count SET count = count / 2")
            tx.execute("DELETE FROM story_count WHERE count < 0.6")
        keep.put(db, _PROGRESS, msgspec.json.encode(after).decode())
    return True


def outlived(db: Database, before: int) -> list[tuple[int, bytes]]:
    """Stories last told before then (epoch seconds), a bounded number of them: nothing will join them."""
    rows = db.connection.execute("SELECT id, told FROM story WHERE last < ? ORDER BY last LIMIT ?", (before, _SWEEP))
    return [(number, bytes(blob)) for number, blob in rows]


def let_go(db: Database, stories: Iterable[tuple[int, tuple[str, ...], bool]]) -> None:
    """Forget how stories (number, words, alone) are told; those of two entries or more remain stories."""
    listed = list(stories)
    with db.write() as tx:
        tx.executemany("DELETE FROM story WHERE id = ?", [(number,) for number, _, _ in listed])
        tx.executemany(
            "DELETE FROM story_word WHERE word = ? AND story = ?",
            [(word, number) for number, words, _ in listed for word in words],
        )
        tx.executemany("DELETE FROM story_entry WHERE story = ?", [(number,) for number, _, alone in listed if alone])


def inhabited(db: Database, numbers: Iterable[int]) -> set[int]:
    """Those of these stories that have an entry."""
    found: set[int] = set()
    for some in portions(sorted(numbers)):
        rows = db.connection.execute(f"SELECT DISTINCT story FROM story_entry WHERE story IN ({marks(some)})", some)
        found.update(story for (story,) in rows)
    return found


def sources(db: Database, numbers: Iterable[int]) -> dict[str, int]:
    """How many feeds tell the story of each entry in these stories, by entry."""
    found: dict[str, int] = {}
    for some in portions(sorted(set(numbers))):
        rows = db.connection.execute(
            "SELECT e.key, n.feeds FROM story_entry s JOIN entry e ON e.id = s.entry JOIN ("
            " SELECT i.story, count(DISTINCT o.feed) AS feeds FROM story_entry i JOIN entry o ON o.id = i.entry"
            f" WHERE i.story IN ({marks(some)}) GROUP BY i.story) n ON n.story = s.story",
            some,
        )
        found.update((f"{key:016x}", feeds) for key, feeds in rows)
    return found
