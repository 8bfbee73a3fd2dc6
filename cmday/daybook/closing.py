"""The end of the day: what did not leave, who still waits, what moves to another day."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from cmday.core.items import WANT_ANSWER
from cmday.core.outbox import OutboxState, Outgoing
from cmday.daybook import log
from cmday.daybook.time_spent import Spent
from cmday.outbox import queue
from cmday.outbox.naming import handles_of
from cmday.session import Session
from cmday.steps import standing
from cmday.steps.notifications.report import ItemRow
from cmday.storage import handles, operations


class Unsent(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the outbox that has not left; ``due`` is when it goes by itself, None where it waits for a send."""

    handle: str
    account: str
    community: str | None
    to: str | None
    text: str
    state: OutboxState
    due: datetime | None


class Moved(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """An operation that did not come to its end: from where it stood to where it goes, None for nowhere yet."""

    operation: str
    handle: str
    title: str
    community: str | None
    from_: datetime | None
    to: datetime | None
    minutes_left: int


class CloseData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday close --json``; ``file`` is the day's page in the journal."""

    day: date
    unsent: tuple[Unsent, ...]
    unanswered: tuple[ItemRow, ...]
    moved: tuple[Moved, ...]
    done: tuple[log.LogLine, ...]
    spent: tuple[Spent, ...]
    file: str


def close(session: Session) -> CloseData:
    """Close the day: operations that were not finished move, the rest stays where it is.

    Closing again does the same with what is left then.
    """
    moved = _move_unfinished(session)
    standing.close(session)
    today = log.of_days(session)
    return CloseData(
        day=session.clock.today(),
        unsent=_unsent(session),
        unanswered=_unanswered(session),
        moved=moved,
        done=today.entries,
        spent=today.spent,
        file=str(session.home.journal / f"{session.clock.today().isoformat()}.md"),
    )


def _unsent(session: Session) -> tuple[Unsent, ...]:
    waits = queue.waiting(session)
    given = handles_of(session, [one.id for one in waits])
    return tuple(_unsent_row(one, given[one.id]) for one in waits)


def _unsent_row(one: Outgoing, handle: str) -> Unsent:
    return Unsent(
        handle=handle,
        account=one.account,
        community=one.community,
        to=one.to,
        text=one.text,
        state=one.state,
        due=one.due,
    )


def _unanswered(session: Session) -> tuple[ItemRow, ...]:
    """Who waits still, and has no answer in the outbox."""
    from cmday.steps.notifications import step

    report = step.digest(session, {}, kinds=sorted(WANT_ANSWER))
    written = queue.written_for(session, [item.id for item in report.data.items])
    return tuple(item for item in report.data.items if item.state in ("new", "seen") and item.id not in written)


def _move_unfinished(session: Session) -> tuple[Moved, ...]:
    """Give what was to be done by now the place that the plan proposes for the rest of it; what runs is paused."""
    from cmday.steps.planning import actions, applying, step

    db, now = session.database, session.clock.now()
    before = {
        one.id: one for one in operations.living(db) if one.state == "running" or (one.start and one.start <= now)
    }
    running = [one.id for one in before.values() if one.state == "running"]
    if running:
        actions.pause(session, running)
    report = step.digest(session, {})
    changes = {change.operation: change for change in report.data.changes}
    applying.apply(session, [changes[one] for one in before if one in changes], report.followed)
    given = handles.give(db, session.clock.today(), "p", before)
    return tuple(
        Moved(
            operation=one.id,
            handle=given[one.id],
            title=one.title,
            community=one.community,
            from_=one.start,
            to=after.start,
            minutes_left=round(after.remaining(now).total_seconds() / 60),
        )
        for one in before.values()
        if (after := operations.by_ids(db, [one.id])[one.id])
    )
