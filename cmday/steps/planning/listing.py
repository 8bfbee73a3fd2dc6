"""Everything that is open, as ``cmday plan list`` shows it."""

from __future__ import annotations

from datetime import datetime, timedelta

from cmday.core.operations import Operation
from cmday.session import Session
from cmday.steps.planning.learning import ratio_of
from cmday.steps.planning.report import OperationRow, OperationsData
from cmday.storage import handles, operations


def listed(session: Session) -> OperationsData:
    """All that is open, what has a place first."""
    living = [one for one in operations.living(session.database) if session.in_focus(one.community)]
    given = handles.give(session.database, session.clock.today(), "p", [one.id for one in living])
    ratios = {kind: ratio_of(session, kind) for kind in {one.kind for one in living}}
    now = session.clock.now()
    return OperationsData(operations=tuple(row_of(one, given[one.id], now, ratios[one.kind]) for one in living))


def row_of(one: Operation, handle: str, now: datetime, ratio: float | None) -> OperationRow:
    """An operation as JSON shows it."""
    return OperationRow(
        id=one.id,
        handle=handle,
        title=one.title,
        community=one.community,
        minutes=_minutes(one.duration),
        spent_minutes=_minutes(one.duration - one.remaining(now)),
        wants=one.wants,
        due=one.due,
        not_before=one.not_before,
        start=one.start,
        priority=one.priority,
        state=one.state,
        kind=one.kind,
        after=one.after,
        gap_minutes=_minutes(one.gap),
        buffer_minutes=_minutes(one.buffer),
        hours=one.hours,
        presence=one.presence,
        locked=one.locked,
        every_days=one.every / timedelta(days=1) if one.every else None,
        event=one.event.title if one.event else None,
        offset=one.event.offset if one.event else None,
        series=one.group,
        ratio=None if ratio is None else round(ratio, 2),
    )


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
