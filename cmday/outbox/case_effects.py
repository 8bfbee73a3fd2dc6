"""What becomes of a case when something is decided about it, or taken back: its state, its reports, the decision.

What the outbox carries out is a decision once it was sent, and not before; what stays on this machine is one at once.
"""

from __future__ import annotations

from typing import Any, Final, cast

import msgspec

from cmday.core.cases import INVERSE, Action, Case, CaseState
from cmday.core.decisions import Decision
from cmday.core.outbox import UNSENT, Outgoing
from cmday.core.time import parse_instant
from cmday.session import Session
from cmday.storage import appeals, audit, cases, decisions, item_states, journal, outbox

STEP: Final = "moderation"
AUTOMATIC: Final = "automatic"
# What ends a ban or a mute that the network itself does not end: the id of that ban in the outbox.
ENDS: Final = "ends"
# What a note tells of that is drafted with a decision: the id of the action in the outbox, or ``HERE``.
NOTE: Final = "note"
HERE: Final = "here"
# How a case stands after an action; after any other it stands as before.
AFTER: Final[dict[str, CaseState]] = {
    "approve": "approved",
    "remove": "resolved",
    "warn": "resolved",
    "mute": "resolved",
    "ban": "resolved",
    "label": "resolved",
    "resolve": "resolved",
    "lock": "resolved",
    "restore": "approved",
    "reopen": "open",
}
_TAKES_BACK: Final[dict[str, str]] = {inverse: action for action, inverse in INVERSE.items() if inverse != "approve"}
_EXCERPT: Final = 120


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a case stands: its state (None: it is not there), the reports behind it, the decisions that stand."""

    state: CaseState | None
    decided_at: str | None
    items: dict[str, dict[str, tuple[str, int | None]]] = {}
    decisions: tuple[str, ...] = ()


def standing(session: Session, one: str) -> Standing:
    """How a case stands now."""
    db = session.database
    case = cases.cases(db, [one]).get(one)
    return Standing(
        state=case.state if case else None,
        decided_at=case.decided_at.isoformat() if case and case.decided_at else None,
        items=item_states.of(db, cases.items_of(db, one, reports=True)),
        decisions=tuple(each.id for each in decisions.of_case(db, one) if each.reversed_at is None),
    )


def excerpt(case: Case) -> str:
    """Who, and how it begins."""
    return " ".join(f"{case.author}: {case.text}".split())[:_EXCERPT]


def decided(
    session: Session, case: Case, action: Action, why: str, *, automatic: bool = False, item: str | None = None
) -> Decision:
    """Write down a decision and what follows from it; ``item`` of the outbox carried it out, None: it stays here.

    Part of the transaction that it is called in. One that a rule took leaves the case to a person.
    """
    db, now = session.database, session.clock.now()
    one = Decision(
        id=decisions.id_for(item) if item else decisions.new_id(),
        case=case.id,
        account=case.account,
        network=case.network,
        community=case.community,
        author=case.author,
        author_handle=case.author_handle,
        author_id=case.author_id,
        text=case.text,
        action=action,
        why=why,
        at=now,
        who=audit.person(),
        reported_at=case.opened_at,
        rules=case.rules,
        automatic=automatic,
        outbox=item,
    )
    with db.write():
        _take_back(session, case.id, action)
        decisions.put(db, one)
        appeals.settle(db, one)
        state = AFTER.get(action)
        if state and not automatic:
            cases.decide(db, case.id, state, now)
            if state != "open":
                # A report waits in the inbox for nothing but this decision.
                item_states.set_state(db, cases.items_of(db, case.id, reports=True), "done")
        journal.write(db, now, action, step=STEP, item=case.id, text=excerpt(case))
    return one


def _take_back(session: Session, case: str, action: Action) -> None:
    """What an inverse takes back does not stand any more; ``reopen`` takes back whatever closed the case."""
    taken = _TAKES_BACK.get(action)
    if taken is None:
        return
    for one in reversed(decisions.of_case(session.database, case)):
        if one.reversed_at is None and (one.action == taken or (action == "reopen" and one.action in AFTER)):
            decisions.reverse(session.database, one.id, session.clock.now())
            return


def sent(session: Session, one: Outgoing) -> None:
    """An action was carried out: the case is decided. The end of a ban that was meant to end decides nothing."""
    if one.target is None or ENDS in one.arguments or NOTE in one.arguments:
        return
    case = cases.cases(session.database, [one.target]).get(one.target)
    if case is None:
        return
    why, automatic = one.arguments.get("why", ""), AUTOMATIC in one.arguments
    decided(session, case, cast("Action", one.action), why, automatic=automatic, item=one.id)


def cancelled(session: Session, one: Outgoing) -> None:
    """It will not be carried out, or was taken back: what would have ended it goes with it."""
    db, now = session.database, session.clock.now()
    for each in outbox.of_targets(db, [one.target or ""]).get(one.target or "", ()):
        meant = each.arguments.get(ENDS) == one.id or each.arguments.get(NOTE) == one.id
        if meant and each.state in UNSENT:
            outbox.put(db, msgspec.structs.replace(each, state="cancelled"), now)
            audit.record(db, now, "drop", each, before=each.text)


def bring_back(session: Session, case: str, was: Standing) -> None:
    """Let a case stand as it did, with the reports and the decisions about it."""
    db, now = session.database, session.clock.now()
    if was.state is None:
        cases.remove(db, case)
    else:
        cases.decide(db, case, was.state, parse_instant(was.decided_at) if was.decided_at else None)
    item_states.bring_back(db, was.items)
    _drop_notes(session, case)
    for one in decisions.of_case(db, case):
        if one.id in was.decisions and one.reversed_at:
            decisions.stand_again(db, one.id, now)
        elif one.id not in was.decisions and one.reversed_at is None:
            decisions.reverse(db, one.id, now)


def _drop_notes(session: Session, case: str) -> None:
    """What was drafted to tell of a decision that stays here goes with it."""
    db, now = session.database, session.clock.now()
    for each in outbox.of_targets(db, [case]).get(case, ()):
        if each.arguments.get(NOTE) == HERE and each.state in UNSENT:
            outbox.put(db, msgspec.structs.replace(each, state="cancelled"), now)
            audit.record(db, now, "drop", each, before=each.text)


def kept(one: Standing) -> dict[str, Any]:
    """As ``storage.undo`` keeps it."""
    built: dict[str, Any] = msgspec.to_builtins(one)
    return built
