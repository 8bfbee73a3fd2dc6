"""Giving operations up: what hangs on them is freed, or goes with them, and that is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from cmday.core.operations import Operation
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.outbox import queue
from cmday.session import Session
from cmday.steps.planning.posts import waiting_posts
from cmday.steps.planning.record import Acted, named_operations, stopped, undoable, write
from cmday.storage import handles, operations

_OVER: Final = frozenset({"done", "dropped"})


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of others when operations are given up: ``gone`` go with them, ``freed`` wait for them no more."""

    gone: tuple[Acted, ...]
    freed: tuple[Acted, ...]


def drop(session: Session, words: Sequence[str], *, series: bool = False) -> list[Acted]:
    """Operations are given up; posts are taken out of the outbox too. ``series``: all that is open of their series.

    The watch after an announcement goes with it. Others that waited stay in the plan, and wait no more.
    """
    named = _whole_series(session, named_operations(session, words)) if series else named_operations(session, words)
    posts = waiting_posts(session)
    with session.database.write():
        if waiting := [each.id for _, one in named for each in posts.get(one.id, ())]:
            queue.drop(session, waiting)
        rest = [(handle, one) for handle, one in named if one.id not in posts]
        gone = {acted.operation.id: acted for acted in _give_up(session, rest)}
        now = operations.by_ids(session.database, [one.id for _, one in named])
    return [gone.get(one.id) or Acted(handle, now[one.id]) for handle, one in named]


def left_by(session: Session, dropped: Sequence[Acted], before: Sequence[Operation]) -> Left:
    """What of ``before``, which was living then, went with what was dropped or waits for it no more."""
    ids = {one.operation.id for one in dropped}
    others = [one for one in before if one.id not in ids and ids.intersection(one.after)]
    given = handles.give(session.database, session.clock.today(), "p", [one.id for one in others])
    now = operations.by_ids(session.database, [one.id for one in others])
    told = [Acted(given[one.id], now[one.id]) for one in others]
    return Left(
        gone=tuple(one for one in told if one.operation.state == "dropped"),
        freed=tuple(one for one in told if one.operation.state != "dropped"),
    )


def living(session: Session) -> list[Operation]:
    """What is open, running or paused."""
    return operations.living(session.database)


def handle_of(session: Session, one: Operation) -> str:
    """The handle of an operation, given if it has none."""
    return handles.give(session.database, session.clock.today(), "p", [one.id])[one.id]


def _whole_series(session: Session, named: Sequence[tuple[str, Operation]]) -> list[tuple[str, Operation]]:
    found: dict[str, tuple[str, Operation]] = {}
    for handle, one in named:
        if one.group is None:
            raise WrongUse(
                phrase("{handle} belongs to no series", handle=handle), phrase("leave --series out to drop it alone")
            )
        members = [each for each in operations.of_group(session.database, one.group) if each.state not in _OVER]
        given = handles.give(session.database, session.clock.today(), "p", [each.id for each in members])
        found |= {each.id: (given[each.id], each) for each in members}
    return list(found.values())


def _give_up(session: Session, named: Sequence[tuple[str, Operation]]) -> list[Acted]:
    if not named:
        return []
    now, acted = session.clock.now(), []
    ids = {one.id for _, one in named}
    watches = [
        one
        for one in operations.living(session.database)
        if one.kind == "watch" and one.state == "open" and one.after and ids.issuperset(one.after) and one.id not in ids
    ]
    with undoable(session, "drop", [one for _, one in named]):
        for handle, one in named:
            if one.state != "dropped":
                one = write(session, msgspec.structs.replace(stopped(one, now), state="dropped"), "drop")  # noqa: PLW2901
            acted.append(Acted(handle, one))
        for one in watches:
            write(session, msgspec.structs.replace(one, state="dropped"), "drop")
    return acted
