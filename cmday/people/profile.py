"""One person: exchanges, notes and decisions over all their addresses, and who may be the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from cmday.core.items import Item, Notification
from cmday.core.people import Address
from cmday.people.report import AddressRow, DecisionRow, Exchange, NoteRow, PersonData, Suggestion
from cmday.session import Session
from cmday.steps.knowing import found, whole_name
from cmday.storage import acquaintance, addresses, journal
from cmday.text.matching import fold

_SHOWN: Final = 20
_ALL: Final = 100_000
_NOTES_READ: Final = 2_000
_SUGGESTED: Final = 5


def of_name(session: Session, words: Sequence[str]) -> PersonData:
    """The person that the words name. Raises ``NotFound`` and ``WrongUse``."""
    every = addresses.together(session.database, found(session, words))
    return of(session, every, most=_ALL if session.whole else _SHOWN)


def of(session: Session, every: Sequence[Address], *, most: int = _ALL) -> PersonData:
    """The person with these addresses."""
    db = session.database
    exchanges = _exchanges(session, acquaintance.items(db, every, _ALL))
    return PersonData(
        name=name_of(every),
        addresses=tuple(address_row(one) for one in every),
        communities=tuple(acquaintance.communities(db, every)),
        exchanges=tuple(exchanges[-most:]),
        hidden=max(0, len(exchanges) - most),
        notes=tuple(_notes(session, every)),
        decisions=tuple(
            DecisionRow(
                case=one.case,
                at=one.at,
                network=one.network,
                community=one.community,
                state=one.state,
                text=one.text,
                reasons=one.reasons,
            )
            for one in acquaintance.decisions(db, every)
        ),
        suggestions=tuple(
            Suggestion(
                network=one.network,
                handle=one.handle,
                name=one.name,
                why=why,
                command=f"cmday people link {_typed(whole_name(every[0]))} {_typed(whole_name(one))}",
            )
            for one, why in addresses.alike(db, every, _SUGGESTED)
        ),
    )


def name_of(every: Sequence[Address]) -> str:
    """What a person is called: the name they used last, else their handle."""
    last = max(every, key=lambda one: (bool(one.name), one.last_at))
    return last.name or last.handle


def address_row(one: Address) -> AddressRow:
    """An address as it is told."""
    return AddressRow(
        network=one.network,
        handle=one.handle,
        name=one.name,
        first_at=one.first_at,
        last_at=one.last_at,
        items=one.items,
        follows=one.follows,
    )


def _typed(word: str) -> str:
    from shlex import quote

    return quote(word)


def _exchanges(session: Session, theirs: Sequence[Item]) -> list[Exchange]:
    db = session.database
    found_ = [_said(one) for one in theirs]
    by_id = {one.notification.id: one.notification for one in theirs}
    by_post = {
        post: one for one in by_id.values() for post in (one.subject, one.reply.id if one.reply else None) if post
    }
    for sent in acquaintance.answers(db, theirs):
        if sent.kind == "reply" and sent.target:
            at = sent.sent_at or sent.created
            found_.append(_own(by_id[sent.target], at, sent.text, sent.sent_url, sent.state))
    found_ += [
        _own(told, post.at, post.text, post.url, "sent")
        for post in acquaintance.answers_elsewhere(db, theirs)
        if (told := by_post.get(post.answers or ""))
    ]
    return sorted(_once(found_), key=lambda one: (one.at, one.own))


def _once(found_: Iterable[Exchange]) -> list[Exchange]:
    """An answer that was sent from here and found again on the network is one."""
    return list({(one.own, one.url or (one.at, one.text), one.item): one for one in found_}.values())


def _said(one: Item) -> Exchange:
    told = one.notification
    return Exchange(
        at=told.at,
        own=False,
        account=told.account,
        network=told.network,
        community=told.community,
        kind=told.kind,
        text=told.text or told.subject_text or "",
        url=told.url,
        state=one.state,
        item=told.id,
    )


def _own(told: Notification, at: datetime, text: str, url: str | None, state: str) -> Exchange:
    """What we said in answer to ``told``."""
    return Exchange(
        at=at,
        own=True,
        account=told.account,
        network=told.network,
        community=told.community,
        kind="reply",
        text=text,
        url=url,
        state=state,
        item=told.id,
    )


def _notes(session: Session, every: Sequence[Address]) -> list[NoteRow]:
    """Notes on them, and one's own lines in the journal that name them, the newest first."""
    rows = [NoteRow(id=one.id, at=one.at, text=one.text) for one in acquaintance.notes(session.database, every)]
    called = {fold(word) for one in every for word in (one.name, one.handle) if len(word.strip()) > 2}  # noqa: PLR2004
    theirs = {one.notification.id for one in acquaintance.items(session.database, every, _ALL)}
    rows += [
        NoteRow(id=None, at=line.at, text=line.text)
        for line in journal.entries(session.database, verb="note", limit=_NOTES_READ)
        if line.item in theirs or any(word in fold(line.text) for word in called)
    ]
    return sorted(rows, key=lambda one: one.at, reverse=True)
