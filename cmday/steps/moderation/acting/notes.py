"""Notes: what a decision that closes a case has to say to the author, and to each who reported it.

They are drafts: they leave when somebody releases them, and not before what they tell of was done. A note goes where it
is private: by the moderator's own means where the network has such, as a direct message, or by mail.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from cmday.core.accounts import Account
from cmday.core.cases import Action, Case
from cmday.core.outbox import Outgoing
from cmday.errors import ConfigError, ConfigErrors
from cmday.i18n import phrase
from cmday.outbox import accounts, queue
from cmday.outbox.case_effects import AFTER, HERE, NOTE
from cmday.outbox.naming import ABOUT, handles_of
from cmday.session import Session
from cmday.steps.moderation.acting.capable import offered
from cmday.steps.moderation.acting.words import TO_AUTHOR, TO_REPORTER, Told, Wording
from cmday.storage import audit, case_rows, ledger, outbox

READER: Final = "reader"
_MOST: Final = 20
_KEY_BYTES: Final = 16
_DIRECT: Final = "mastodon"
_MAIL: Final = "imap"
# On these a handle is an address for mail.
_BY_MAIL: Final = frozenset({_MAIL, "wordpress"})


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that is being taken: on what, what and why. ``outbox`` is the action that carries it out, if one does.

    ``told`` says that a note to those who reported goes with the action itself.
    """

    case: Case
    action: Action
    why: str
    outbox: str | None = None
    seconds: int | None = None
    label: str | None = None
    told: bool = False


def draft_notes(session: Session, closings: Iterable[Closing]) -> list[Outgoing]:
    """Draft what these decisions have to say, as far as it can be said privately; returns the drafts.

    Part of the transaction it is called in. Nothing where the settings do not want notes, or no case is closed.
    """
    if not session.settings.moderation.notes:
        return []
    closed = [one for one in closings if AFTER.get(one.action, "open") != "open"]
    if not closed:
        return []
    try:
        wording = Wording(session)
    except ConfigErrors as mistakes:
        # A decision does not wait for a template to be mended.
        if session.warn:
            session.warn(mistakes)
        return []
    db, now = session.database, session.clock.now()
    found = []
    with db.write():
        for one in closed:
            for draft in _drafts(session, wording, one):
                stored = msgspec.structs.replace(draft, id=outbox.new_id(db), key=secrets.token_hex(_KEY_BYTES))
                outbox.put(db, stored, now)
                audit.record(db, now, "draft", stored, after=stored.text)
                found.append(stored)
    return found


def drafted(session: Session, ids: Iterable[str]) -> list[str]:
    """The handles of the notes about these cases that are drafts still."""
    of_cases = outbox.of_targets(session.database, ids)
    waiting = [one.id for some in of_cases.values() for one in some if NOTE in one.arguments and one.state == "draft"]
    given = handles_of(session, waiting)
    return [given[one] for one in waiting]


def _drafts(session: Session, wording: Wording, one: Closing) -> Iterator[Outgoing]:
    if one.action in TO_AUTHOR and one.action != "warn" and _knows_author(session, one.case):
        case = one.case
        told = _told(one, case.author or case.author_handle, case.text)
        yield from _to_author(session, wording, one, told)
    if not one.told:
        yield from _to_reporters(session, wording, one)


def _told(one: Closing, reader: str, heard: str) -> Told:
    return Told(action=one.action, why=one.why, reader=reader, heard=heard, seconds=one.seconds, label=one.label)


def _knows_author(session: Session, case: Case) -> bool:
    """Whether what the case shows are its author's own words: of what only a report told, they are the reporter's."""
    if case.place:
        return True
    items = ledger.items(session.database, [case.item]) if case.item else []
    return any(item.notification.kind != "report" for item in items)


