"""Step 5: where each operation goes. It proposes; only ``applying`` writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Final

from cmday.core.operations import Operation, Window
from cmday.core.time import day_bounds
from cmday.hours.quiet import SUPPOSED, is_supposed
from cmday.hours.working import minutes_of
from cmday.session import Session
from cmday.steps import calendar_reading, traffic
from cmday.steps.planning.days import day_lines
from cmday.steps.planning.laying import Laid, lay
from cmday.steps.planning.replanning import Replan
from cmday.steps.planning.report import LaterLine, PlanData, PlanReport, WindowRow
from cmday.steps.planning.rows import Rows
from cmday.steps.protocol import Outcomes, Question
from cmday.storage import handles, operations

NAME = "planning"
LETTER = "p"
WINDOW_DAYS: Final = 7


def ask(session: Session) -> Iterable[Question]:
    """One question a calendar, the same as the schedule's."""
    return calendar_reading.questions(session)


def digest(session: Session, outcomes: Outcomes, *, alone: bool = False, replan: Replan | None = None) -> PlanReport:
    """Where everything would go, from now on for two weeks or four, and what of it is new.

    ``alone`` is for a run without the schedule: the calendars' errors are then this step's to tell. ``replan`` asks for
    a plan that takes into account how the day derailed.
    """
    now, zone = session.clock.now(), session.clock.zone
    laid = lay(session, outcomes, replan)
    placed, unplaced = laid.in_focus(session)
    known = laid.operations(session)
    later = [one for one in laid.later if session.in_focus(one.community)]
    given = handles.give(session.database, now.date(), LETTER, [one.id for one in (*known, *later, *_gone(laid))])
    rows = Rows(session, laid, given)
    changes = rows.changes()
    return PlanReport(
        name=NAME,
        status="partial" if alone and laid.diary.errors else "done",
        data=PlanData(
            windows=tuple(_window(one) for one in windows(session)),
            placements=rows.placements(),
            unplaced=rows.missing(),
            changes=changes,
        ),
        waiting=len(changes) + sum(laid.was(one.operation) is None for one in unplaced),
        errors=laid.diary.errors if alone else (),
        lines=rows.lines(),
        until=laid.ground.until.astimezone(zone),
        planned_minutes=minutes_of(
            [(max(one.start, now.astimezone(UTC)), one.end) for one in placed if one.operation.presence]
        ),
        free_minutes=minutes_of(laid.ground.free(None, [])),
        done_today=sum(
            one.state == "done" for one in operations.ended_between(session.database, *day_bounds(now.date(), zone))
        ),
        said=rows.said(changes, argued=alone),
        handles=given,
        titles={one.id: one.title for one in (*known, *_gone(laid))},
        communities={one.id: one.community for one in (*known, *_gone(laid))},
        followed=tuple(laid.followed.values()),
        supposed=SUPPOSED[:2] if all(is_supposed(one) for one in session.settings.communities.values()) else (),
        days=day_lines(session, laid, given) if alone else (),
        later=tuple(LaterLine(handle=given[one.id], operation=one.id, begins=one.not_before) for one in later),
        replanned=replan is not None,
    )


def _gone(laid: Laid) -> list[Operation]:
    return [one.was for one in laid.followed.values() if one.now is None]


def windows(session: Session, community: str | None = None) -> list[Window]:
    """The quiet and peak windows of the next seven days, of one community or all in focus, in order of start."""
    today = session.clock.today()
    named = [
        one
        for one in session.settings.communities.values()
        if (one.short == community if community else session.in_focus(one.short))
    ]
    found = [
        window
        for one in named
        for window in traffic.of(session, one).windows(today, today + timedelta(days=WINDOW_DAYS - 1))
    ]
    return sorted(found, key=lambda window: (window.start.timestamp(), window.community, window.level))


def _window(one: Window) -> WindowRow:
    return WindowRow(
        community=one.community,
        start=one.start,
        end=one.end,
        level=one.level,
        traffic=one.traffic,
        confidence=one.confidence,
        basis=one.basis,
    )
