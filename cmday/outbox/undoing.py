"""Undoing in the outbox: what has not left is as it was; what was sent is taken back where the network can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from cmday.connectors.conversation import Conversation, Ended
from cmday.connectors.protocol import Exchange
from cmday.core.outbox import UNSENT, Outgoing
from cmday.errors import CmdayError, Refused
from cmday.i18n import phrase
from cmday.outbox import accounts, effects
from cmday.outbox.naming import excerpt, handles_of, host_of, insist
from cmday.outbox.queue import EDITABLE
from cmday.session import Session
from cmday.storage import audit, outbox


class Irreversible(CmdayError):
    """What was sent and cannot be taken back from here."""

    kind = "irreversible"


def sent_ones(session: Session, ids: Iterable[str]) -> list[Outgoing]:
    """Of these, what was sent: taking it back asks the network."""
    return [one for one in outbox.by_ids(session.database, ids).values() if one.state == "sent"]


def retract(session: Session, one: Outgoing) -> None:
    """Take back what was sent, by the network's own inverse; raises ``Irreversible`` where it has none."""
    account = session.account(one.account)
    sender = accounts.carrier(account, one)

    def talk() -> Exchange[None]:
        manner = yield from accounts.ask_manner_for(session, account, one)
        # Of actions each has its own inverse or none, which only its connector knows.
        if one.sent_id is None or not (manner.retractable or one.kind == "action"):
            raise irreversible(session, one)
        try:
            yield from sender.retract(one)
        except Refused as error:
            if one.kind != "action":
                raise
            raise irreversible(session, one) from error

    held = Conversation(key=one.id, talk=talk, host=host_of(account), deadline=sender.patience)
    for event in session.engine.converse([held], sign_in=session.sign_in):
        if isinstance(event, Ended) and event.error:
            event.error.subject = event.error.subject or one.account
            raise event.error
    db, now = session.database, session.clock.now()
    with db.write(durable=True):
        outbox.put(db, msgspec.structs.replace(one, state="cancelled"), now)
        audit.record(db, now, "retract", one, before=one.text, answer=one.sent_id)


def irreversible(session: Session, one: Outgoing) -> Irreversible:
    """That something was sent for good."""
    handle = handles_of(session, [one.id])[one.id]
    return Irreversible(
        phrase(
            "irreversible here: {handle} is sent by {account}, and cannot be taken back",
            handle=handle,
            account=one.account,
        ),
        phrase("cmday outbox show {handle} tells where it is", handle=handle),
        one.account,
    )


def restore(session: Session, before: Mapping[str, Any]) -> str:
    """Let things be as they were, within the caller's transaction; what was sent has been retracted already."""
    db = session.database
    said = []
    given = handles_of(session, list(before))
    for item, kept in before.items():
        one = outbox.get(db, item)
        if one is None:
            continue
        was = effects.read_before(kept)
        insist(given[item], one, UNSENT | {"cancelled"})
        if one.sent_id is None:
            _put_back(session, one, was.outgoing)
        effects.bring_back(session, one, was)
        said.append(f"{given[item]} {excerpt(one)}")
    return ", ".join(said)


def _put_back(session: Session, one: Outgoing, was: Outgoing | None) -> None:
    """What was written is cancelled; what was changed gets back its words and its state."""
    db, now = session.database, session.clock.now()
    if was is None:
        changed = msgspec.structs.replace(one, state="cancelled")
    else:
        words = {name: getattr(was, name) for name in (*EDITABLE, "error_kind", "error_message")}
        changed = msgspec.structs.replace(one, state=was.state, **words)
    outbox.put(db, changed, now)
    audit.record(db, now, "undo", changed, before=one.text, after=None if was is None else changed.text)
    if was is None:
        effects.cancelled(session, changed)
