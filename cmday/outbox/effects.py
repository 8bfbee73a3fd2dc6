"""What becomes of others when something in the outbox is sent or taken back.

The item that a sent reply answers is done, and the case that an action was taken on is decided; the operation that
stood for a post in the plan ends with it.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from cmday.core.operations import Operation, OperationState
from cmday.core.outbox import Outgoing
from cmday.outbox import case_effects
from cmday.outbox.case_effects import Standing
from cmday.session import Session
from cmday.storage import item_states, journal, operations, outbox

_LIVING: Final = ("open", "running", "paused")


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """How all was before something was done to one thing in the outbox; ``outgoing`` None: it was not there."""

    outgoing: Outgoing | None
    target: dict[str, dict[str, tuple[str, int | None]]] = {}
    operation: Operation | None = None
    case: Standing | None = None


def before(session: Session, one: Outgoing, *, new: bool = False, others: bool = False) -> dict[str, Any]:
    """How it is now, as ``storage.undo`` keeps it; with ``others`` also what it is about to have an effect on."""
    db = session.database
    found = Before(
        outgoing=None if new else one,
        target=item_states.of(db, [one.target]) if one.target and one.kind != "action" and others else {},
        operation=operations.by_ids(db, [one.operation]).get(one.operation) if one.operation and others else None,
        case=case_effects.standing(session, one.target) if one.kind == "action" and one.target and others else None,
    )
    kept: dict[str, Any] = msgspec.to_builtins(found)
    return kept


def read_before(kept: Any) -> Before:
    """What ``before`` kept."""
    return msgspec.convert(kept, Before)


def sent(session: Session, one: Outgoing) -> None:
    """It went out: who was answered waits no more, and the post's operation is done."""
    db, now, text = session.database, session.clock.now(), " ".join(one.text.split())
    if one.target and one.kind == "reply":
        item_states.set_state(db, [one.target], "done")
        journal.write(db, now, "reply", step="notifications", item=one.target, text=text)
    elif one.kind == "action":
        case_effects.sent(session, one)
    elif one.kind == "post":
        journal.write(db, now, "send", step="planning", item=one.operation or one.id, text=text)
    _end_operation(session, one, "done")


def cancelled(session: Session, one: Outgoing) -> None:
    """It will not go out: its operation has nothing left to do."""
    if one.kind == "action":
        case_effects.cancelled(session, one)
    _end_operation(session, one, "dropped")


def bring_back(session: Session, one: Outgoing, was: Before) -> None:
    """Let the others stand as they did."""
    if was.case and one.target:
        case_effects.bring_back(session, one.target, was.case)
        case_effects.cancelled(session, one)
    item_states.bring_back(session.database, was.target)
    if was.operation:
        operations.put(session.database, was.operation)


def _end_operation(session: Session, one: Outgoing, state: OperationState) -> None:
    if one.operation is None:
        return
    known = operations.by_ids(session.database, [one.operation]).get(one.operation)
    if any(other.operation == one.operation and other.id != one.id for other in outbox.waiting(session.database)):
        return  # the same post waits for another account
    if known and known.state in _LIVING:
        ended = msgspec.structs.replace(known, state=state, began=None)
        operations.put(session.database, ended, at=session.clock.now())
