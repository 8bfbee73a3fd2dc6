"""What is done with things in the outbox before they leave: written, edited, dropped, held back, released.

Each verb is one transaction with its line in the audit log and its note for ``cmday undo``.

    one = queue.blank(session, kind="reply", account="nox", text="Oui !", target="nox:17", reply_to="9017", to="@nina")
    [one] = queue.put(session, [one], "reply")
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from cmday.core.outbox import UNSENT, WAITING, OutboxKind, OutboxState, Outgoing
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.outbox import effects
from cmday.outbox.naming import excerpt, found, handles_of, insist
from cmday.outbox.rechecking import agreed
from cmday.session import Session
from cmday.storage import audit, outbox, undo

SLICE: Final = "outbox"
_LONGEST_WAIT: Final = timedelta(days=1)
EDITABLE: Final = frozenset(
    {"text", "subject", "due", "visibility", "language", "attachments", "to", "references", "arguments", "operation"}
)


class Acted(msgspec.Struct, frozen=True):
    """What a verb hit, as it is now."""

    handle: str
    outgoing: Outgoing


def blank(
    session: Session, *, kind: OutboxKind, account: str, text: str, state: OutboxState = "queued", **more: Any
) -> Outgoing:
    """Something to be put into the outbox, with network and community of its account; ``more`` as in ``Outgoing``.

    ``queued`` goes out when somebody sends, or when its time has come; ``draft`` waits for a word (``release``).
    Raises ``NotFound`` for an unknown account.
    """
    known = session.account(account)
    return Outgoing(
        id="",
        key="",
        kind=kind,
        account=account,
        network=known.network,
        community=more.pop("community", known.community),
        state=state,
        text=text,
        created=session.clock.now(),
        **more,
    )


def put(session: Session, written: Sequence[Outgoing], verb: str) -> list[Outgoing]:
    """Store what was written, all of it or nothing; returned with ids, and undone together. They get handles too.

    One that speaks of another by its id brings an id of its own (``storage.outbox.new_id``).
    """
    db, now = session.database, session.clock.now()
    stored = []
    with db.write():
        for one in written:
            new = msgspec.structs.replace(one, id=one.id or outbox.new_id(db), key=secrets.token_hex(16))
            outbox.put(db, new, now)
            audit.record(db, now, verb, new, after=new.text)
            stored.append(new)
        _note(session, verb, stored, {one.id: effects.before(session, one, new=True) for one in stored})
        handles_of(session, [one.id for one in stored])
    return stored


def edit(session: Session, word: str, **changes: Any) -> Acted:
    """Change something that has not left: its text, subject, due time... (``EDITABLE``).

    Raises ``WrongUse`` for what is on its way or gone, and for a text that is empty.
    """
    if strange := changes.keys() - EDITABLE:
        raise AssertionError(strange)
    if not changes.get("text", "x").strip():
        raise WrongUse(phrase("the text is empty"), phrase("cmday outbox drop {handle} takes it back", handle=word))
    db, now = session.database, session.clock.now()
    with db.write():
        [(handle, one)] = found(session, [word])
        insist(handle, one, UNSENT)
        changed = msgspec.structs.replace(one, **changes)
        if changed != one:
            _note(session, "edit", [one], {one.id: effects.before(session, one)})
            outbox.put(db, changed, now)
            audit.record(db, now, "edit", changed, before=one.text, after=changed.text)
    return Acted(handle, changed)


def drop(session: Session, words: Sequence[str]) -> list[Acted]:
    """Take things back that have not left; of what is in doubt, give up asking about it."""
    return _change(session, words, "drop", "cancelled", UNSENT | {"doubtful"})


def hold(session: Session, words: Sequence[str]) -> list[Acted]:
    """Hold things back: they do not go out, whatever their time, until they are released."""
    return _change(session, words, "hold", "held", UNSENT)


def release(session: Session, words: Sequence[str]) -> list[Acted]:
    """Let things go out that were drafts or held back; what failed is tried again."""
    return _change(session, words, "release", "queued", UNSENT)


def waiting(
    session: Session, *, states: Collection[OutboxState] = WAITING, account: str | None = None
) -> list[Outgoing]:
    """What waits in the outbox, of the communities in focus, in the order in which it is to go out."""
    listed = outbox.waiting(session.database, states=states, communities=session.communities)
    return [one for one in listed if account in (None, one.account)]


def ready(session: Session) -> list[Outgoing]:
    """What ``cmday send`` would speak of now: what could go out, and what is in doubt; not what has time yet."""
    now = session.clock.now()
    return [
        one
        for one in waiting(session, states=("queued", "doubtful"))
        if one.state == "doubtful" or ((one.due is None or one.due <= now) and not is_asked_to_wait(one, now))
    ]


def is_asked_to_wait(one: Outgoing, now: datetime) -> bool:
    """Whether the server wants to be left alone by it still; a wait of days is a clock that was set back meanwhile."""
    return one.retry_at is not None and now < one.retry_at < now + _LONGEST_WAIT


def for_target(session: Session, item: str) -> list[Outgoing]:
    """What was ever written in answer to an item of the ledger, oldest first."""
    return outbox.of_targets(session.database, [item]).get(item, [])


def written_for(session: Session, items: Iterable[str]) -> dict[str, Outgoing]:
    """Of these items, those for which an answer waits to go out, each with the newest."""
    answers = outbox.of_targets(session.database, items)
    waits = {item: [one for one in all_ if one.state in WAITING] for item, all_ in answers.items()}
    return {item: some[-1] for item, some in waits.items() if some}


def _change(
    session: Session, words: Sequence[str], verb: str, state: OutboxState, among: Collection[OutboxState]
) -> list[Acted]:
    db, now = session.database, session.clock.now()
    acted, before, hit = [], {}, []
    with db.write():
        for handle, one in found(session, words):
            if one.state == state:
                acted.append(Acted(handle, one))
                continue
            insist(handle, one, among)
            before[one.id] = effects.before(session, one, others=state == "cancelled")
            hit.append(one)
            released = agreed(one) if state == "queued" else one
            changed = msgspec.structs.replace(
                released, state=state, error_kind=None, error_message=None, retry_at=None, sender=None
            )
            outbox.put(db, changed, now)
            audit.record(db, now, verb, changed, before=one.text)
            if state == "cancelled":
                effects.cancelled(session, changed)
            acted.append(Acted(handle, changed))
        _note(session, verb, hit, before)
    return acted


def _note(session: Session, verb: str, hit: Sequence[Outgoing], before: dict[str, Any]) -> None:
    undo.note(session.database, session.clock.now(), verb, SLICE, " · ".join(excerpt(one) for one in hit[:3]), before)
