"""Answers: to whom they go, what is said of them beforehand, and the way into the outbox.

Nothing leaves here. An answer is sent by ``cmday send``, and only then is its item done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from cmday.connectors.protocol import Manner
from cmday.core.accounts import Account
from cmday.core.items import Item, ReplyTo
from cmday.core.outbox import OutboxState, Outgoing
from cmday.errors import NotFound, WrongUse
from cmday.i18n import phrase
from cmday.outbox import accounts, checking, queue
from cmday.outbox.checking import Checked, Note, Setting
from cmday.outbox.naming import handles_of, speaker
from cmday.session import Session
from cmday.steps.naming import named
from cmday.steps.notifications.step import LETTER
from cmday.storage import follow_ups, ledger
from cmday.text import typography
from cmday.text.language import guess


class Answerable(msgspec.Struct, frozen=True, kw_only=True):
    """An item that can be answered: by which account (``speaker`` is how others see it) and to whom.

    ``waiting`` is the handle of an answer to it that waits in the outbox already.
    """

    handle: str
    item: Item
    account: Account
    speaker: str
    reply: ReplyTo
    manner: Manner
    waiting: str | None = None

    @property
    def id(self) -> str:
        return self.item.notification.id

    @property
    def name(self) -> str:
        """Who wrote, as one calls them."""
        return self.item.notification.author or self.item.notification.author_handle


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How answers are to go out. ``due`` None: with the next send. ``follow_up``: when the thread comes back."""

    due: datetime | None = None
    draft: bool = False
    follow_up: datetime | None = None
    mend: bool = False


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """An answer in the outbox, and what was found of it."""

    handle: str
    to: Answerable
    outgoing: Outgoing
    checked: Checked
    follow_up: datetime | None = None


def answerables(session: Session, words: Sequence[str]) -> list[Answerable]:
    """What the words name, all of which must be there and want words; raises ``NotFound`` and ``WrongUse``."""
    pairs = named(session, list(words), LETTER)
    known = {item.notification.id: item for item in ledger.items(session.database, [one for _, one in pairs])}
    found: list[tuple[str, Item, Account, ReplyTo]] = []
    for handle, one in pairs:
        if one not in known:
            raise NotFound(
                phrase("no notification is called {name}", name=handle),
                phrase("cmday inbox --offline --all shows them"),
            )
        notification = known[one].notification
        if notification.reply is None:
            raise WrongUse(
                phrase("{handle} cannot be answered: it is a {kind}", handle=handle, kind=notification.kind),
                phrase("cmday inbox done {handle} takes it off the list", handle=handle),
            )
        found.append((handle, known[one], session.account(notification.account), notification.reply))
    manners = accounts.manners(session, [account for _, _, account, _ in found])
    waits = queue.written_for(session, [item.notification.id for _, item, _, _ in found])
    given = handles_of(session, [one.id for one in waits.values()])
    return [
        Answerable(
            handle=handle,
            item=item,
            account=account,
            speaker=speaker(account, account.name),
            reply=reply,
            manner=manners[account.name],
            waiting=given[waits[item.notification.id].id] if item.notification.id in waits else None,
        )
        for handle, item, account, reply in found
    ]


def check(session: Session, one: Answerable, text: str) -> Checked:
    """What is to be said of an answer before it waits to leave."""
    notification = one.item.notification
    known = session.settings.communities.get(notification.community or "")
    found = checking.check(
        session,
        text,
        Setting(
            manner=one.manner,
            to=one.reply.to,
            heard=notification.text,
            names=(one.name, *((known.title, *known.keywords) if known else ())),
            languages=known.languages if known else (),
        ),
    )
    if one.waiting is None:
        return found
    again = Note("again", phrase("{waiting} answers {handle} already", waiting=one.waiting, handle=one.handle))
    return msgspec.structs.replace(found, notes=(*found.notes, again))


def write(session: Session, texts: Iterable[tuple[Answerable, str]], wish: Wish | None = None) -> list[Written]:
    """Put answers into the outbox, all or none; one ``cmday undo`` takes them back together."""
    wish = wish or Wish()
    state: OutboxState = "draft" if wish.draft else "queued"
    pairs = [(one, _mended(one, text.strip()) if wish.mend else text.strip()) for one, text in texts]
    if any(not text for _, text in pairs):
        raise WrongUse(phrase("an answer needs a text"), phrase('cmday inbox reply i1 "Thank you!"'))
    checks = [check(session, one, text) for one, text in pairs]
    with session.database.write():
        stored = queue.put(
            session,
            [
                _outgoing(session, one, text, checked, state=state, due=wish.due)
                for (one, text), checked in zip(pairs, checks, strict=True)
            ],
            "reply",
        )
        if wish.follow_up:
            for (one, _), outgoing in zip(pairs, stored, strict=True):
                follow_ups.put(session.database, outgoing.id, one.id, wish.follow_up)
        given = handles_of(session, [one.id for one in stored])
    return [
        Written(handle=given[outgoing.id], to=one, outgoing=outgoing, checked=checked, follow_up=wish.follow_up)
        for (one, _), outgoing, checked in zip(pairs, stored, checks, strict=True)
    ]


def _mended(one: Answerable, text: str) -> str:
    """French typography where the text is French, or answers something that is."""
    return typography.mend(text) if (guess(text) or guess(one.item.notification.text)) == "fr" else text


def _outgoing(
    session: Session, one: Answerable, text: str, checked: Checked, *, state: OutboxState, due: datetime | None
) -> Outgoing:
    return queue.blank(
        session,
        kind="reply",
        account=one.account.name,
        text=text,
        state=state,
        community=one.item.notification.community,
        target=one.id,
        reply_to=one.reply.id,
        to=one.reply.to,
        subject=one.reply.subject,
        references=one.reply.references,
        visibility=one.reply.visibility,
        language=checked.language or one.reply.language,
        due=due,
    )
