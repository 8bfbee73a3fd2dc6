"""What a rule of mode ``act`` does by itself: it may hold, label and answer. It never removes, bans or decides.

What it does waits in the outbox as what a person decides, is undone the same way, and its decision says that it was a
rule's. The case stays open for a person.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cmday.core.cases import Action, Case
from cmday.core.outbox import Outgoing
from cmday.errors import WrongUse
from cmday.outbox import queue
from cmday.outbox.case_effects import AUTOMATIC
from cmday.outbox.naming import ABOUT
from cmday.session import Session
from cmday.steps.moderation.acting.capable import offer_for
from cmday.steps.moderation.acting.leaving import Wish
from cmday.steps.moderation.acting.plans import plan
from cmday.storage import outbox

ALLOWED: Final[frozenset[Action]] = frozenset({"hold", "label", "reply"})
ANSWERS_AGAIN_AFTER: Final = timedelta(days=1)


def by_rule(
    session: Session,
    case: Case,
    action: Action,
    *,
    rule: str,
    why: str,
    label: str | None = None,
    template: str | None = None,
) -> Outgoing | None:
    """Queue what a rule wants done about an open case; None where that is done, waits, or cannot be done there.

    ``template`` names the text of a reply. What a person took back or decided is not done again by the same rule.
    Raises ``NotFound`` for a template that is not there.
    """
    assert action in ALLOWED, "text alone may hold, queue and rank"
    if case.state != "open" or (action == "hold" and case.held) or (label and label in case.labels):
        return None
    if offer_for(session, case, action) is None:
        return None
    if any(_same(one, action, rule, label) for one in _written(session, case)):
        return None
    wish = Wish(why=why, label=label, template=template, automatic=rule)
    try:
        plans = plan(session, action, [(case.id, case)], wish, skip=True)
    except WrongUse:
        return None  # a person has decided the opposite, and that waits
    leaving = [one for each in plans for one in each.outgoing]
    stored = queue.put(session, leaving, action) if leaving else []
    return stored[0] if stored else None


Answered = set[tuple[str, str, str]]


def answered(session: Session) -> Answered:
    """Whom rules have answered within a day, by account, rule and name: who floods is not to fill a room with us."""
    since = session.clock.now() - ANSWERS_AGAIN_AFTER
    written = [one for one in outbox.actions(session.database, since) if one.action == "reply"]
    return {
        (one.account, one.arguments[AUTOMATIC], one.arguments.get(ABOUT, ""))
        for one in written
        if AUTOMATIC in one.arguments
    }


def answer(session: Session, case: Case, known: Answered, *, rule: str, why: str, template: str) -> Outgoing | None:
    """Queue a rule's answer as ``by_rule`` does, unless its author is among those who are ``known`` to have one."""
    key = (case.account, rule, case.author_handle or case.author)
    if key in known:
        return None
    found = by_rule(session, case, "reply", rule=rule, why=why, template=template)
    if found:
        known.add(key)
    return found


def _written(session: Session, case: Case) -> list[Outgoing]:
    return outbox.of_targets(session.database, [case.id]).get(case.id, [])


def _same(one: Outgoing, action: str, rule: str, label: str | None) -> bool:
    return one.action == action and one.arguments.get(AUTOMATIC) == rule and one.arguments.get("label") == label
