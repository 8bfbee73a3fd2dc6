"""What a crisis holds back: posts in the outbox, operations that post by themselves, and what waits on servers."""

from __future__ import annotations

from typing import Final

from cmday.core.crises import Crisis, Scheduled
from cmday.core.operations import Operation
from cmday.core.outbox import Outgoing
from cmday.crisis.report import FrozenRow
from cmday.session import Session
from cmday.storage import crises, freezes, handles, operations, outbox

_POSTS: Final = frozenset({"announcement", "relay"})


def frozen(session: Session, crisis: Crisis) -> tuple[FrozenRow, ...]:
    """All of it, by its time; what waits on a server and could not be taken off says so."""
    db, day = session.database, session.clock.today()
    held = [one for one in outbox.by_ids(db, freezes.of_crisis(db, crisis.number)).values() if one.state == "held"]
    planned = {one.id: one for one in operations.living(db)}
    there = crises.scheduled(db, crisis.number)
    copies = {one.outbox for one in there if one.outbox}
    linked = {one.operation for one in held if one.operation}
    waiting = [one for one in planned.values() if _posts(one, crisis) and one.id not in linked]
    given_o = handles.give(db, day, "o", [one.id for one in held])
    given_p = handles.give(
        db, day, "p", [*(one.operation for one in held if one.operation in planned), *(one.id for one in waiting)]
    )
    rows = [
        *(_post(one, given_p.get(one.operation or "") or given_o[one.id]) for one in held if one.id not in copies),
        *(_operation(one, given_p[one.id]) for one in waiting),
        *(_server(one, given_o.get(one.outbox or "")) for one in there if one.state != "back"),
    ]
    far = session.clock.now().timestamp() + 10**9
    return tuple(sorted(rows, key=lambda row: (row.due.timestamp() if row.due else far, row.id)))


def _posts(one: Operation, crisis: Crisis) -> bool:
    """Whether an operation speaks in the community's name when its time comes."""
    return one.community == crisis.community and (one.kind in _POSTS or not one.presence)


def _post(one: Outgoing, handle: str) -> FrozenRow:
    return FrozenRow(
        id=one.id,
        handle=handle,
        kind=one.kind,
        account=one.account,
        due=one.due,
        text=one.text,
        state=one.state,
        why=one.error_message,
    )


def _operation(one: Operation, handle: str) -> FrozenRow:
    return FrozenRow(
        id=one.id,
        handle=handle,
        kind="operation",
        account=None,
        due=one.start or one.due,
        text=one.title,
        state=one.state,
        why=None,
    )


def _server(one: Scheduled, handle: str | None) -> FrozenRow:
    return FrozenRow(
        id=f"{one.account}:{one.native}",
        handle=handle,
        kind="server",
        account=one.account,
        due=one.at,
        text=one.text,
        state=one.state,
        why=one.why,
    )
