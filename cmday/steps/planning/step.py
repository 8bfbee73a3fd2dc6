"""Step 5: where each operation goes. It proposes; only ``actions`` writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from cmday.core.operations import Operation, Window
from cmday.core.time import day_bounds
from cmday.hours.free import without
from cmday.hours.ground import DAYS, Busy, Ground
from cmday.hours.placement import Blocker, Placed, Placement, Unplaced, moved, place
from cmday.hours.quiet import SUPPOSED, is_supposed
from cmday.hours.safe_start import latest_safe_start
from cmday.hours.working import minutes_of
from cmday.session import Session
from cmday.steps import calendar_reading, traffic
from cmday.steps.planning import hanging, words
from cmday.steps.planning.hanging import Followed
from cmday.steps.planning.posts import waiting_posts
from cmday.steps.planning.report import (
    ChangeRow,
    OperationRow,
    OperationsData,
    PlacedLine,
    PlacementRow,
    PlanData,
    PlanReport,
    Said,
    UnplacedRow,
    WindowRow,
)
from cmday.steps.protocol import Outcomes, Question
from cmday.storage import handles, operations

NAME = "planning"
LETTER = "p"
WINDOW_DAYS: Final = 7


def ask(session: Session) -> Iterable[Question]:
    """One question a calendar, the same as the schedule's."""
    return calendar_reading.questions(session)


def digest(session: Session, outcomes: Outcomes, *, alone: bool = False) -> PlanReport:
    """Where everything would go, from now on for two weeks, and what of it is new.

    ``alone`` is for a run without the schedule: the calendars' errors are then this step's to tell.
    """
    now, zone = session.clock.now(), session.clock.zone
    diary = calendar_reading.diary(session, outcomes, now.date(), now.date() + timedelta(days=DAYS))
    followed = hanging.follow(session, operations.living(session.database), outcomes)
    living = _to_place(session, followed)
    ground = Ground(
        now=now,
        zone=zone,
        hours=session.settings.hours,
        communities=session.settings.communities,
        traffic=traffic.all_of(session),
        busy=tuple(
            Busy(one.start.astimezone(UTC), one.end.astimezone(UTC), one.title)
            for one in diary.events
            if one.busy and one.end > one.start
        ),
    )
    everything = place(living, ground)
    placement = _in_focus(session, everything)
    causes = {one.id: moved(one, everything, ground) for one in _operations(everything)}
    given = handles.give(session.database, now.date(), LETTER, [one.id for one in _operations(placement)])
    changes = (*_changes(placement, ground, followed, causes), *_cancelled(session, followed))
    today = day_bounds(now.date(), zone)
    return PlanReport(
        name=NAME,
        status="partial" if alone and diary.errors else "done",
        data=PlanData(
            windows=tuple(_window(one) for one in windows(session)),
            placements=tuple(_placement(session, one, given) for one in placement.placed),
            unplaced=tuple(_unplaced(one, now) for one in placement.unplaced),
            changes=changes,
        ),
        waiting=len(changes) + sum(one.operation.start is None for one in placement.unplaced),
        errors=diary.errors if alone else (),
        lines={one.operation.id: _line(one, placement.placed, ground) for one in placement.placed},
        until=ground.until.astimezone(zone),
        planned_minutes=minutes_of([(max(one.start, now.astimezone(UTC)), one.end) for one in placement.placed]),
        free_minutes=minutes_of(ground.free(None, [])),
        done_today=sum(one.state == "done" for one in operations.ended_between(session.database, *today)),
        said=_said(session, placement, ground, followed, causes),
        handles=given,
        titles={one.id: one.title for one in (*_operations(placement), *(each.was for each in followed.values()))},
        followed=tuple(followed.values()),
        supposed=SUPPOSED[:2] if all(is_supposed(one) for one in session.settings.communities.values()) else (),
    )


def _to_place(session: Session, followed: Mapping[str, Followed]) -> list[Operation]:
    """What is open, where its event is now; without the posts whose time is over: they wait in the outbox."""
    now, posts = session.clock.now(), waiting_posts(session)
    living = [followed[one.id].now if one.id in followed else one for one in operations.living(session.database)]
    return [one for one in living if one and not (one.id in posts and one.end is not None and one.end <= now)]


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


def listed(session: Session) -> OperationsData:
    """What ``cmday plan list`` shows: everything open, what has a place first."""
    living = [one for one in operations.living(session.database) if session.in_focus(one.community)]
    given = handles.give(session.database, session.clock.today(), LETTER, [one.id for one in living])
    now = session.clock.now()
    return OperationsData(operations=tuple(row_of(one, given[one.id], now) for one in living))


