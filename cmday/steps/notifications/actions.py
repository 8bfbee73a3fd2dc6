"""What one does with a notification: read it with its thread, set it as done, open it, put it off.

Every verb says what it hit, and leaves a line in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.items import Item, Kind, State
from cmday.errors import NotFound, WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.naming import named
from cmday.steps.notifications.report import ItemRow
from cmday.steps.notifications.rows import item_row
from cmday.steps.notifications.step import LETTER, NAME
from cmday.steps.notifications.urgency import Limits
from cmday.storage import handles, item_states, journal, ledger, undo

_EXCERPT: Final = 120


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """What a verb hit, as it is afterwards; ``count`` notifications stand behind one line."""

    handle: str
    id: str
    kind: Kind
    author: str
    community: str | None
    text: str
    url: str | None
    count: int
    state: State
    until: datetime | None = None


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of the verbs with ``--json``."""

    items: tuple[Hit, ...]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One item read whole; ``thread`` is what the ledger holds of its thread, oldest first, the item included."""

    item: ItemRow
    thread: tuple[ItemRow, ...]


class ReadingData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday inbox read --json``."""

    items: tuple[Reading, ...]


def read(session: Session, words: list[str]) -> ReadingData:
    """The items whole, each with its thread; they are seen from now on."""
    db = session.database
    limits = Limits(session.settings)
    readings = []
    with _undoable(session, "read", words) as found:
        for handle, item in found:
            ledger.set_state(db, [item.notification.id], "seen")
            now = _again(session, item)
            thread = ledger.thread_of(db, now)
            given = handles.give(db, session.clock.today(), LETTER, [one.notification.id for one in thread])
            readings.append(
                Reading(
                    item=item_row(limits.limited(now), handle),
                    thread=tuple(item_row(limits.limited(one), given[one.notification.id]) for one in thread),
                )
            )
            _note(session, "read", now)
    return ReadingData(items=tuple(readings))


def done(session: Session, words: list[str]) -> Hits:
    """Set items as done: they are answered, or want no answer."""
    return _change(session, "done", words, lambda one: ledger.set_state(session.database, [one], "done"))


def open_items(session: Session, words: list[str]) -> Hits:
    """Take items up again: what was done or put off is listed as seen. Their addresses are for the browser."""
    db = session.database

    def take_up(one: str) -> int:
        return ledger.set_state(db, [one], "seen") + ledger.reopen(db, [one])

    return _change(session, "open", words, take_up)


def snooze(session: Session, words: list[str], until: datetime) -> Hits:
    """Put items off; they come back as seen when the moment has come. Raises ``WrongUse`` for a moment that is over."""
    if until <= session.clock.now():
        raise WrongUse(
            phrase("{time} is over already", time=until.strftime("%Y-%m-%d %H:%M")),
            phrase("name a moment to come, for example --until tomorrow"),
        )
    return _change(
        session, "snooze", words, lambda one: ledger.set_state(session.database, [one], "snoozed", until=until)
    )


def _change(session: Session, verb: str, words: list[str], change: Callable[[str], int]) -> Hits:
    hits = []
    with _undoable(session, verb, words) as found:
        for handle, item in found:
            change(item.notification.id)
            _note(session, verb, item)
            hits.append(_hit(handle, _again(session, item)))
    return Hits(items=tuple(hits))


def restore(session: Session, before: dict[str, Any]) -> str:
    """Let items stand as they did before a verb; returns which."""
    item_states.bring_back(session.database, before)
    return _said(session, list(before))


@contextmanager
def _undoable(session: Session, verb: str, words: list[str]) -> Iterator[list[tuple[str, Item]]]:
    """The items named, in one transaction that notes how they stood before."""
    db = session.database
    with db.write():
        found = _found(session, words)
        ids = [item.notification.id for _, item in found]
        before = item_states.of(db, ids)
        yield found
        if changed := item_states.changed(db, before):
            undo.note(db, session.clock.now(), verb, NAME, _said(session, list(changed)), changed)


def _said(session: Session, ids: list[str]) -> str:
    """``i3 dj_nox, i5 Élodie``."""
    db = session.database
    given = handles.give(db, session.clock.today(), LETTER, ids)
    some = (item.notification for item in ledger.items(db, ids))
    return ", ".join(f"{given[one.id]} {one.author or one.author_handle}" for one in some)


def _found(session: Session, words: list[str]) -> list[tuple[str, Item]]:
    """The items named, each with its handle; all must exist before anything is done to one of them."""
    pairs = named(session, words, LETTER)
    known = {item.notification.id: item for item in ledger.items(session.database, [one for _, one in pairs])}
    for handle, one in pairs:
        if one not in known:
            raise NotFound(
                phrase("no notification is called {name}", name=handle),
                phrase("cmday inbox --offline --all shows them"),
            )
    return [(handle, known[one]) for handle, one in pairs]


def _again(session: Session, item: Item) -> Item:
    """The item as it is now."""
    (now,) = ledger.items(session.database, [item.notification.id])
    return now


def _note(session: Session, verb: str, item: Item) -> None:
    one = item.notification
    text = " ".join(f"{one.author}: {one.text or one.subject_text or one.kind}".split())[:_EXCERPT]
    journal.write(session.database, session.clock.now(), verb, step=NAME, item=one.id, text=text)


def _hit(handle: str, item: Item) -> Hit:
    one = item.notification
    return Hit(
        handle=handle,
        id=one.id,
        kind=one.kind,
        author=one.author or one.author_handle,
        community=one.community,
        text=one.text or one.subject_text or "",
        url=one.url,
        count=item.count,
        state=item.state,
        until=item.snoozed_until,
    )
