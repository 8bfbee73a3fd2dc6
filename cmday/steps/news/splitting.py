"""Taking a folded story apart, for good, and putting it together again by ``cmday undo``.

The entries get stories of their own that share a mark; two stories that share one are never folded together, whatever
joins either of them later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from cmday.session import Session
from cmday.steps.news.folding import Folder
from cmday.steps.news.folding_new import StoredShelf, as_headline, write_down
from cmday.steps.news.folding_window import Window
from cmday.storage import stories, undo

SLICE: Final = "stories"


class _Before(msgspec.Struct, frozen=True):
    """What undo needs for each entry: with which entries it was folded."""

    together: tuple[str, ...]


def take_apart(session: Session, entry_ids: Sequence[str], said: str) -> None:
    """Let each of these entries stand alone from now on; noted for undo with ``said``, all in one transaction."""
    ids = list(dict.fromkeys(entry_ids))
    if len(ids) < 2:  # noqa: PLR2004  one entry is alone already
        return
    with session.database.write():
        undo.note(
            session.database,
            session.clock.now(),
            "split",
            SLICE,
            said,
            {one: msgspec.to_builtins(_Before(tuple(ids))) for one in ids},
        )
        _tell_anew(session, [[one] for one in ids], marked=True)


def restore(session: Session, before: Mapping[str, Any]) -> str:
    """Fold entries together again as they were before they were split; returns what they are."""
    groups = {tuple(msgspec.convert(was, _Before).together) for was in before.values()}
    for group in sorted(groups):
        _tell_anew(session, [list(group)], marked=False)
    return ""


def _tell_anew(session: Session, groups: Sequence[Sequence[str]], *, marked: bool) -> None:
    """Make each group of entries one story; what else was in their old stories stays there."""
    db = session.database
    began = stories.progress(db)
    window = Window(StoredShelf(db), began.read, began.number)
    folder = Folder(window)
    known = stories.as_unfolded(db, [one for group in groups for one in group])
    old = set(stories.numbers_of(db, known).values())
    marks = {mark for number in old for mark in _marks(window, number)}
    if marked:
        window.last_number += 1
        marks = {*marks, window.last_number}
    given: dict[int, int] = {}
    for group in groups:
        entries = [known[one] for one in group if one in known]
        if entries:
            told = folder.tell([as_headline(one) for one in entries], apart=tuple(sorted(marks)) if marked else ())
            given.update((one.number, told.number) for one in entries)
    after = msgspec.structs.replace(began, turn=began.turn + 1, number=window.last_number)
    if not write_down(db, window, given, began, after):
        raise AssertionError("nobody else can write inside this transaction")
    _empty(session, old)


def _marks(window: Window, number: int) -> tuple[int, ...]:
    return window.story(number).apart if window.has(number) else ()


def _empty(session: Session, numbers: set[int]) -> None:
    """Let go of old stories in which no entry is left, so that nothing joins them."""
    db = session.database
    shelf = StoredShelf(db)
    empty = {number: shelf.story(number) for number in sorted(numbers - stories.inhabited(db, numbers))}
    stories.let_go(db, [(number, told.indexed, False) for number, told in empty.items() if told])
