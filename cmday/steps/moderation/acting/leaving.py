"""What leaves for a case: the action, what ends it where the network does not, and the words that go with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from cmday.core.cases import Action, Case, Offer
from cmday.core.outbox import Outgoing
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.outbox import queue
from cmday.outbox.case_effects import AUTOMATIC, ENDS
from cmday.outbox.naming import ABOUT
from cmday.outbox.rechecking import DESPITE, seen
from cmday.session import Session
from cmday.steps.moderation.acting.capable import offer_for, refusal, reply_to
from cmday.storage import outbox


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is said beside the verb. ``why`` None: the reason of the rule that hit.

    ``seconds`` is for how long; ``note`` goes to who reported it; ``text`` or ``template`` to the author. ``force``
    sends it whatever became of the thing since. ``automatic`` names the rule that wants it.
    """

    why: str | None = None
    seconds: int | None = None
    label: str | None = None
    whom: str | None = None
    note: str | None = None
    text: str | None = None
    template: str | None = None
    force: bool = False
    automatic: str | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a verb comes to for one case. Without ``outgoing`` it stays on this machine; ``does`` says what it does."""

    handle: str
    case: Case
    action: Action
    why: str
    outgoing: tuple[Outgoing, ...] = ()
    does: str | None = None
    text: str = ""
    whom: str | None = None


def leaving(session: Session, plan: Plan, offer: Offer, wish: Wish) -> list[Outgoing]:
    """All that a verb sends for one case; raises ``WrongUse`` for what the network cannot do."""
    more = _arguments(plan, wish)
    told = _note_to_reporters(session, plan, wish, more) if wish.note and offer.action != "resolve" else []
    if wish.note and offer.action == "resolve":
        if not offer.wants_text:
            raise no_note(plan)
        more["reporters"] = wish.note
    first = _action(session, plan, offer.action, more, text=plan.text)
    if wish.seconds is None:
        return [first, *told]
    if offer.timed:
        return [msgspec.structs.replace(first, arguments={**first.arguments, "seconds": str(wish.seconds)}), *told]
    if offer.inverse is None:
        account = plan.case.account
        raise WrongUse(
            phrase("{handle}: {account} cannot end it there", handle=plan.handle, account=account),
            phrase("leave --for away, and it is for good"),
        )
    first = msgspec.structs.replace(first, id=outbox.new_id(session.database))
    due = session.clock.now() + timedelta(seconds=wish.seconds)
    return [first, _action(session, plan, offer.inverse, {**more, ENDS: first.id}, due=due), *told]


def _arguments(plan: Plan, wish: Wish) -> dict[str, str]:
    """What goes beside the place of the thing."""
    case = plan.case
    said = {
        "label": wish.label,
        "whom": wish.whom,
        DESPITE: "said so" if wish.force else None,
        AUTOMATIC: wish.automatic,
    }
    known = {"why": plan.why, ABOUT: case.author_handle or case.author, **seen(case)}
    return known | {name: value for name, value in said.items() if value}


def _action(session: Session, plan: Plan, action: str, more: dict[str, str], **other: Any) -> Outgoing:
    case = plan.case
    return queue.blank(
        session,
        **{"text": "", **other},
        kind="action",
        account=case.account,
        community=case.community,
        target=case.id,
        reply_to=case.subject or case.id.removeprefix(f"case/{case.account}/"),
        to=case.author_id,
        action=action,
        arguments={**case.place, **more},
    )


def _note_to_reporters(session: Session, plan: Plan, wish: Wish, more: dict[str, str]) -> list[Outgoing]:
    """A note to who reported it goes with resolving the report, where the network has that."""
    resolve = offer_for(session, plan.case, "resolve")
    if resolve is None or not resolve.wants_text:
        raise no_note(plan)
    return [_action(session, plan, "resolve", {**more, "reporters": wish.note or ""})]


def no_note(plan: Plan) -> WrongUse:
    """That nobody can write to those who reported it."""
    account = plan.case.account
    return WrongUse(
        phrase("{handle}: {account} has no way to write to who reported it", handle=plan.handle, account=account),
        phrase("leave --note away; cmday moderate note keeps a note here"),
    )


def plain_reply(session: Session, plan: Plan) -> Outgoing:
    """A reply as any other, where the item behind the case can be answered."""
    case = plan.case
    reply = reply_to(session, case)
    if reply is None:
        raise refusal(session, plan.handle, case, "reply")
    return queue.blank(
        session,
        kind="reply",
        account=case.account,
        community=case.community,
        text=plan.text,
        target=case.item,
        reply_to=reply.id,
        to=reply.to,
        subject=reply.subject,
        references=reply.references,
        visibility=reply.visibility,
        language=reply.language,
    )
