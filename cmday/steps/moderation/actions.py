"""What a moderator decides: a case is approved (nothing is wrong), resolved (it was dealt with), or open again.

Decisions are local so far: nothing leaves this machine. Every verb says what it hit and leaves a line in the journal.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from cmday.core.cases import Case, CaseState
from cmday.core.time import parse_instant
from cmday.errors import CmdayError, NotFound
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.moderation.report import CaseRow
from cmday.steps.moderation.step import LETTER, NAME, examine, row
from cmday.steps.naming import named
from cmday.storage import case_causes, cases, handles, item_states, journal, ledger, undo

_EXCERPT: Final = 120


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it is after a verb; ``changed`` tells whether it was another before."""

    handle: str
    id: str
    community: str | None
    author: str
    text: str
    state: CaseState
    changed: bool


class Decisions(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of the verbs with ``--json``."""

    cases: tuple[Decision, ...]


class CaseData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate show --json``."""

    cases: tuple[CaseRow, ...]


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``cmday moderate rules``; ``hits`` counts the items that fit."""

    name: str
    why: str
    mode: str
    do: tuple[str, ...]
    hits: int


class RulesData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate rules --json``."""

    file: str
    rules: tuple[RuleRow, ...]


def show(session: Session, words: list[str]) -> CaseData:
    """The cases named, whole."""
    return CaseData(cases=tuple(row(case, handle) for handle, case in _found(session, words)))


def approve(session: Session, words: list[str]) -> Decisions:
    """Nothing is wrong with these."""
    return _decide(session, words, "approved", "approve")


def resolve(session: Session, words: list[str]) -> Decisions:
    """These were dealt with."""
    return _decide(session, words, "resolved", "resolve")


def reopen(session: Session, words: list[str]) -> Decisions:
    """Take a decision back."""
    return _decide(session, words, "open", "reopen")


def take_up(session: Session, item: str) -> tuple[str, Case]:
    """Make a case of a notification by hand, as if it had been reported; returns its handle and the case.

    Raises ``NotFound`` for an item that the ledger does not have.
    """
    db, now = session.database, session.clock.now()
    found = ledger.items(db, [item])
    if not found:
        raise NotFound(phrase("no notification is called {name}", name=item), phrase("cmday inbox --all shows them"))
    with db.write():
        one = cases.case_id(found[0].notification)
        before = _standing(session, cases.cases(db, [one]).get(one), one)
        case = case_causes.open_by_hand(db, found[0].notification, "taken up by hand")
        undo.note(db, now, "moderate", NAME, _excerpt(case), {one: before})
        journal.write(db, now, "moderate", step=NAME, item=case.id, text=_excerpt(case))
    return handles.give(db, session.clock.today(), LETTER, [case.id])[case.id], case


def rules(session: Session) -> tuple[RulesData, list[CmdayError]]:
    """The rules in force, how often each fits, and what is wrong with rules.toml."""
    from cmday.config.rules import read_rules

    _, problems = examine(session)
    counted = case_causes.hits(session.database)
    found = [
        RuleRow(name=rule.name, why=rule.why, mode=rule.mode, do=rule.do, hits=counted.get(rule.name, 0))
        for rule in read_rules(session.home.rules).rules
    ]
    return RulesData(file=str(session.home.rules), rules=tuple(found)), problems


def _decide(session: Session, words: list[str], state: CaseState, verb: str) -> Decisions:
    db, now = session.database, session.clock.now()
    decisions = []
    before: dict[str, Any] = {}
    said = []
    with db.write():
        for handle, case in _found(session, words):
            was = _standing(session, case, case.id)
            changed = cases.decide(db, case.id, state, now)
            if changed:
                before[case.id] = was
                said.append(f"{handle} {case.author or case.author_handle}")
                journal.write(db, now, verb, step=NAME, item=case.id, text=_excerpt(case))
            if state != "open":
                # A report waits in the inbox for nothing but this decision.
                item_states.set_state(db, cases.items_of(db, case.id, reports=True), "done")
            decisions.append(
                Decision(
                    handle=handle,
                    id=case.id,
                    community=case.community,
                    author=case.author or case.author_handle,
                    text=case.text,
                    state=state,
                    changed=changed,
                )
            )
        undo.note(db, now, verb, NAME, ", ".join(said), before)
    return Decisions(cases=tuple(decisions))


def restore(session: Session, before: dict[str, Any]) -> str:
    """Let cases stand as they did before a verb, and the reports behind them; returns which."""
    db = session.database
    known = cases.cases(db, before)
    given = handles.give(db, session.clock.today(), LETTER, list(known))
    for one, was in before.items():
        if was["state"] is None:
            cases.remove(db, one)
        else:
            cases.decide(db, one, was["state"], parse_instant(was["decided_at"]) if was["decided_at"] else None)
        item_states.bring_back(db, was["items"])
    return ", ".join(f"{given[one]} {case.author or case.author_handle}" for one, case in known.items())


def _standing(session: Session, case: Case | None, one: str) -> dict[str, Any]:
    """How a case stands, None for its state where there is none, and the reports behind it."""
    db = session.database
    decided = case.decided_at.isoformat() if case and case.decided_at else None
    reports = item_states.of(db, cases.items_of(db, one, reports=True))
    return {"state": case.state if case else None, "decided_at": decided, "items": reports}


def _excerpt(case: Case) -> str:
    return " ".join(f"{case.author}: {case.text}".split())[:_EXCERPT]


def _found(session: Session, words: list[str]) -> list[tuple[str, Case]]:
    """The cases named, each with its handle; all must exist before anything is done to one of them."""
    db = session.database
    pairs = named(session, words, LETTER)
    known = cases.cases(db, [one for _, one in pairs])
    for word, one in pairs:
        if one not in known:
            raise NotFound(
                phrase("no case is called {name}", name=word), phrase("cmday moderate shows those that are open")
            )
    given = handles.give(db, session.clock.today(), LETTER, [one for _, one in pairs])
    return [(given[one], known[one]) for _, one in pairs]
