"""What was laid out, as rows: where everything goes, what goes nowhere, what of it changes, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from cmday.core.operations import Operation
from cmday.hours.free import without
from cmday.hours.ground import Busy
from cmday.hours.placement import Placed, choices
from cmday.hours.quiet import is_supposed
from cmday.hours.safe_start import latest_safe_start
from cmday.i18n import Phrase
from cmday.session import Session
from cmday.steps.planning import words
from cmday.steps.planning.laying import Laid
from cmday.steps.planning.posts import post_states
from cmday.steps.planning.replanning import LOST
from cmday.steps.planning.report import ChangeRow, PlacedLine, PlacementRow, Said, UnplacedRow

# To say what was not taken costs a look at every start an operation could have: for the first few, as a screen holds.
_ARGUED = 8


class Rows:
    """The rows of one plan, as far as the focus asks for it."""

    def __init__(self, session: Session, laid: Laid, given: dict[str, str]) -> None:
        self.session = session
        self.laid = laid
        self.given = given
        self.now: datetime = laid.ground.now
        self.placed, self.unplaced = laid.in_focus(session)

    def placements(self) -> tuple[PlacementRow, ...]:
        return tuple(self._placement(one) for one in self.placed)

    def _placement(self, one: Placed) -> PlacementRow:
        zone = self.session.clock.zone
        return PlacementRow(
            operation=one.operation.id,
            handle=self.given[one.operation.id],
            title=one.operation.title,
            community=one.operation.community,
            start=one.start.astimezone(zone),
            end=one.end.astimezone(zone),
            wants=one.operation.wants,
            traffic=self.share(one.operation.community, one.traffic),
            why=self.why(one).english,
        )

    def share(self, community: str | None, figure: float) -> float | None:
        """A figure of a community's traffic, where it was measured."""
        basis = getattr(self.laid.ground.traffic(community), "basis", "configured")
        return None if basis == "configured" else round(figure, 3)

    def why(self, one: Placed) -> Phrase:
        known = self.session.settings.communities.get(one.operation.community or "")
        share = self.share(one.operation.community, one.traffic)
        return words.why(one, supposed=known is None or is_supposed(known), share=share)

    def missing(self) -> tuple[UnplacedRow, ...]:
        return tuple(
            UnplacedRow(
                operation=one.operation.id,
                title=one.operation.title,
                reason=words.reason(one).english,
                fixes=tuple(words.fix(each, self.now).english for each in one.fixes if not _is_lost(each.event)),
            )
            for one in self.unplaced
        )

    def lines(self) -> dict[str, PlacedLine]:
        """What the screen adds, of what has a place and of what has none."""
        posts = post_states(self.session, [one.operation for one in self.placed])
        found = {
            one.operation.id: msgspec.structs.replace(
                self._line(one.operation, one), level=one.level, post=posts.get(one.operation.id, "none")
            )
            for one in self.placed
        }
        return found | {one.operation.id: self._line(one.operation, None) for one in self.unplaced}

    def line_of(self, one: Placed) -> PlacedLine:
        """What the screen adds to a place."""
        return self._line(one.operation, one)

    def _line(self, one: Operation, placed: Placed | None) -> PlacedLine:
        due, ground = one.due, self.laid.ground
        others = [
            (other.start, other.end)
            for other in self.laid.placement.placed
            if other is not placed and other.operation.presence
        ]
        latest = None
        if due and placed:
            free = without(ground.opened(one), [(busy.start, busy.end) for busy in ground.busy] + others)
            latest = latest_safe_start(due, ground.length(one), free)
        return PlacedLine(
            operation=one.id,
            due=due,
            latest_safe_start=latest,
            state=one.state,
            level="normal",
            minutes=round(ground.length(one).total_seconds() / 60),
            presence=one.presence,
            locked=one.locked,
        )

    def changes(self) -> tuple[ChangeRow, ...]:
        """What would have to be written, in order of the new start; what loses its place comes last."""
        zone = self.session.clock.zone
        rows = [self._change(one.operation, one.start.astimezone(zone)) for one in self.placed if self.may_move(one)]
        rows += [self._change(one.operation, None) for one in self.unplaced]
        return (*(one for one in rows if one.from_ != one.to), *self._cancelled())

    def _change(self, one: Operation, to: datetime | None) -> ChangeRow:
        why = self.why_changed(one).english
        return ChangeRow(operation=one.id, from_=self.laid.was(one), to=to, why=why)

    def may_move(self, one: Placed) -> bool:
        return one.kept is None or one.operation.id in self.laid.followed

    def why_changed(self, one: Operation) -> Phrase:
        event = self.laid.followed.get(one.id)
        if event:
            return words.event_moved(event.event)
        was, cause = self.laid.was(one), self.laid.cause(one)
        if was and (why := self.laid.replan.why(one, was, cause, self.now)):
            return why
        return words.why_moved(msgspec.structs.replace(one, start=was), cause)

    def _cancelled(self) -> Iterator[ChangeRow]:
        """What goes with its event: it is dropped, also where it had no place yet."""
        for one in self.laid.followed.values():
            if one.now is None and self.session.in_focus(one.was.community):
                why = words.event_gone(one.event).english
                yield ChangeRow(operation=one.was.id, from_=one.was.start, to=None, why=why)

    def said(self, changes: tuple[ChangeRow, ...], *, argued: bool) -> dict[str, Said]:
        """The same sentences for the screen; ``argued`` also says what was not taken."""
        changed = {one.operation for one in changes}
        found: dict[str, Said] = {}
        for one in self.placed:
            moves = one.operation.id in changed
            argue = argued and moves and len(found) < _ARGUED
            found[one.operation.id] = Said(
                why=self.why(one),
                change=self.why_changed(one.operation) if moves else None,
                instead=self._instead(one) if argue else None,
                warning=self.warning(one),
            )
        for missing in self.unplaced:
            fixes = [each for each in missing.fixes if not _is_lost(each.event)]
            found[missing.operation.id] = Said(
                change=self.why_changed(missing.operation),
                reason=words.reason(missing),
                fixes=tuple(words.fix(each, self.now) for each in fixes),
                help=words.fixes(fixes, self.now),
            )
        for name, event in self.laid.followed.items():
            if event.now is None:
                found[name] = Said(change=words.event_gone(event.event))
        return found

    def _instead(self, one: Placed) -> Phrase | None:
        """The best place beside the one it has: better and taken, or what it was preferred to."""
        if one.operation.wants == "any" or one.operation.community is None or one.operation.locked:
            return None
        found = choices(one.operation, self.laid.placement, self.laid.ground, count=1)
        if not found or any(_is_lost_title(each.title) for each in found[0].blocked_by):
            return None
        other = found[0]
        gain = other.traffic - one.traffic if one.operation.wants == "peak" else one.traffic - other.traffic
        if other.blocked_by and gain <= 0:
            return None
        return words.instead(other, gain > 0, self.now, self.share(one.operation.community, other.traffic))

    def warning(self, one: Placed) -> Phrase | None:
        """That a person fixed an operation where something else is."""
        own = one.operation
        if one.kept != "locked" or not own.presence or own.event:
            return None
        for busy in self.laid.ground.busy:
            if busy.start < one.end and one.start < busy.end and not _is_lost(busy):
                return words.lies_on(busy.title)
        for other in self.laid.placement.placed:
            if other is one or other.kept != "locked" or not other.operation.presence:
                continue
            if other.start < one.end and one.start < other.end:
                return words.lies_on(other.operation.title)
        return None


def _is_lost(busy: Busy | None) -> bool:
    return busy is not None and _is_lost_title(busy.title)


def _is_lost_title(title: str | None) -> bool:
    return title == LOST
