"""``cmday undo``: the newest thing done that can be undone, whatever step it belongs to.

Each slice brings back its own: it has a ``restore(session, before)`` that says what it hit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any, Final, Protocol, cast

import msgspec

from cmday.errors import NotFound
from cmday.i18n import Phrase, phrase
from cmday.outbox import undoing as in_outbox
from cmday.outbox.naming import excerpt, handles_of
from cmday.session import Session
from cmday.steps.naming import named
from cmday.storage import journal, outbox, undo
from cmday.storage.undo import Undoable

# Where the slices' ``restore`` is: what they note for undoing bears these names.
_SLICES: Final[dict[str, str]] = {
    "notifications": "cmday.steps.notifications.actions",
    "labels": "cmday.steps.notifications.labelling",
    "news": "cmday.steps.news.actions",
    "stories": "cmday.steps.news.splitting",
    "moderation": "cmday.steps.moderation.acting.actions",
    "learning": "cmday.steps.moderation.learning.learnt",
    "planning": "cmday.steps.planning.actions",
    "activity": "cmday.steps.planning.importing",
    "journal": "cmday.steps.noting",
    "people": "cmday.steps.knowing",
    "outbox": "cmday.outbox.undoing",
}
OUTBOX: Final = "outbox"


class _Slice(Protocol):
    def restore(self, session: Session, before: Mapping[str, Any]) -> str: ...


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """What was undone: the verb that is taken back, and what it had hit."""

    verb: str
    slice: str
    what: str


class UndoneData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday undo --json``."""

    undone: tuple[Undone, ...]


class UndoableRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``cmday undo --list``; ``items`` are the ids that it would bring back."""

    at: datetime
    verb: str
    slice: str
    what: str
    items: tuple[str, ...]


class UndoableData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday undo --list --json``, newest first."""

    actions: tuple[UndoableRow, ...]


def listed(session: Session, limit: int) -> UndoableData:
    """What can be undone, newest first."""
    return UndoableData(
        actions=tuple(
            UndoableRow(at=one.at, verb=one.verb, slice=one.slice, what=one.said, items=tuple(one.before))
            for one in undo.newest(session.database, limit)
        )
    )


def chosen(session: Session, words: Sequence[str]) -> list[Undoable]:
    """What is to be undone: the newest action, the newest N, or the last that hit each item named.

    Raises ``NotFound`` where there is nothing.
    """
    if len(words) <= 1 and all(word.isascii() and word.isdecimal() for word in words):
        found = undo.newest(session.database, int(words[0]) if words else 1)
        if not found:
            raise NotFound(phrase("there is nothing to undo"), phrase("cmday undo --list shows what can be undone"))
        return found
    return [_of_item(session, handle, item) for handle, item in named(session, list(words))]


def _of_item(session: Session, handle: str, item: str) -> Undoable:
    # What was decided about a case went into the outbox, and bears a name of its own there.
    names = [
        item,
        *(one.id for one in outbox.of_targets(session.database, [item]).get(item, ()) if one.kind == "action"),
    ]
    every = [one for name in names if (one := undo.newest_of(session.database, name))]
    found = max(every, key=lambda one: one.number, default=None)
    if found is None:
        raise NotFound(
            phrase("nothing was done to {handle} that can be undone", handle=handle),
            phrase("cmday undo --list shows what can be undone"),
        )
    return found


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent and is to be taken back from the network: that leaves this machine too.

    ``inverse`` is the action that takes an action back there; ``irreversible`` that there is none.
    """

    handle: str
    what: str
    inverse: str | None = None
    irreversible: bool = False


def leaving(session: Session, actions: Sequence[Undoable]) -> list[Leaving]:
    """What of these was sent. Raises ``Irreversible`` where none of it can be taken back."""
    ids = [item for one in actions if one.slice == OUTBOX for item in one.before]
    sent = in_outbox.sent_ones(session, ids)
    if not sent:
        return []
    from cmday.steps.moderation.acting.capable import inverse_of

    given = handles_of(session, [one.id for one in sent])
    found = []
    for one in sent:
        inverse = inverse_of(session, one) if one.kind == "action" else None
        gone = one.kind == "action" and inverse is None
        found.append(Leaving(handle=given[one.id], what=excerpt(one), inverse=inverse, irreversible=gone))
    if all(one.irreversible for one in found) and len(actions) == 1:
        raise in_outbox.irreversible(session, sent[0])
    return found


def carry_out(session: Session, one: Undoable) -> Undone:
    """Undo one action. What was sent is taken back first; the rest is one transaction."""
    if one.slice == OUTBOX:
        for sent in in_outbox.sent_ones(session, one.before):
            in_outbox.retract(session, sent)
    slice_ = cast("_Slice", import_module(_SLICES[one.slice]))
    db, now = session.database, session.clock.now()
    with db.write():
        what = slice_.restore(session, one.before) or one.said
        undo.undone(db, one, now)
        if one.slice != "journal":
            journal.write(db, now, "undo", step=one.slice, item=next(iter(one.before)), text=f"{one.verb} {what}"[:200])
    return Undone(verb=one.verb, slice=one.slice, what=what)


def undo_items(session: Session, items: Sequence[str]) -> Phrase:
    """Undo the last thing done to these items; for what shows its own lines, as the guide does."""
    done = [carry_out(session, _of_item(session, item, item)) for item in items]
    return phrase("undone: {what}", what=", ".join(one.what for one in done))
