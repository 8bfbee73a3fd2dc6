"""Whether the trainee has noticed what the drill is about: opened, answered or decided it, or begun a crisis."""

from __future__ import annotations

from datetime import datetime

from cmday.core.crises import Line
from cmday.drills.progress import Progress
from cmday.drills.sandbox import item_id
from cmday.drills.scenario import Scenario
from cmday.session import Session
from cmday.storage import cases, crises, decisions, ledger, outbox

# What only a person writes into a crisis's log.
_BY_HAND = frozenset({"start", "note", "check"})


def detected(session: Session, scenario: Scenario, progress: Progress) -> datetime | None:
    """When it was noticed: at what it is known by now, or at the moment at which that is first seen."""
    if progress.detected:
        return progress.detected
    lines = [line.at for line in crisis_lines(session, scenario) if line.kind in _BY_HAND]
    if lines:
        return min(lines)
    return session.clock.now() if _took_up(session, scenario, progress) else None


def crisis_lines(session: Session, scenario: Scenario) -> list[Line]:
    """All lines of the logs of the community's crises."""
    found = crises.all_of(session.database, scenario.community)
    return [line for one in found for line in crises.log(session.database, one.number)]


def _took_up(session: Session, scenario: Scenario, progress: Progress) -> bool:
    db = session.database
    trouble = [one for one in scenario.messages[: progress.come] if one.trouble]
    ids = [item_id(scenario, one) for one in trouble]
    if any(item.state != "new" for item in ledger.items(db, ids)):
        return True
    known = [cases.id_of(scenario.community, one.key) for one in trouble]
    return bool(outbox.of_targets(db, [*ids, *known])) or any(decisions.of_case(db, one) for one in known)
