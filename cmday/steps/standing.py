"""Where the day stands: which steps were begun, shown or done today, and when the last start was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from cmday.session import Session
from cmday.steps.moderation.report import ModerationReport
from cmday.steps.news.report import FeedsReport
from cmday.steps.notifications.report import InboxReport
from cmday.steps.planning.report import PlanReport
from cmday.steps.protocol import Report
from cmday.steps.schedule.report import ScheduleReport
from cmday.storage import progress
from cmday.storage.progress import StepProgress, StepState


def of_today(session: Session) -> dict[str, StepProgress]:
    """How far each step is today; a step that was not begun is missing."""
    return progress.of_day(session.database, session.clock.today())


def begin(session: Session, steps: Iterable[str]) -> None:
    """Note that these steps were begun; one that was shown before stays so until it is shown anew."""
    known = of_today(session)
    for step in steps:
        if step not in known:
            progress.mark(session.database, session.clock.today(), step, "begun", session.clock.now())


def shown(session: Session, reports: Sequence[Report[Any]]) -> None:
    """Note that these reports were shown: a step is done when it is whole and nothing of it waits for the CM."""
    day, now = session.clock.today(), session.clock.now()
    with session.database.write():
        for report in reports:
            state: StepState = "shown" if report.waiting or report.status != "done" else "done"
            progress.mark(session.database, day, report.name, state, now, waiting=report.waiting)


def finish(session: Session) -> None:
    """Note that a whole morning came to its end: "since" in the header of the next."""
    progress.record_start(session.database, session.clock.now())


def last_start(session: Session) -> datetime | None:
    """When the last whole morning was."""
    return progress.last_start(session.database)


def resume_at(session: Session, steps: Sequence[str]) -> str | None:
    """The first of these steps that was not shown whole today."""
    return progress.resume_at(session.database, session.clock.today(), steps)


def is_over(report: Report[Any], before: StepProgress | None, now: datetime) -> bool:
    """Whether a step that was shown earlier today has nothing new and nothing open, and so folds to a line."""
    if before is None or before.state == "begun" or report.waiting or report.status != "done":
        return False
    match report:
        case ScheduleReport():
            over = all(one.end <= now for one in (*report.data.events, *report.planned))
        case FeedsReport():
            over = not report.new
        case InboxReport():
            over = not report.want_answer
        case ModerationReport():
            over = not report.data.cases
        case PlanReport():
            today = now.date()
            over = all(row.start.astimezone(now.tzinfo).date() != today for row in report.data.placements)
        case _:
            over = True
    return over


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
