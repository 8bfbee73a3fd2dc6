"""What one does with a notification: set it as done, open it, put it off.

A verb takes items by name, or a query. It says what it hit, and leaves a line in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.item_query import Query
from cmday.core.items import Item, Kind, State
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.notifications.step import LETTER, NAME
from cmday.steps.notifications.targets import Target, targets
from cmday.storage import handles, item_states, journal, ledger, undo

_EXCERPT: Final = 120
# So many are named one by one; of more the first are.
_EACH: Final = 50
_NAMED: Final = 20


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


def done(session: Session, words: Sequence[str], query: Query | None = None) -> Hits:
    """Set items as done: they are answered, or want no answer."""
    return _change(session, "done", words, query, lambda target: set_state(session, target, "done"))


def open_items(session: Session, words: Sequence[str], query: Query | None = None) -> Hits:
    """Take items up again: what was done or put off is listed as seen. Their addresses are for the browser."""

    def take_up(target: Target) -> None:
        set_state(session, target, "seen")
        item_states.reopen(session.database, target.ids if target.exact else [target.id])

    return _change(session, "open", words, query, take_up)


def snooze(session: Session, words: Sequence[str], until: datetime, query: Query | None = None) -> Hits:
    """Put items off; they come back as seen when the moment has come. Raises ``WrongUse`` for a moment that is over."""
    if until <= session.clock.now():
        raise WrongUse(
            phrase("{time} is over already", time=until.strftime("%Y-%m-%d %H:%M")),
            phrase("name a moment to come, for example --until tomorrow"),
        )
    return _change(session, "snooze", words, query, lambda target: set_state(session, target, "snoozed", until))


def _change(
    session: Session, verb: str, words: Sequence[str], query: Query | None, change: Callable[[Target], None]
) -> Hits:
    with undoable(session, verb, words, query) as found:
        for target in found:
            change(target)
        note_all(session, verb, found)
        return Hits(items=tuple(hit_of(one, again(session, one.item)) for one in found))


def set_state(session: Session, target: Target, state: State, until: datetime | None = None) -> None:
    """Give all that a target hits another state."""
    if target.exact:
        item_states.set_each(session.database, target.ids, state, until=until)
    else:
        item_states.set_state(session.database, [target.id], state, until=until)


def restore(session: Session, before: dict[str, Any]) -> str:
    """Let items stand as they did before a verb; returns which."""
    item_states.bring_back(session.database, before)
    return said_of(session, list(before))


@contextmanager
def undoable(session: Session, verb: str, words: Sequence[str], query: Query | None) -> Iterator[list[Target]]:
    """What is to be hit, in one transaction that notes how it stood before."""
    db = session.database
    with db.write():
        found = targets(session, words, query)
        before = (
            item_states.of(db, [one.id for one in found])
            if query is None
            else item_states.of_all(db, {one.id: one.ids for one in found})
        )
        yield found
        if changed := item_states.changed(db, before):
            undo.note(db, session.clock.now(), verb, NAME, said_of(session, list(changed)), changed)


def said_of(session: Session, ids: list[str]) -> str:
    """``i3 dj_nox, i5 Élodie``; of many the first, and how many more."""
    db = session.database
    given = handles.give(db, session.clock.today(), LETTER, ids[:_NAMED])
    some = (item.notification for item in ledger.items(db, ids[:_NAMED]))
    names = ", ".join(f"{given[one.id]} {one.author or one.author_handle}" for one in some)
    return f"{names} (+{len(ids) - _NAMED})" if len(ids) > _NAMED else names


def again(session: Session, item: Item) -> Item:
    """The item as it is now."""
    (now,) = ledger.items(session.database, [item.notification.id])
    return now


def note_all(session: Session, verb: str, found: Sequence[Target], prefix: str = "") -> None:
    """A line of the journal for each, one for all where they are many."""
    db, now = session.database, session.clock.now()
    if len(found) > _EACH:
        text = said_of(session, [one.id for one in found])
        journal.write(db, now, verb, step=NAME, text=f"{prefix}{text}"[:_EXCERPT])
        return
    for target in found:
        one = target.item.notification
        text = " ".join(f"{one.author}: {one.text or one.subject_text or one.kind}".split())
        journal.write(db, now, verb, step=NAME, item=one.id, text=f"{prefix}{text}"[:_EXCERPT])


def hit_of(target: Target, now: Item) -> Hit:
    """What was hit, as it is now; of a line of which a part was hit, the newest of that part tells whose it is."""
    one = (target.item if target.exact else now).notification
    return Hit(
        handle=target.handle,
        id=one.id,
        kind=one.kind,
        author=one.author or one.author_handle,
        community=one.community,
        text=one.text or one.subject_text or "",
        url=one.url,
        count=target.count,
        state=now.state,
        until=now.snoozed_until,
    )
