"""What a moderator decides: into the outbox where the case's network has such an action, else on this machine.

A case is decided when its action was sent (``outbox.case_effects``); until then it waits. Every verb says what it hit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import msgspec

from cmday.core.cases import Action, Case, CaseState
from cmday.core.items import WORDLESS
from cmday.core.outbox import Outgoing
from cmday.errors import CmdayError, NotFound, WrongUse
from cmday.i18n import phrase
from cmday.outbox import case_effects, queue
from cmday.outbox.case_effects import ENDS, Standing, excerpt, standing
from cmday.outbox.naming import handles_of
from cmday.outbox.rehearsal import RehearsedData, rehearse
from cmday.session import Session
from cmday.steps.moderation.acting import capable, notes, targets
from cmday.steps.moderation.acting.leaving import Plan, Wish
from cmday.steps.moderation.acting.notes import Closing
from cmday.steps.moderation.acting.plans import plan
from cmday.steps.moderation.acting.targets import Target
from cmday.steps.moderation.acting.verbs import VERBS
from cmday.steps.moderation.report import LETTER, NAME
from cmday.storage import audit, case_causes, cases, handles, journal, ledger, undo

_HANDLES_SAID: Final = 20


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it is after a verb.

    ``outbox`` are the ids of what carries it out; while they wait the case is as it was. ``changed`` tells whether
    anything is otherwise than before, ``does`` what the network will do, in English.
    """

    handle: str
    id: str
    account: str
    community: str | None
    author: str
    text: str
    action: Action
    why: str
    state: CaseState
    changed: bool
    waits: bool
    outbox: tuple[str, ...]
    handles: tuple[str, ...]
    does: str | None


class Decisions(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of the verbs with ``--json``."""

    cases: tuple[Decided, ...]


def meant(session: Session, action: Action, some: Sequence[Target], wish: Wish, *, skip: bool = False) -> list[Plan]:
    """What a verb comes to for each case, nothing being done yet; asks accounts what they may do where nobody did."""
    if not VERBS[action].local:
        capable.learn(session, [case for _, case in some])
    return plan(session, action, some, wish, skip=skip)


def act(session: Session, action: Action, plans: Sequence[Plan]) -> Decisions:
    """Do it: all of it or nothing, to be undone together."""
    with session.database.write():
        leaving = [one for each in plans for one in each.outgoing]
        stored = iter(queue.put(session, leaving, action) if leaving else ())
        sent_by = {each.case.id: tuple(next(stored) for _ in each.outgoing) for each in plans}
        staying = [each for each in plans if not each.outgoing]
        changed = _decide(session, action, staying)
        notes.draft_notes(session, _closings(session, plans, sent_by, changed))
    given = handles_of(session, [one.id for some in sent_by.values() for one in some])
    known = cases.cases(session.database, [each.case.id for each in plans])
    return Decisions(
        cases=tuple(
            _row(each, known.get(each.case.id, each.case), sent_by[each.case.id], given, each.case.id in changed)
            for each in plans
        )
    )


def _closings(
    session: Session, plans: Sequence[Plan], sent_by: Mapping[str, Sequence[Outgoing]], changed: Collection[str]
) -> list[Closing]:
    """What there is to tell to those whom these decisions concern."""
    found = []
    for each in plans:
        leaving = sent_by[each.case.id]
        if not leaving and each.case.id not in changed:
            continue
        given = {name: value for one in leaving for name, value in one.arguments.items()}
        ends = next((one.due for one in leaving if ENDS in one.arguments), None)
        seconds = int(given["seconds"]) if "seconds" in given else None
        found.append(
            Closing(
                case=each.case,
                action=each.action,
                why=each.why,
                outbox=leaving[0].id if leaving else None,
                seconds=int((ends - session.clock.now()).total_seconds()) if ends else seconds,
                label=given.get("label"),
                told="reporters" in given,
            )
        )
    return found


def rehearsal(session: Session, plans: Sequence[Plan]) -> tuple[RehearsedData, list[CmdayError]]:
    """The exact requests that it would come to, without storing anything."""
    written = [
        (msgspec.structs.replace(one, id=f"{each.case.id} {number}", key="dry-run"), each.handle)
        for each in plans
        for number, one in enumerate(each.outgoing)
    ]
    return rehearse(session, [one for one, _ in written], given={one.id: handle for one, handle in written})


def _decide(session: Session, action: Action, plans: Sequence[Plan]) -> set[str]:
    """Decide on this machine; returns the ids of the cases that are otherwise than before."""
    db, now = session.database, session.clock.now()
    before: dict[str, Any] = {}
    for each in plans:
        was = standing(session, each.case.id)
        after = case_effects.AFTER.get(action)
        if after is not None and after == was.state:
            continue
        before[each.case.id] = case_effects.kept(was)
        whom = (each.whom or audit.person()) if action == "assign" else ""
        why = ": ".join(part for part in (each.text or whom, each.why) if part)
        case_effects.decided(session, each.case, action, why)
    said = ", ".join(f"{each.handle} {each.case.author or each.case.author_handle}" for each in plans[:_HANDLES_SAID])
    undo.note(db, now, action, NAME, said, before)
    return set(before)


def _row(each: Plan, case: Case, sent_by: Sequence[Outgoing], given: Mapping[str, str], changed: bool) -> Decided:
    return Decided(
        handle=each.handle,
        id=case.id,
        account=case.account,
        community=case.community,
        author=case.author or case.author_handle,
        text=case.text,
        action=each.action,
        why=each.why,
        state=case.state,
        changed=changed or bool(sent_by),
        waits=bool(sent_by),
        outbox=tuple(one.id for one in sent_by),
        handles=tuple(given[one.id] for one in sent_by),
        does=each.does,
    )


# What the guide calls by one key.


def decide(session: Session, action: Action, words: Sequence[str], wish: Wish | None = None) -> Decisions:
    """A verb on the cases named, at once."""
    return act(session, action, meant(session, action, targets.found(session, words), wish or Wish()))


def take_up(session: Session, item: str) -> tuple[str, Case]:
    """Make a case of a notification by hand, as if it had been reported; returns its handle and the case.

    Raises ``NotFound`` for an item that the ledger does not have, ``WrongUse`` for a like and its kin: what they are
    about is somebody else's, and to remove it would remove our own post.
    """
    db, now = session.database, session.clock.now()
    found = ledger.items(db, [item])
    if not found:
        raise NotFound(phrase("no notification is called {name}", name=item), phrase("cmday inbox --all shows them"))
    if found[0].notification.kind in WORDLESS:
        raise WrongUse(
            phrase("nothing was said there that could be decided on"), phrase("cmday people show tells who it was")
        )
    with db.write():
        one = cases.case_id(found[0].notification)
        before = case_effects.kept(standing(session, one))
        case = case_causes.open_by_hand(db, found[0].notification)
        undo.note(db, now, "moderate", NAME, excerpt(case), {one: before})
        journal.write(db, now, "moderate", step=NAME, item=case.id, text=excerpt(case))
    return handles.give(db, session.clock.today(), LETTER, [case.id])[case.id], case


def restore(session: Session, before: Mapping[str, Any]) -> str:
    """Let cases stand as they did before a verb, with the reports and decisions behind them; returns which."""
    db = session.database
    known = cases.cases(db, before)
    given = handles.give(db, session.clock.today(), LETTER, list(known))
    for one, was in before.items():
        case_effects.bring_back(session, one, msgspec.convert(was, Standing))
    return ", ".join(f"{given[one]} {case.author or case.author_handle}" for one, case in known.items())
