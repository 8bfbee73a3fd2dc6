"""What every verb of step 5 does when it writes: one transaction, a line in the journal, and a note for undoing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec

from cmday.core.operations import Operation
from cmday.errors import NotFound, WrongUse
from cmday.i18n import Phrase, phrase
from cmday.session import Session
from cmday.storage import handles, journal, operations, undo


class Acted(msgspec.Struct, frozen=True):
    """What a verb hit: the handle or id as it was named, and the operation as it is now."""

    handle: str
    operation: Operation


@contextmanager
def undoable(session: Session, verb: str, named: Sequence[Operation], added: Sequence[str] = ()) -> Iterator[None]:
    """A transaction that notes how all operations were that it changes, named or not; ``added`` were not there."""
    db = session.database
    with db.write():
        before = {one.id: one for one in (*named, *operations.living(db))}
        yield
        after = operations.by_ids(db, before)
        changed = {one: was for one, was in before.items() if after.get(one) != was}
        kept = {one: msgspec.to_builtins(was) for one, was in changed.items()} | dict.fromkeys(added)
        said = ", ".join(was.title for was in changed.values())
        undo.note(db, session.clock.now(), verb, "planning", said, kept)


def stopped(one: Operation, now: datetime) -> Operation:
    """An operation that runs no more: what it took is counted, and a place that has begun is given up."""
    if one.state != "running" or one.began is None:
        return one
    spent = one.spent + max(now - one.began, timedelta())
    start = one.start if one.start and one.start > now else None
    return msgspec.structs.replace(one, state="paused", spent=spent, began=None, start=start)


def write(session: Session, one: Operation, verb: str) -> Operation:
    """Store an operation with a line in the journal."""
    now = session.clock.now()
    with session.database.write():
        operations.put(session.database, one, at=now if one.state in ("done", "dropped") else None)
        journal.write(session.database, now, verb, step="planning", item=one.id, text=one.title)
    return one


def named_operations(
    session: Session, words: Sequence[str], *, among: frozenset[str] | None = None
) -> list[tuple[str, Operation]]:
    """The operations that a person named, each once; raises ``NotFound``, and ``WrongUse`` for those that are over."""
    hits = handles.resolve(session.database, session.clock.today(), list(words), "p")
    known = operations.by_ids(session.database, [item for _, item in hits])
    found = []
    for handle, item in hits:
        if item not in known:
            raise NotFound(phrase('no operation is called "{word}"', word=handle), phrase("cmday plan list shows them"))
        one = known[item]
        if among is not None and one.state not in among:
            raise WrongUse(_over(one), phrase("cmday plan list shows what is open"))
        found.append((handle, one))
    return found


def _over(one: Operation) -> Phrase:
    if one.state == "done":
        return phrase('"{title}" is done', title=one.title)
    return phrase('"{title}" was dropped', title=one.title)