def row_of(one: Operation, handle: str, now: datetime) -> OperationRow:
    """An operation as JSON shows it."""
    return OperationRow(
        id=one.id,
        handle=handle,
        title=one.title,
        community=one.community,
        minutes=int(one.duration.total_seconds() // 60),
        spent_minutes=int((one.duration - one.remaining(now)).total_seconds() // 60),
        wants=one.wants,
        due=one.due,
        not_before=one.not_before,
        start=one.start,
        priority=one.priority,
        state=one.state,
    )


def _in_focus(session: Session, placement: Placement) -> Placement:
    """Everything is placed together, because time is one; shown is what the focus asks for."""
    return Placement(
        placed=tuple(one for one in placement.placed if session.in_focus(one.operation.community)),
        unplaced=tuple(one for one in placement.unplaced if session.in_focus(one.operation.community)),
    )


def _operations(placement: Placement) -> list[Operation]:
    return [one.operation for one in placement.placed] + [one.operation for one in placement.unplaced]


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


def _placement(session: Session, one: Placed, given: dict[str, str]) -> PlacementRow:
    zone = session.clock.zone
    return PlacementRow(
        operation=one.operation.id,
        handle=given[one.operation.id],
        title=one.operation.title,
        community=one.operation.community,
        start=one.start.astimezone(zone),
        end=one.end.astimezone(zone),
        wants=one.operation.wants,
        traffic=None,
        why=words.why(one, supposed=_is_supposed(session, one)).english,
    )


def _is_supposed(session: Session, one: Placed) -> bool:
    known = session.settings.communities.get(one.operation.community or "")
    return known is None or is_supposed(known)


def _unplaced(one: Unplaced, now: datetime) -> UnplacedRow:
    return UnplacedRow(
        operation=one.operation.id,
        title=one.operation.title,
        reason=words.reason(one).english,
        fixes=tuple(words.fix(each, now).english for each in one.fixes),
    )


def _line(one: Placed, placed: Sequence[Placed], ground: Ground) -> PlacedLine:
    others = [(other.start, other.end) for other in placed if other is not one]
    due = one.operation.due
    free = without(ground.free(one.operation.community, []), others) if due else []
    return PlacedLine(
        operation=one.operation.id,
        due=due,
        latest_safe_start=latest_safe_start(due, ground.length(one.operation), free) if due else None,
        state=one.operation.state,
        level=one.level,
    )


def _changes(
    placement: Placement, ground: Ground, followed: Mapping[str, Followed], causes: Mapping[str, Blocker | None]
) -> tuple[ChangeRow, ...]:
    """What would have to be written, in order of the new start; what loses its place comes last."""

    def row(one: Operation, to: datetime | None) -> ChangeRow:
        event = followed.get(one.id)
        why = words.event_moved(event.event) if event else words.why_moved(one, causes[one.id])
        return ChangeRow(operation=one.id, from_=event.was.start if event else one.start, to=to, why=why.english)

    rows = [
        row(one.operation, one.start.astimezone(ground.zone)) for one in placement.placed if _may_move(one, followed)
    ]
    rows += [row(one.operation, None) for one in placement.unplaced]
    return tuple(one for one in rows if one.from_ != one.to)


def _may_move(one: Placed, followed: Mapping[str, Followed]) -> bool:
    return one.kept is None or one.operation.id in followed


def _cancelled(session: Session, followed: Mapping[str, Followed]) -> Iterator[ChangeRow]:
    """What goes with its event: it is dropped, also where it had no place yet."""
    for one in followed.values():
        if one.now is None and session.in_focus(one.was.community):
            why = words.event_gone(one.event).english
            yield ChangeRow(operation=one.was.id, from_=one.was.start, to=None, why=why)


def _said(
    session: Session,
    placement: Placement,
    ground: Ground,
    followed: Mapping[str, Followed],
    causes: Mapping[str, Blocker | None],
) -> dict[str, Said]:
    found = {
        one.operation.id: Said(
            why=words.why(one, supposed=_is_supposed(session, one)),
            change=words.why_moved(one.operation, causes[one.operation.id]) if _may_move(one, followed) else None,
        )
        for one in placement.placed
    }
    for missing in placement.unplaced:
        found[missing.operation.id] = Said(
            change=words.why_moved(missing.operation, causes[missing.operation.id]),
            reason=words.reason(missing),
            fixes=tuple(words.fix(each, ground.now) for each in missing.fixes),
        )
    for one, event in followed.items():
        if event.now is None:
            found[one] = Said(change=words.event_gone(event.event))
        elif one in found and found[one].change:
            found[one] = msgspec.structs.replace(found[one], change=words.event_moved(event.event))
    return found
