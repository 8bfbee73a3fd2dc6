"""From what a person typed to what waits in the outbox, and how it is called when a verb says what it hit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from urllib.parse import urlsplit

from cmday.core.accounts import Account
from cmday.core.outbox import OutboxState, Outgoing
from cmday.errors import NotFound, WrongUse
from cmday.i18n import Phrase, phrase
from cmday.session import Session
from cmday.storage import handles, outbox

LETTER: Final = "o"
_EXCERPT: Final = 80
# Whose thing an action is about, as people know them; ``to`` is what their network calls them.
ABOUT: Final = "about"


def found(session: Session, words: Sequence[str]) -> list[tuple[str, Outgoing]]:
    """What the words name, each with its handle, once and in the order given.

    All must exist before anything is done to one of them; raises ``NotFound``.
    """
    db = session.database
    pairs = handles.resolve(db, session.clock.today(), list(words), LETTER)
    known = outbox.by_ids(db, [one for _, one in pairs])
    for word, one in pairs:
        if one not in known:
            raise NotFound(phrase("nothing in the outbox is called {name}", name=word), phrase("cmday outbox shows it"))
    given = handles_of(session, [one for _, one in pairs])
    return [(given[one], known[one]) for _, one in pairs]


def handles_of(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """The handles of these items today."""
    return handles.give(session.database, session.clock.today(), LETTER, ids)


def insist(handle: str, one: Outgoing, among: Collection[OutboxState]) -> None:
    """Raise ``WrongUse`` where it is in none of these states, saying where it is instead."""
    if one.state not in among:
        raise WrongUse(*_refusal(handle, one))


def _refusal(handle: str, one: Outgoing) -> tuple[Phrase, Phrase]:
    if one.state == "sending":
        return phrase("{handle} is on its way", handle=handle), phrase("cmday outbox shows what becomes of it")
    if one.state == "sent":
        return phrase("{handle} is sent", handle=handle), phrase("cmday undo {handle} takes it back", handle=handle)
    if one.state == "doubtful":
        return (
            phrase("nobody knows yet whether {handle} went out", handle=handle),
            phrase("cmday send {handle} looks, and asks", handle=handle),
        )
    if one.state == "cancelled":
        return phrase("{handle} is cancelled", handle=handle), phrase(
            "cmday undo {handle} brings it back", handle=handle
        )
    if one.state == "queued":
        return phrase("{handle} is queued", handle=handle), phrase("cmday send {handle} sends it", handle=handle)
    return phrase("{handle} is held back", handle=handle), phrase("cmday outbox release {handle}", handle=handle)


def words(one: Outgoing) -> str:
    """What is sent, in words: of an action what is done, about whom, and why, with the words that go to somebody."""
    if one.kind != "action":
        return one.text
    about = " ".join(part for part in (one.action, one.arguments.get("label"), one.arguments.get(ABOUT)) if part)
    said = one.text or one.arguments.get("why", "")
    return f"{about}: {said}" if said else about


def excerpt(one: Outgoing) -> str:
    """Whom it is for and how it begins: ``dj_nox: Bien vu, merci !``, ``remove dj_nox: charter 4``."""
    text = " ".join(words(one).split())
    named = None if one.kind == "action" else one.to
    text = f"{named}: {text}" if named and text else text or named or ""
    return text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…"


def speaker(account: Account | None, name: str) -> str:
    """How an account is called by those it speaks to: ``@me@music.example``, or its mail address.

    By its own name where its settings do not tell.
    """
    if account is None or not account.username:
        return f"@{name}"
    user = account.username.removeprefix("@")
    if "@" in user:
        return user if account.network == "imap" else f"@{user}"
    host = host_of(account)
    return f"{user}@{host}" if account.network == "imap" else f"@{user}@{host}"


def host_of(account: Account) -> str:
    """The name of an account's server, without scheme and port; its own name where that cannot be read."""
    server = account.server if "//" in account.server else f"//{account.server}"
    try:
        return urlsplit(server).hostname or account.name
    except ValueError:
        return account.name
