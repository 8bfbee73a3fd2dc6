"""A look at how a thing stands, just before an action on it leaves: what changed since the decision is asked about.

Claimed by a colleague, dealt with elsewhere, edited or gone: the action is held with the reason. To release it is the
word that it goes all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from cmday.connectors.protocol import Exchange, Moderates, Sends
from cmday.core.cases import Case, QueueEntry
from cmday.core.outbox import Outgoing, Sent
from cmday.core.time import parse_instant
from cmday.errors import Waiting
from cmday.i18n import Phrase, phrase
from cmday.outbox.case_effects import ENDS, HERE, NOTE
from cmday.session import Session
from cmday.storage import cases, outbox

# What the moderator saw: when the thing had been edited last, and a digest of its words.
SEEN_EDIT: Final = "seen_edit"
SEEN_TEXT: Final = "seen_text"
# That it goes whatever the look shows.
DESPITE: Final = "despite"
# These are about the author or about our own notes: that the thing is gone or changed is nothing to them.
_ABOUT_THE_AUTHOR: Final = frozenset({"ban", "mute", "unban", "unmute", "note", "warn"})
# These act on what was decided.
_AFTERWARDS: Final = frozenset({"restore", "unban", "unmute", "unlabel", "unlock", "reopen", "unassign", "note"})


class Asks(Waiting):
    """It was not sent, because something is not as it was when it was decided."""

    kind = "asks"


def seen(case: Case) -> dict[str, str]:
    """What the moderator sees of a case as they decide, to be compared just before it leaves.

    Words only where the network's queue told them: those of a notification are cut and read otherwise.
    """
    found = {SEEN_TEXT: _digest(case.text)} if case.place else {}
    if case.edited:
        found[SEEN_EDIT] = case.edited.isoformat()
    return found


def carried_out(session: Session, one: Outgoing, carrier: Sends | Moderates) -> Exchange[Sent]:
    """The conversation that sends one thing; an action is looked at first. Raises ``Asks``."""
    if one.arguments.get(NOTE, HERE) != HERE:
        _insist_done(session, one)
    if one.kind == "action" and isinstance(carrier, Moderates) and DESPITE not in one.arguments:
        yield from _insist(session, one, carrier)
    return (yield from carrier.send(one))


def agreed(one: Outgoing) -> Outgoing:
    """The same action, once a person released it although something had changed."""
    if one.kind != "action" or one.error_kind != Asks.kind:
        return one
    return msgspec.structs.replace(one, arguments={**one.arguments, DESPITE: "released"})


def _insist_done(session: Session, one: Outgoing) -> None:
    """Raise ``Asks`` for a note about something that was not done yet."""
    told = outbox.get(session.database, one.arguments[NOTE])
    if told is None or told.state != "sent":
        raise _asks(one, phrase("what it tells of was not sent"))


def _insist(session: Session, one: Outgoing, moderator: Moderates) -> Exchange[None]:
    """Raise ``Asks`` where something is not as it was."""
    ended = outbox.get(session.database, one.arguments[ENDS]) if ENDS in one.arguments else None
    if ENDS in one.arguments:
        if ended is None or ended.state != "sent":
            raise _asks(one, phrase("what it ends was not sent"))
        return
    case = cases.cases(session.database, [one.target or ""]).get(one.target or "")
    if case is None:
        raise _asks(one, phrase("its case is not there any more"))
    entry = yield from moderator.look(case)
    said = objection(one, entry, own=_own_names(session, one), acted=_acted(session, one))
    if said:
        raise _asks(one, said)


def objection(one: Outgoing, entry: QueueEntry | None, *, own: Iterable[str], acted: bool) -> Phrase | None:
    """Why an action is not to go unasked, None where nothing speaks against it. Pure.

    ``own`` are the names of the account that acts; ``acted`` tells that it was dealt with from here.
    """
    personal = one.action in _ABOUT_THE_AUTHOR
    if entry is None:
        return None if personal else phrase("it is not there any more")
    if entry.claimed_by and not any(_is_same(entry.claimed_by, each) for each in own):
        return phrase("{who} has it in hand", who=entry.claimed_by)
    if entry.resolved and not acted and one.action not in _AFTERWARDS:
        if entry.resolved_as:
            return phrase("it was dealt with elsewhere: {what}", what=entry.resolved_as)
        return phrase("it was dealt with elsewhere")
    if not personal and one.action not in _AFTERWARDS and _edited(one, entry):
        return phrase("it was edited since you decided")
    return None


def _edited(one: Outgoing, entry: QueueEntry) -> bool:
    """By the words where they are known, for not every network tells when; else by the moment."""
    if SEEN_TEXT in one.arguments:
        return one.arguments[SEEN_TEXT] != _digest(entry.text)
    if entry.edited is None:
        return False
    known = one.arguments.get(SEEN_EDIT)
    return entry.edited > (parse_instant(known) if known else one.created)


def _own_names(session: Session, one: Outgoing) -> list[str]:
    account = session.account(one.account)
    return [name for name in (account.name, account.username) if name]


def _acted(session: Session, one: Outgoing) -> bool:
    """Whether something sent from here dealt with the same thing."""
    of_case = outbox.of_targets(session.database, [one.target or ""]).get(one.target or "", ())
    return any(each.state == "sent" and each.kind == "action" and each.id != one.id for each in of_case)


def _asks(one: Outgoing, said: Phrase) -> Asks:
    message = phrase("{action} was not sent: {reason}", action=one.action or one.kind, reason=said)
    return Asks(message, phrase("cmday outbox release sends it all the same, cmday outbox drop takes it back"))


def _is_same(one: str, other: str) -> bool:
    """Whether two names are of one person: a server leaves its own name away, as in ``ana`` and ``@ana@m.example``."""
    first, second = (name.casefold().removeprefix("@").partition("@") for name in (one, other))
    return first[0] == second[0] and (first == second or not first[2] or not second[2])


def _digest(text: str) -> str:
    from hashlib import blake2b

    return blake2b(" ".join(text.split()).encode("utf-8", "replace"), digest_size=8).hexdigest()
