"""Where the day stands: which steps were begun, shown or done today, and when the last start was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from cmday.session import Session
from cmday.steps.protocol import Report
from cmday.storage import journal, keep, progress
from cmday.storage.progress import StepProgress, StepState

_CLOSED: Final = "day.closed"


def of_today(session: Session) -> dict[str, StepProgress]:
    """How far each step is today; a step that was not begun is missing."""
    return progress.of_day(session.database, session.clock.today())


def begin(session: Session, steps: Iterable[str]) -> None:
    """Note that these steps were begun; one that was shown before stays so until it is shown anew."""
    known, now = of_today(session), session.clock.now()
    with session.database.write():
        journal.write(session.database, now, "start")
        for step in steps:
            if step not in known:
                progress.mark(session.database, session.clock.today(), step, "begun", now)


def shown(session: Session, reports: Sequence[Report[Any]]) -> None:
    """Note that these reports were shown: a step is done when something came and nothing waits for the CM."""
    day, now = session.clock.today(), session.clock.now()
    with session.database.write():
        for report in reports:
            waiting = _waiting(report)
            state: StepState = "shown" if waiting or report.status == "failed" else "done"
            progress.mark(session.database, day, report.name, state, now, waiting=waiting)


def _waiting(report: Report[Any]) -> int:
    """What waits for an answer or a decision; news never do, unread as they may be."""
    return 0 if report.name == "news" else report.waiting


def finish(session: Session) -> None:
    """Note that a whole morning came to its end: "since" in the header of the next."""
    progress.record_start(session.database, session.clock.now())


def last_start(session: Session) -> datetime | None:
    """When the last whole morning was."""
    return progress.last_start(session.database)


def close(session: Session) -> None:
    """Note that the day is closed; closing again adds nothing."""
    if not is_closed(session):
        with session.database.write():
            keep.put(session.database, _CLOSED, session.clock.today().isoformat())
            journal.write(session.database, session.clock.now(), "close")


def is_closed(session: Session) -> bool:
    """Whether today was closed."""
    return keep.get(session.database, _CLOSED) == session.clock.today().isoformat()


def resume_at(session: Session, steps: Sequence[str]) -> str | None:
    """The first of these steps that was not shown whole today."""
    return progress.resume_at(session.database, session.clock.today(), steps)


def is_over(report: Any, before: StepProgress | None, now: datetime) -> bool:
    """Whether a step that was shown earlier today has nothing new and nothing open, and so folds to a line.

    Steps are told apart by name, so that the glance need not import what the five of them know.
    """
    if before is None or before.state == "begun" or _waiting(report) or report.status != "done":
        return False
    if report.name == "schedule":
        return all(one.end <= now for one in (*report.data.events, *report.planned))
    if report.name == "news":
        return not report.new
    if report.name == "planning":
        today = now.date()
        return all(row.start.astimezone(now.tzinfo).date() != today for row in report.data.placements)
    return True


@contextmanager
def without_trace(session: Session) -> Iterator[None]:
    """Whatever is written in here is taken back: a stored view is drawn over, so it gives out no handles."""
    try:
        with session.database.write():
            yield
            raise _TakeBack
    except _TakeBack:
        pass


class _TakeBack(Exception):
    """Ends a transaction without keeping it."""
