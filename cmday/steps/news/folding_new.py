"""Folding what came since the last time: bounded work, the newest first, and whole again after a kill at any moment.

Each portion is thought about outside of a transaction and written in one, with how far folding is. Where another
process wrote meanwhile, nothing is written; that process has folded the same entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from cmday.core.time import epoch
from cmday.session import Session
from cmday.steps.news.folding import Folder
from cmday.steps.news.folding_window import MOST_HAVING, WINDOW, Told, Window
from cmday.steps.news.folding_words import Headline, headline
from cmday.steps.news.relevance import source_points
from cmday.storage import echoes, stories
from cmday.storage.database import Database
from cmday.storage.stories import Changes, Progress, Unfolded
from cmday.text.plain import plain

MOST: Final = 4000
_PORTION: Final = 500
_WEEK: Final = 7 * 86_400


class StoredShelf:
    """The window as it lies in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def counts(self, words: Iterable[str]) -> Mapping[str, float]:
        return stories.counts(self._db, words)

    def having(self, word: str) -> list[int]:
        return stories.having(self._db, word, MOST_HAVING)

    def story(self, number: int) -> Told | None:
        blob = stories.told(self._db, number)
        return msgspec.msgpack.decode(blob, type=Told) if blob is not None else None


def fold_new(session: Session, most: int = MOST) -> int:
    """Fold at most ``most`` of the entries that came since the last time; returns how many were folded."""
    db, now = session.database, epoch(session.clock.now())
    began = stories.progress(db)
    waiting, newest = stories.unfolded(db, began.entry, now - WINDOW, most)
    if not waiting:
        if newest > began.entry:
            stories.save(db, _nothing(), began, msgspec.structs.replace(began, entry=newest, turn=began.turn + 1))
        return 0
    _sweep(db, now - WINDOW)
    folded = 0
    window = Window(StoredShelf(db), began.read, began.number)
    for start in range(0, len(waiting), _PORTION):
        some = waiting[start : start + _PORTION]
        last = len(waiting) < most and start + _PORTION >= len(waiting)
        after = fold_portion(db, window, began, some, upto=newest if last else began.entry, now=now)
        if after is None:
            break
        if began.week and after.week > began.week:
            window = Window(StoredShelf(db), after.read, after.number)
        began = after
        folded += len(some)
    return folded


def fold_portion(
    db: Database, window: Window, began: Progress, some: list[Unfolded], *, upto: int, now: int
) -> Progress | None:
    """Fold these and write it down; None where another process wrote meanwhile."""
    folder = Folder(window)
    lines = [(one.number, as_headline(one)) for one in some]
    window.expect({word for _, line in lines for word in (*line.title, *line.pairs, *line.lead)})
    given = {number: folder.fold(line) for number, line in lines}
    week = now // _WEEK
    aged = bool(began.week) and week > began.week
    after = Progress(
        entry=upto,
        turn=began.turn + 1,
        read=window.read / 2 if aged else window.read,
        number=window.last_number,
        week=week,
    )
    return after if write_down(db, window, given, began, after) else None


def write_down(db: Database, window: Window, given: Mapping[int, int], began: Progress, after: Progress) -> bool:
    """Write what the window changed, and give the entries of stories that grew their points for sources."""
    touched = set(window.changed)
    changes = Changes(
        entries={entry: window.root(story) for entry, story in given.items()},
        told={number: (told.last, msgspec.msgpack.encode(told)) for number, told in window.changed.items()},
        gone={number: window.root(number) for number in window.gone},
        lost=dict(window.lost),
        posted=sorted(window.posted),
        counted=dict(window.fresh),
    )
    with db.write():
        if not stories.save(db, changes, began, after):
            return False
        grown = [number for number in touched if window.changed[number].size > 1 or not given]
        echoes.give(db, {entry: source_points(feeds) for entry, feeds in stories.sources(db, grown).items()})
    window.saved()
    return True


def as_headline(one: Unfolded) -> Headline:
    """An entry as folding compares it; the feed is its source."""
    lead = one.summary or plain(one.content)
    return headline(one.title, one.feed, one.at, name=one.feed_title, lead=lead, url=one.url or "")


def _sweep(db: Database, before: int) -> None:
    """Let go of stories that nothing will join any more."""
    old = [(number, msgspec.msgpack.decode(blob, type=Told)) for number, blob in stories.outlived(db, before)]
    if old:
        stories.let_go(db, [(number, told.indexed, told.size == 1) for number, told in old])


def _nothing() -> Changes:
    return Changes(entries={}, told={}, gone={}, lost={}, posted=(), counted={})
