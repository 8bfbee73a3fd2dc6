"""What was decided in the past, as rules look at it: the measure of what a rule would have done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from cmday.core.decisions import Decision
from cmday.core.items import WORDLESS
from cmday.core.things import Thing
from cmday.session import Session
from cmday.steps.moderation.rules.things import of_case, of_decision, of_notification
from cmday.storage import cases, decisions, labels, ledger, recent_items

Verdict = Literal["removed", "approved", "undecided"]
AGAINST: Final = frozenset({"remove", "ban", "mute", "warn", "lock", "hold", "label"})
FOR: Final = frozenset({"approve", "restore"})
_MOST_ITEMS: Final = 20_000


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of the past with what a person decided about it: ``removed`` is whatever was done against it."""

    thing: Thing
    case: str
    verdict: Verdict


def past(session: Session, days: int | None, *, decided_only: bool = False) -> list[Past]:
    """The things of these days (None: of all time) in focus, the decided ones first; rules' own decisions are none.

    Undecided ones are the newest twenty thousand items, and what waits in the platforms' queues.
    """
    since = None if days is None else session.clock.now() - timedelta(days=days)
    decided = _decided(session, since)
    known = {one.case for one in decided}
    older = _by_state_alone(session, since, known)
    found = decided + older
    if decided_only:
        return found
    return found + _undecided(session, since, known | {one.case for one in older})


def verdict_of(several: Iterable[Decision]) -> Verdict:
    """What a person made of a case, by all their decisions on it, oldest first; what was taken back is the opposite."""
    verdict: Verdict = "undecided"
    for one in several:
        if one.action in AGAINST:
            verdict = "approved" if one.reversed_at else "removed"
        elif one.action in FOR and not one.reversed_at:
            verdict = "approved"
    return verdict


def _decided(session: Session, since: datetime | None) -> list[Past]:
    by_case: dict[str, list[Decision]] = {}
    for one in decisions.since(session.database, since):
        if not one.automatic and _in_focus(session, one.community):
            by_case.setdefault(one.case, []).append(one)
    known = cases.cases(session.database, by_case)
    items = {
        one.notification.id: one
        for one in ledger.items(session.database, [case.item for case in known.values() if case.item])
    }
    found = []
    for case, several in by_case.items():
        verdict = verdict_of(several)
        if verdict != "undecided":
            row = known.get(case)
            thing = of_decision(several[0], row, items.get(row.item or "") if row else None)
            found.append(Past(thing=thing, case=case, verdict=verdict))
    return found


def _by_state_alone(session: Session, since: datetime | None, known: set[str]) -> list[Past]:
    """Cases that were approved before decisions were kept."""
    return [
        Past(thing=of_case(case), case=case.id, verdict="approved")
        for case in cases.listed(session.database, "decided", communities=session.communities)
        if case.state == "approved"
        and case.id not in known
        and case.elsewhere is None
        and (since is None or (case.decided_at is not None and case.decided_at >= since))
    ]


def _undecided(session: Session, since: datetime | None, known: set[str]) -> list[Past]:
    db = session.database
    items = recent_items.newest(db, since, _MOST_ITEMS)
    own = labels.of(db, [one.notification.id for one in items])
    found = [
        Past(thing=of_notification(said, own.get(said.id, ())), case=case, verdict="undecided")
        for one in items
        if (said := one.notification).kind not in WORDLESS
        and said.kind != "report"
        and _in_focus(session, said.community)
        and (case := cases.case_id(said)) not in known
    ]
    seen = known | {one.case for one in found}
    # What waits in a platform's queue has its author's words; what only a report tells of, its reporter's.
    return found + [
        Past(thing=of_case(case), case=case.id, verdict="undecided")
        for case in cases.listed(db, "open", communities=session.communities, limit=_MOST_ITEMS)
        if case.place and case.id not in seen and (since is None or case.opened_at >= since)
    ]


def _in_focus(session: Session, community: str | None) -> bool:
    focus: Sequence[str] = session.communities
    return not focus or community is None or community in focus
