"""The verbs of step 5: they write, each in one transaction and with a line in the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from cmday.core.operations import Operation
from cmday.errors import NotFound, WrongUse
from cmday.i18n import Phrase, phrase
from cmday.outbox import queue
from cmday.session import Session
from cmday.steps.planning.adding import check_dates, title_of
from cmday.steps.planning.hanging import Followed
from cmday.steps.planning.posts import waiting_posts
from cmday.steps.planning.recurring import coming_back
from cmday.steps.planning.report import ChangeRow
from cmday.storage import handles, journal, operations, undo

_LIVING: Final = frozenset({"open", "running", "paused"})


class Acted(msgspec.Struct, frozen=True):
    """What a verb hit: the handle or id as it was named, and the operation as it is now."""

    handle: str
    operation: Operation


def edit(session: Session, word: str, changes: dict[str, Any]) -> Acted:
    """Change what an operation says of itself; its place is kept where it still holds."""
    one = operation(session, word)
    if "title" in changes:
        changes = {**changes, "title": title_of(changes["title"])}
    changed = msgspec.structs.replace(one, **changes)
    if {"due", "not_before"} & changes.keys():
        check_dates(changed, session.clock.now())
    with _undoable(session, "edit", [one]):
        return Acted(word, _write(session, changed, "edit"))


def operation(session: Session, word: str) -> Operation:
    """The operation that a person named."""
    [(_, one)] = _named(session, [word])
    return one


def begin(session: Session, words: Sequence[str]) -> list[Acted]:
    """Begin operations, or go on with them; whatever else runs is paused, because a person does one thing at a time."""
    now = session.clock.now()
    named = _named(session, words, among=_LIVING)
    acted = []
    with _undoable(session, "begin", [one for _, one in named]):
        chosen = {one.id for _, one in named}
        for other in operations.living(session.database):
            if other.state == "running" and other.id not in chosen:
                _write(session, _stopped(other, now), "pause")
        for handle, one in named:
            if one.state != "running":
                one = msgspec.structs.replace(one, state="running", began=now)  # noqa: PLW2901
                _write(session, one, "begin")
            acted.append(Acted(handle, one))
    return acted


def pause(session: Session, words: Sequence[str]) -> list[Acted]:
    """Pause operations that run; the time spent counts."""
    now = session.clock.now()
    acted = []
    named = _named(session, words, among=_LIVING)
    with _undoable(session, "pause", [one for _, one in named]):
        for handle, one in named:
            if one.state != "running":
                raise WrongUse(
                    phrase('"{title}" is not running', title=one.title),
                    phrase("begin it with cmday plan begin {handle}", handle=handle),
                )
            acted.append(Acted(handle, _write(session, _stopped(one, now), "pause")))
    return acted


def done(session: Session, words: Sequence[str]) -> list[Acted]:
    """Operations are done; naming one that is done already changes nothing. A post is done when it was sent."""
    posts = waiting_posts(session)
    for handle, one in _named(session, words):
        if one.id in posts:
            raise WrongUse(
                phrase("{handle} is a post that waits in the outbox", handle=handle),
                phrase("cmday send sends it, cmday plan drop {handle} gives it up", handle=handle),
            )
    return _end(session, words, "done")


def drop(session: Session, words: Sequence[str]) -> list[Acted]:
    """Operations are given up; posts are taken out of the outbox too."""
    named, posts = _named(session, words), waiting_posts(session)
    rest = [handle for handle, one in named if one.id not in posts]
    with session.database.write():
        if waiting := [each.id for _, one in named for each in posts.get(one.id, ())]:
            queue.drop(session, waiting)
        ended = {acted.operation.id: acted for acted in (_end(session, rest, "dropped") if rest else ())}
        now = operations.by_ids(session.database, [one.id for _, one in named])
    return [ended.get(one.id) or Acted(handle, now[one.id]) for handle, one in named]


def finish(session: Session, ids: Sequence[str]) -> list[Operation]:
    """``done`` for ids that are known already (``cmday done``)."""
    return [acted.operation for acted in done(session, ids)]


def reopen(session: Session, ids: Sequence[str]) -> list[Operation]:
    """Operations that were done or dropped are open again; what was spent on them still counts."""
    opened = []
    named = _named(session, ids)
    with _undoable(session, "reopen", [one for _, one in named]):
        for _, one in named:
            if one.state in ("done", "dropped"):
                start = one.start if one.start and one.start > session.clock.now() else None
                one = msgspec.structs.replace(one, state="open", began=None, start=start)  # noqa: PLW2901
                _write(session, one, "reopen")
            opened.append(one)
    return opened


def apply(session: Session, changes: Sequence[ChangeRow], followed: Sequence[Followed] = ()) -> None:
    """Write where operations go, and what becomes of those whose event moved or is gone."""
    now, written = session.clock.now(), {change.operation for change in changes}
    moved = [one for one in followed if one.was.id in written]
    gone = [one.was.id for one in moved if one.now is None]
    if posts := [each.id for one, waiting in waiting_posts(session).items() if one in gone for each in waiting]:
        queue.drop(session, posts)
    with _undoable(session, "place", []):
        for one in moved:
            if one.now is not None:
                operations.put(session.database, one.now)
            elif one.was.id not in waiting_posts(session):
                _write(session, msgspec.structs.replace(one.was, state="dropped"), "drop")
        placed = [change for change in changes if change.operation not in gone]
        operations.place(session.database, {change.operation: change.to for change in placed})
        for change in placed:
            text = change.to.isoformat() if change.to else ""
            journal.write(session.database, now, "place", step="planning", item=change.operation, text=text)


def clashes_with_others(session: Session, change: ChangeRow) -> bool:
    """Whether a new place lies where another operation was agreed to be."""
    if change.to is None:
        return False
    living = {one.id: one for one in operations.living(session.database)}
    own = living[change.operation]
    end = change.to.timestamp() + own.duration.total_seconds()
    return any(
        other.start.timestamp() < end and change.to.timestamp() < other.end.timestamp()
        for other in living.values()
        if other.id != own.id and other.state != "running" and other.start and other.end
    )


def _end(session: Session, words: Sequence[str], state: str) -> list[Acted]:
    now = session.clock.now()
    acted = []
    added: list[str] = []
    named = _named(session, words)
    with _undoable(session, "done" if state == "done" else "drop", [one for _, one in named], added):
        for handle, one in named:
            if one.state != state:
                one = msgspec.structs.replace(_stopped(one, now), state=state)  # noqa: PLW2901
                _write(session, one, "done" if state == "done" else "drop")
                if state == "done" and (again := coming_back(session, one)):
                    added.append(_write(session, again, "add").id)
            acted.append(Acted(handle, one))
    return acted


def restore(session: Session, before: dict[str, Any]) -> str:
    """Let operations be as they were before a verb, those that were added gone; returns which."""
    db, now = session.database, session.clock.now()
    titles = [one.title for one in operations.by_ids(db, before).values()]
    for one, was in before.items():
        if was is None:
            operations.remove(db, one)
            continue
        operation = msgspec.convert(was, Operation)
        operations.put(db, operation, at=now if operation.state in ("done", "dropped") else None)
    return ", ".join(titles)


@contextmanager
def _undoable(session: Session, verb: str, named: Sequence[Operation], added: Sequence[str] = ()) -> Iterator[None]:
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


def _stopped(one: Operation, now: datetime) -> Operation:
    """An operation that runs no more: what it took is counted, and a place that has begun is given up."""
    if one.state != "running" or one.began is None:
        return one
    spent = one.spent + max(now - one.began, timedelta())
    start = one.start if one.start and one.start > now else None
    return msgspec.structs.replace(one, state="paused", spent=spent, began=None, start=start)


def _write(session: Session, one: Operation, verb: str) -> Operation:
    now = session.clock.now()
    with session.database.write():
        operations.put(session.database, one, at=now if one.state in ("done", "dropped") else None)
        journal.write(session.database, now, verb, step="planning", item=one.id, text=one.title)
    return one


def _named(
    session: Session, words: Sequence[str], *, among: frozenset[str] | None = None
) -> list[tuple[str, Operation]]:
    """The operations that a person named, each once; raises ``NotFound``, and ``WrongUse`` for those that are over."""
    hits = handles.resolve(session.database, session.clock.today(), list(words), "p")
    known = operations.by_ids(session.database, [item for _, item in hits])
    named = []
    for handle, item in hits:
        if item not in known:
            raise NotFound(phrase('no operation is called "{word}"', word=handle), phrase("cmday plan list shows them"))
        one = known[item]
        if among is not None and one.state not in among:
            raise WrongUse(_over(one), phrase("cmday plan list shows what is open"))
        named.append((handle, one))
    return named


def _over(one: Operation) -> Phrase:
    if one.state == "done":
        return phrase('"{title}" is done', title=one.title)
    return phrase('"{title}" was dropped', title=one.title)
