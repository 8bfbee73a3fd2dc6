"""The plan before it is told: what is to be placed, on what ground, and where it would go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from cmday.core.operations import Operation
from cmday.hours.ground import DAYS, Busy, Ground
from cmday.hours.placement import Blocker, Placed, Placement, moved, place
from cmday.hours.placement.fixes import Unplaced
from cmday.session import Session
from cmday.steps import calendar_reading, traffic
from cmday.steps.calendar_reading import Diary
from cmday.steps.planning import hanging
from cmday.steps.planning.hanging import Followed
from cmday.steps.planning.posts import waiting_posts
from cmday.steps.planning.replanning import Replan
from cmday.steps.planning.watching import with_watches
from cmday.steps.protocol import Outcomes
from cmday.storage import operations


class Laid(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything would go. ``stored`` are the operations as they are in the database, by id.

    ``later`` are those whose time begins behind these weeks: a place is found for them when it comes nearer.
    """

    ground: Ground
    diary: Diary
    followed: dict[str, Followed]
    placement: Placement
    stored: dict[str, Operation]
    replan: Replan
    later: tuple[Operation, ...] = ()

    def cause(self, one: Operation) -> Blocker | None:
        """What keeps an operation from where it was agreed to be."""
        asked = msgspec.structs.replace(one, start=self.was(one))
        return moved(asked, self.placement, self.ground)

    def was(self, one: Operation) -> datetime | None:
        """Where an operation was agreed to be."""
        known = self.stored.get(one.id)
        return known.start if known else one.start

    def operations(self, session: Session) -> list[Operation]:
        """What is shown, with a place and without."""
        placed, unplaced = self.in_focus(session)
        return [*(one.operation for one in placed), *(one.operation for one in unplaced)]

    def in_focus(self, session: Session) -> tuple[tuple[Placed, ...], tuple[Unplaced, ...]]:
        """Everything is placed together, because time is one; shown is what the focus asks for."""
        return (
            tuple(one for one in self.placement.placed if session.in_focus(one.operation.community)),
            tuple(one for one in self.placement.unplaced if session.in_focus(one.operation.community)),
        )


def lay(session: Session, outcomes: Outcomes, replan: Replan | None = None) -> Laid:
    """Place everything that is open on the two weeks from now on; on four, where something asks for them."""
    now, zone = session.clock.now(), session.clock.zone
    replan = replan or Replan()
    stored = operations.living(session.database)
    followed = hanging.follow(session, stored, outcomes)
    living = replan.asked(now, _to_place(session, stored, followed))
    days = _days(session, living)
    diary = calendar_reading.diary(session, outcomes, now.date(), now.date() + timedelta(days=days))
    ground = Ground(
        now=now,
        zone=zone,
        hours=session.settings.hours,
        communities=session.settings.communities,
        traffic=traffic.all_of(session),
        days=days,
        busy=(
            *replan.taken(now, living),
            *(
                Busy(one.start.astimezone(UTC), one.end.astimezone(UTC), one.title)
                for one in diary.events
                if one.busy and one.end > one.start
            ),
        ),
    )

    def placed(these: Sequence[Operation]) -> Placement:
        return place(these, ground, price=replan.price)

    later = _later(living, ground.until)
    ids = {one.id for one in later}
    placement = with_watches([one for one in living if one.id not in ids], ground, placed)
    put_off = [one for one in placement.unplaced if _may_wait(one, ground.until)]
    return Laid(
        ground=ground,
        diary=diary,
        followed=followed,
        placement=msgspec.structs.replace(
            placement, unplaced=tuple(one for one in placement.unplaced if one not in put_off)
        ),
        later=(*later, *(one.operation for one in put_off)),
        stored={one.id: one for one in stored},
        replan=replan,
    )


def _days(session: Session, living: Sequence[Operation]) -> int:
    """How many days are laid out: four weeks where something is to be done behind the second."""
    far = session.clock.now() + timedelta(days=DAYS)
    asks = any((one.due and one.due > far) or (one.not_before and one.not_before > far) for one in living)
    return 2 * DAYS if asks else DAYS


def _later(living: Sequence[Operation], until: datetime) -> list[Operation]:
    """What cannot begin before the end of these weeks, or comes after such a one."""
    found: dict[str, Operation] = {}
    while more := [
        one
        for one in living
        if one.id not in found
        and one.state == "open"
        and not (one.locked and one.start)
        and ((one.not_before and one.not_before >= until) or any(name in found for name in one.after))
    ]:
        found |= {one.id: one for one in more}
    return list(found.values())


def _may_wait(one: Unplaced, until: datetime) -> bool:
    """Whether the weeks behind these may have room for what has none in them."""
    return bool(one.operation.due and one.operation.due > until and one.reason in {"full", "too-late", "waits"})


def _to_place(session: Session, stored: Sequence[Operation], followed: Mapping[str, Followed]) -> list[Operation]:
    """What is open, where its event is now; without the posts whose time is over: they wait in the outbox."""
    now, posts = session.clock.now(), waiting_posts(session)
    living = [followed[one.id].now if one.id in followed else one for one in stored]
    return _after_what_is_done(
        session, [one for one in living if one and not (one.id in posts and one.end is not None and one.end <= now)]
    )


def _after_what_is_done(session: Session, living: list[Operation]) -> list[Operation]:
    """The gap behind a predecessor counts from when it was really done."""
    waiting = [one for one in living if one.after and one.gap]
    ends = operations.ends_of(session.database, {name for one in waiting for name in one.after})
    found = []
    for one in living:
        ready = [ends[name] + one.gap for name in one.after if name in ends] if one.gap else []
        if ready and (one.not_before is None or max(ready) > one.not_before):
            one = msgspec.structs.replace(one, not_before=max(ready))  # noqa: PLW2901
        found.append(one)
    return found
