"""What can be done about a case: what its network offers to the account, and what stays on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cmday.core.accounts import Account
from cmday.core.cases import Case, Offer
from cmday.core.items import ReplyTo
from cmday.core.outbox import Outgoing
from cmday.errors import CmdayError, WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.moderation.acting import offers
from cmday.steps.moderation.acting.verbs import TAKES_BACK, VERBS, Verb
from cmday.storage import ledger


def learn(session: Session, some: Iterable[Case]) -> None:
    """Ask the accounts of these cases what they may do, where nobody ever asked them.

    An account that cannot be asked is left as it is known: not at all. Raises ``SignInNeeded`` and its like for one
    account alone, for then there is nothing else to say.
    """
    from cmday.connectors.catalog import moderator
    from cmday.connectors.conversation import Conversation, Ended
    from cmday.outbox.naming import host_of

    known = session.settings.accounts
    conversations = []
    for name in dict.fromkeys(case.account for case in some):
        account = known.get(name)
        if account is None or session.offline or _is_known(session, account):
            continue
        found = moderator(account)
        if found is not None:
            conversations.append(
                Conversation(
                    key=name,
                    talk=lambda account=account, found=found: offers.ask(session, account, found),  # type: ignore[misc]
                    host=host_of(account),
                    deadline=found.patience,
                )
            )
    errors: list[CmdayError] = [
        event.error
        for event in session.engine.converse(conversations, sign_in=session.sign_in)
        if isinstance(event, Ended) and event.error
    ]
    if errors and len(errors) == len(conversations):
        raise errors[0]


def _is_known(session: Session, account: Account) -> bool:
    return bool(offers.offers(session, account)) or offers.fresh(session, account) is not None


def offered(session: Session, case: Case) -> tuple[Offer, ...]:
    """What the network of a case lets its account do, as it was last told; nothing where it is no moderator."""
    account = session.settings.accounts.get(case.account)
    return offers.offers(session, account) if account else ()


def offer_for(session: Session, case: Case, action: str) -> Offer | None:
    """What carries out an action there. An inverse is offered by what it takes back; None: it is not offered.

    What never stood in the platform's queue has nothing there to be approved or resolved.
    """
    known = offered(session, case)
    if not case.place and VERBS[action].local and action != "note":
        return None
    for one in known:
        if one.action == action:
            return one
    for one in known:
        if one.inverse == action:
            return Offer(action=VERBS[action].name, does=f"takes back {one.action}")
    return None


def inverse_of(session: Session, one: Outgoing) -> str | None:
    """What takes back an action that was sent; None where nothing does."""
    account = session.settings.accounts.get(one.account)
    known = offers.offers(session, account) if account else ()
    return next((each.inverse for each in known if each.action == one.action), None)


def possible(session: Session, case: Case) -> list[str]:
    """The verbs that mean something about a case, in the order in which they are listed."""
    return [name for name, verb in VERBS.items() if _means_something(session, case, verb)]


def _means_something(session: Session, case: Case, verb: Verb) -> bool:
    if verb.name == "reply" and reply_to(session, case) is not None:
        return True
    return verb.local or offer_for(session, case, verb.name) is not None


def reply_to(session: Session, case: Case) -> ReplyTo | None:
    """What an answer to the item behind a case needs, as to any other; None where it cannot be answered."""
    items = ledger.items(session.database, [case.item]) if case.item else []
    return items[0].notification.reply if items else None


def refusal(session: Session, handle: str, case: Case, action: str) -> WrongUse:
    """That the network cannot do it, and what can be done."""
    can: Sequence[str] = [one for one in possible(session, case) if one not in TAKES_BACK]
    return WrongUse(
        phrase("{handle}: {account} cannot {action} there", handle=handle, account=case.account, action=action),
        phrase("it can {actions}", actions=", ".join(can)),
    )