def _to_author(session: Session, wording: Wording, one: Closing, told: Told) -> Iterator[Outgoing]:
    case = one.case
    if _offers(session, case, "warn"):
        text, _ = wording.worded(TO_AUTHOR[one.action], case, told)
        yield _by_action(session, one, "warn", "author", text=text, to=case.author_id)
    elif case.author_handle and (account := _private(session, case)):
        text, spoken = wording.worded(TO_AUTHOR[one.action], case, told)
        yield _by_message(session, one, account, "author", text=text, language=spoken, to=case.author_handle)


def _to_reporters(session: Session, wording: Wording, one: Closing) -> Iterator[Outgoing]:
    reporters = _reporters(session, one.case)
    if not reporters:
        return
    if one.case.place and _offers(session, one.case, "resolve"):
        # The network writes to each of them, and to who reported it since: none is named to another.
        text, _ = wording.worded(TO_REPORTER, one.case, _told(one, "", reporters[0][2]))
        yield _by_action(session, one, "resolve", "reporter", text="", more={"reporters": text})
        return
    account = _private(session, one.case)
    if account is None:
        return
    for handle, name, said in reporters:
        told = _told(one, name or handle, said)
        text, spoken = wording.worded(TO_REPORTER, one.case, told)
        yield _by_message(session, one, account, "reporter", text=text, language=spoken, to=handle)


def _reporters(session: Session, case: Case) -> list[tuple[str, str, str]]:
    """Handle, name and words of each who reported it, once; our own accounts are not written to.

    Only a queue tells who reported: the notification of a report bears the name of whom it is about.
    """
    found = [(each.by_handle, each.by, each.reason) for each in case_rows.reports_of(session.database, case.id)]
    own = {name for each in session.settings.accounts.values() for name in (each.username, each.name) if name}
    kept: dict[str, tuple[str, str, str]] = {}
    for handle, name, said in found:
        if handle and handle.removeprefix("@").casefold() not in {each.removeprefix("@").casefold() for each in own}:
            kept.setdefault(handle, (handle, name, said))
    return list(kept.values())[:_MOST]


def _offers(session: Session, case: Case, action: Action) -> bool:
    return any(offer.action == action and offer.wants_text for offer in offered(session, case))


def _private(session: Session, case: Case) -> Account | None:
    """The account that can write to somebody of that network so that nobody else reads it."""
    known = session.settings.accounts
    account = known.get(case.account)
    candidates: Sequence[Account] = [account] if account and case.network in (_DIRECT, _MAIL) else ()
    if case.network in _BY_MAIL and not candidates:
        candidates = [each for each in known.values() if each.network == _MAIL and each.community == case.community]
    return next((each for each in candidates if _writes(each)), None)


def _writes(account: Account) -> bool:
    try:
        accounts.sender(account)
    except (ConfigError, ConfigErrors):
        return False
    return True


def _by_action(session: Session, one: Closing, action: Action, reader: str, **fields: Any) -> Outgoing:
    case = one.case
    more = fields.pop("more", {})
    arguments = {"why": one.why, ABOUT: case.author_handle or case.author, NOTE: one.outbox or HERE, READER: reader}
    return queue.blank(
        session,
        kind="action",
        account=case.account,
        state="draft",
        community=case.community,
        target=case.id,
        reply_to=case.subject or case.id.removeprefix(f"case/{case.account}/"),
        action=action,
        arguments={**case.place, **arguments, **more},
        **{"to": case.author_id, **fields},
    )


def _by_message(session: Session, one: Closing, account: Account, reader: str, **fields: Any) -> Outgoing:
    known = session.settings.communities.get(one.case.community or "")
    subject = phrase("About {community}", community=known.title if known else account.name)
    mail = account.network == _MAIL
    return queue.blank(
        session,
        kind="reply",
        account=account.name,
        state="draft",
        community=one.case.community,
        target=one.case.id,
        subject=str(subject) if mail else None,
        visibility=None if mail else "direct",
        arguments={"why": one.why, NOTE: one.outbox or HERE, READER: reader},
        **fields,
    )
