"""The verbs of step 5: they write, each in one transaction and with a line in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec

from cmday.core.operations import Operation
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.planning.adding import check_chain, check_dates, title_of
from cmday.steps.planning.dropping import drop
from cmday.steps.planning.posts import waiting_posts
from cmday.steps.planning.record import Acted, named_operations, stopped, undoable, write
from cmday.steps.planning.recurring import coming_back
from cmday.storage import operations

__all__ = ["Acted", "begin", "done", "drop", "edit", "finish", "operation", "pause", "reopen", "restore"]

_LIVING: Final = frozenset({"open", "running", "paused"})


def edit(session: Session, word: str, changes: dict[str, Any]) -> Acted:
    """Change what an operation says of itself; its place is kept where it still holds."""
    one = operation(session, word)
    if "title" in changes:
        changes = {**changes, "title": title_of(changes["title"])}
    changed = msgspec.structs.replace(one, **changes)
    if {"due", "not_before", "start", "duration"} & changes.keys():
        check_dates(changed, session.clock.now())
    if "after" in changes:
        check_chain(session, changed)
    with undoable(session, "edit", [one]):
        return Acted(word, write(session, changed, "edit"))


def operation(session: Session, word: str) -> Operation:
    """The operation that a person named."""
    [(_, one)] = named_operations(session, [word])
    return one


def begin(session: Session, words: Sequence[str]) -> list[Acted]:
    """Begin operations, or go on with them; whatever else runs is paused, because a person does one thing at a time."""
    now = session.clock.now()
    named = named_operations(session, words, among=_LIVING)
    acted = []
    with undoable(session, "begin", [one for _, one in named]):
        chosen = {one.id for _, one in named}
        for other in operations.living(session.database):
            if other.state == "running" and other.id not in chosen:
                write(session, stopped(other, now), "pause")
        for handle, one in named:
            if one.state != "running":
                one = msgspec.structs.replace(one, state="running", began=now)  # noqa: PLW2901
                write(session, one, "begin")
            acted.append(Acted(handle, one))
    return acted


def pause(session: Session, words: Sequence[str]) -> list[Acted]:
    """Pause operations that run; the time spent counts."""
    now = session.clock.now()
    acted = []
    named = named_operations(session, words, among=_LIVING)
    with undoable(session, "pause", [one for _, one in named]):
        for handle, one in named:
            if one.state != "running":
                raise WrongUse(
                    phrase('"{title}" is not running', title=one.title),
                    phrase("begin it with cmday plan begin {handle}", handle=handle),
                )
            acted.append(Acted(handle, write(session, stopped(one, now), "pause")))
    return acted


def done(session: Session, words: Sequence[str], *, spent: timedelta | None = None) -> list[Acted]:
    """Operations are done; naming one that is done already changes nothing. A post is done when it was sent.

    ``spent`` is how long each really took, where the clock did not run along; it may correct one that is done.
    """
    now, posts = session.clock.now(), waiting_posts(session)
    named = named_operations(session, words)
    for handle, one in named:
        if one.id in posts:
            raise WrongUse(
                phrase("{handle} is a post that waits in the outbox", handle=handle),
                phrase("cmday send sends it, cmday plan drop {handle} gives it up", handle=handle),
            )
    acted: list[Acted] = []
    added: list[str] = []
    with undoable(session, "done", [one for _, one in named], added):
        for handle, one in named:
            was_done = one.state == "done"
            if not was_done or spent is not None:
                ended = msgspec.structs.replace(stopped(one, now), state="done")
                one = ended if spent is None else msgspec.structs.replace(ended, spent=spent)  # noqa: PLW2901
                write(session, one, "done")
            if not was_done and (again := coming_back(session, one)):
                added.append(write(session, again, "add").id)
            acted.append(Acted(handle, one))
    return acted


def finish(session: Session, ids: Sequence[str]) -> list[Operation]:
    """``done`` for ids that are known already (``cmday done``)."""
    return [acted.operation for acted in done(session, ids)]


def reopen(session: Session, ids: Sequence[str]) -> list[Operation]:
    """Operations that were done or dropped are open again; what was spent on them still counts."""
    opened = []
    named = named_operations(session, ids)
    with undoable(session, "reopen", [one for _, one in named]):
        for _, one in named:
            if one.state in ("done", "dropped"):
                start = one.start if one.start and one.start > session.clock.now() else None
                one = msgspec.structs.replace(one, state="open", began=None, start=start)  # noqa: PLW2901
                write(session, one, "reopen")
            opened.append(one)
    return opened


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
