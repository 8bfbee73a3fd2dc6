"""One notification read whole: its thread as it went, its change, one's own notes and labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cmday.core.item_query import Query
from cmday.session import Session
from cmday.steps.notifications.actions import again, note_all, set_state, undoable
from cmday.steps.notifications.report import ItemRow
from cmday.steps.notifications.rows import item_row
from cmday.steps.notifications.step import LETTER
from cmday.steps.notifications.targets import Target
from cmday.steps.notifications.turns import turns
from cmday.steps.notifications.urgency import Limits
from cmday.storage import handles, journal, labels, ledger


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of ``posts[]``: ``handle`` where it is an item of its own, ``mine`` what one's own account wrote.

    ``waiting`` is an answer that has not left.
    """

    handle: str | None
    author: str
    author_handle: str
    text: str
    at: datetime
    url: str | None
    mine: bool
    by: str | None
    waiting: bool


class OwnNote(msgspec.Struct, frozen=True, kw_only=True):
    """One's own note on an item of the thread."""

    at: datetime
    text: str


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One item read whole; ``thread`` is what the ledger holds of its thread, oldest first, the item included.

    ``posts`` is the whole thread as far as it is stored, one's own words too. ``was`` is the text before the last edit,
    ``gone`` when it was found deleted; ``answered_at`` and ``answered_by`` tell of an answer given elsewhere.
    """

    item: ItemRow
    thread: tuple[ItemRow, ...]
    posts: tuple[Said, ...]
    edited: datetime | None
    was: str | None
    gone: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    labels: tuple[str, ...]
    notes: tuple[OwnNote, ...]


class ReadingData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday inbox read --json``."""

    items: tuple[Reading, ...]


def read(session: Session, words: Sequence[str], query: Query | None = None) -> ReadingData:
    """The items whole, each with its thread; they are seen from now on."""
    readings = []
    with undoable(session, "read", words, query) as found:
        for target in found:
            set_state(session, target, "seen")
            readings.append(_reading(session, target))
        note_all(session, "read", found)
    return ReadingData(items=tuple(readings))


def _reading(session: Session, target: Target) -> Reading:
    db, limits = session.database, Limits(session.settings)
    now = again(session, target.item)
    thread = ledger.thread_of(db, now)
    ids = [one.notification.id for one in thread]
    given = handles.give(db, session.clock.today(), LETTER, ids)
    return Reading(
        item=item_row(limits.limited(now), target.handle),
        thread=tuple(item_row(limits.limited(one), given[one.notification.id]) for one in thread),
        posts=tuple(
            Said(
                handle=given.get(turn.item or ""),
                author=turn.author,
                author_handle=turn.author_handle,
                text=turn.text,
                at=turn.at,
                url=turn.url,
                mine=turn.mine,
                by=turn.by,
                waiting=turn.waiting,
            )
            for turn in turns(session, now)
        ),
        edited=now.notification.edited,
        was=now.was,
        gone=now.gone,
        answered_at=now.answered_at,
        answered_by=now.answered_by,
        labels=labels.of(db, [target.id]).get(target.id, ()),
        notes=tuple(OwnNote(at=one.at, text=one.text) for one in journal.notes_on(db, {target.id, *ids})),
    )
