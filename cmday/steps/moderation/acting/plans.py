"""From a verb and its wishes to what it comes to for each case: checked whole before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cmday.core.cases import Action, Case
from cmday.core.outbox import WAITING, Outgoing
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.outbox.case_effects import ENDS, NOTE
from cmday.outbox.naming import handles_of
from cmday.session import Session
from cmday.steps.moderation.acting.capable import offer_for, refusal
from cmday.steps.moderation.acting.leaving import Plan, Wish, leaving, no_note, plain_reply
from cmday.steps.moderation.acting.targets import Target
from cmday.steps.moderation.acting.verbs import OPPOSITES, VERBS
from cmday.steps.moderation.acting.words import TO_AUTHOR, filled
from cmday.storage import outbox


def plan(session: Session, action: Action, targets: Sequence[Target], wish: Wish, *, skip: bool = False) -> list[Plan]:
    """What a verb comes to for each case; raises ``WrongUse`` where it cannot be, before anything is done.

    With ``skip`` cases are passed over for which the same waits already, as a query hits them again.
    """
    reasons = _Reasons(session)
    waiting = outbox.of_targets(session.database, [case.id for _, case in targets])
    found = []
    for handle, case in targets:
        clash = _clash(action, wish, waiting.get(case.id, ()))
        if clash and not (skip and clash.action == action):
            raise _already(session, handle, clash)
        if clash is None:
            bare = Plan(handle=handle, case=case, action=action, why=reasons.of(case, wish.why, action), whom=wish.whom)
            found.append(_whole(session, bare, wish))
    return found


def _whole(session: Session, bare: Plan, wish: Wish) -> Plan:
    verb, action, handle, case = VERBS[bare.action], bare.action, bare.handle, bare.case
    if verb.why and not bare.why:
        raise WrongUse(
            phrase("{handle}: say why, for it touches somebody's words or account", handle=handle),
            phrase('cmday moderate {action} {handle} --why "charter 4"', action=action, handle=handle),
        )
    text = (wish.text or "").strip()
    if template := wish.template or (TO_AUTHOR["warn"] if action == "warn" and not text else None):
        text = filled(session, template, case, bare.why)
    if verb.words and not text:
        raise WrongUse(
            phrase("{handle}: it wants words", handle=handle),
            phrase('cmday moderate {action} {handle} --text "..."', action=action, handle=handle),
        )
    found = msgspec.structs.replace(bare, text=text)
    offer = offer_for(session, case, action)
    # A network where one can take a case oneself knows nothing of giving it to others: that stays here.
    if offer is not None and (not wish.whom or offer.whom):
        sent_by = tuple(leaving(session, found, offer, wish))
        return msgspec.structs.replace(found, outgoing=sent_by, does=offer.does)
    if action == "reply":
        return msgspec.structs.replace(found, outgoing=(plain_reply(session, found),))
    if not verb.local:
        raise refusal(session, handle, case, action)
    if wish.note:
        raise no_note(found)
    return found


def reason_of(session: Session, case: Case) -> str:
    """The reason of the rules that hit a case, which stands where nobody says another; empty where none did."""
    return _Reasons(session).of(case, None, "hold")


class _Reasons:
    """The reasons of the rules, read once and only where somebody said none."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, str] | None = None

    def of(self, case: Case, said: str | None, action: str) -> str:
        """What was said, else what the rules say; they speak for a measure, and for nothing else."""
        if said is not None and said.strip():
            return " ".join(said.split())
        if not case.rules or not (VERBS[action].why or action == "resolve"):
            return ""
        if self._known is None:
            from cmday.config.rules import read_rules

            self._known = {rule.name: rule.why for rule in read_rules(self._session.home.rules).rules}
        return ", ".join(dict.fromkeys(self._known[name] for name in case.rules if name in self._known))


def _clash(action: str, wish: Wish, written: Sequence[Outgoing]) -> Outgoing | None:
    """What waits for the same case already, and is the same or the opposite."""
    for one in written:
        if one.state not in WAITING or ENDS in one.arguments or NOTE in one.arguments:
            continue
        same = one.action == action and one.arguments.get("label") == wish.label and action not in {"note", "reply"}
        if same or any({action, one.action} == pair for pair in OPPOSITES):
            return one
    return None


def _already(session: Session, handle: str, one: Outgoing) -> WrongUse:
    waits = handles_of(session, [one.id])[one.id]
    return WrongUse(
        phrase("{handle}: {action} waits to be sent, as {waits}", handle=handle, action=one.action, waits=waits),
        phrase("cmday undo {waits} takes it back, cmday send {waits} sends it", waits=waits),
    )
