"""What became of something that was sent or is in doubt, written down: each in one transaction with its audit line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from cmday.core.outbox import OutboxState, Outgoing, Sent
from cmday.errors import (
    Busy,
    CaptivePortal,
    CmdayError,
    ConfigError,
    Flaw,
    NetworkError,
    NoNetwork,
    NotFound,
    RateLimited,
    SignInNeeded,
    StorageError,
    TimedOut,
    Uncertain,
    Unreachable,
    Untrusted,
    Waiting,
)
from cmday.outbox import effects
from cmday.outbox.naming import excerpt
from cmday.outbox.rechecking import Asks
from cmday.session import Session
from cmday.storage import audit, outbox, undo
from cmday.storage.leases import own_mark

# What says nothing against the text itself: it waits for the next time.
_TRY_AGAIN = (
    *(SignInNeeded, RateLimited, NoNetwork, CaptivePortal, Unreachable, TimedOut, Untrusted, Waiting, Busy),
    *(StorageError, ConfigError, NotFound),
)
_PATIENCE = timedelta(minutes=5)


def claim(session: Session, seen: Outgoing) -> Outgoing | None:
    """Mark it as on its way, just before it is; None where it is no more what the person saw when they said yes.

    On the disk when this returns: whatever happens now, nobody sends it a second time unasked.
    """
    db, now = session.database, session.clock.now()
    with db.write(durable=True):
        one = outbox.get(db, seen.id)
        if one is None or one.state != "queued" or _words(one) != _words(seen):
            return None
        claimed = msgspec.structs.replace(
            one,
            state="sending",
            attempts=one.attempts + 1,
            # The real moment, wherever CMDAY_NOW makes the clock stand: the network is asked what came since.
            began=datetime.now(UTC).astimezone(session.clock.zone).replace(microsecond=0),
            sender=own_mark(),
            retry_at=None,
            error_kind=None,
            error_message=None,
        )
        outbox.put(db, claimed, now)
        audit.record(db, now, "send", claimed, after=claimed.text)
    return claimed


def arrived(session: Session, one: Outgoing, sent: Sent | None, *, what: str = "sent") -> Outgoing:
    """It is there: for good, and with what follows from that. ``sent`` is None where only the person knows."""
    db, now = session.database, session.clock.now()
    with db.write(durable=True):
        before = effects.before(session, msgspec.structs.replace(one, state="queued", sender=None), others=True)
        done = msgspec.structs.replace(
            one,
            state="sent",
            sent_at=now,
            sent_id=sent.id if sent else None,
            sent_url=sent.url if sent else None,
            sender=None,
            retry_at=None,
            error_kind=None,
            error_message=None,
        )
        outbox.put(db, done, now)
        answer = " ".join(part for part in (sent.id, sent.url, sent.note) if part) if sent else None
        audit.record(db, now, what, done, after=done.text, answer=answer)
        undo.note(db, now, "send", "outbox", excerpt(done), {done.id: before})
        effects.sent(session, done)
    return done


def not_arrived(session: Session, one: Outgoing, error: CmdayError) -> Outgoing:
    """It did not arrive, or nobody knows (``Uncertain``): it waits for another time, failed, or is in doubt.

    A bug of ours after it was marked as on its way says nothing about the other side either.
    """
    unknown = isinstance(error, Uncertain) or (isinstance(error, Flaw) and one.state == "sending")
    state: OutboxState = "doubtful" if unknown else _state_after(error)
    now = session.clock.now()
    wait = None
    if isinstance(error, RateLimited):
        wait = now + (timedelta(seconds=error.retry_after) if error.retry_after is not None else _PATIENCE)
    return _put(session, one, state, error, retry_at=wait)


def in_doubt(session: Session, one: Outgoing) -> Outgoing:
    """Whoever was sending it is no more; nobody knows how far it came."""
    return _put(session, one, "doubtful", None)


def back_in_line(session: Session, one: Outgoing, *, what: str) -> Outgoing:
    """It is not there for sure: it waits to be sent as if it had never been tried."""
    return _put(session, one, "queued", None, what=what)


def still_in_doubt(session: Session, one: Outgoing, error: CmdayError) -> Outgoing:
    """The network could not tell; keeps why."""
    return _put(session, one, "doubtful", error, what="")


def _state_after(error: CmdayError) -> OutboxState:
    if isinstance(error, Asks):
        return "held"
    return "queued" if isinstance(error, _TRY_AGAIN) else "failed"


def _put(
    session: Session,
    one: Outgoing,
    state: OutboxState,
    error: CmdayError | None,
    *,
    what: str | None = None,
    **more: object,
) -> Outgoing:
    """Store it in this state, unless somebody has decided otherwise about it since."""
    db, now = session.database, session.clock.now()
    with db.write(durable=True):
        known = outbox.get(db, one.id)
        if known is None or known.state != one.state:
            return known or one
        changed = msgspec.structs.replace(
            one,
            state=state,
            sender=None,
            error_kind=error.kind if error else None,
            error_message=error.message.english if error else None,
            **{"retry_at": None, **more},
        )
        outbox.put(db, changed, now)
        named = what if what is not None else {"queued": "put off"}.get(state, state)
        if named:
            audit.record(db, now, named, changed, answer=_answer(error))
    return changed


def _answer(error: CmdayError | None) -> str | None:
    if error is None:
        return None
    said = error.message.english
    status = error.status if isinstance(error, NetworkError) else None
    return f"{said} ({status})" if status and str(status) not in said else said


def _words(one: Outgoing) -> tuple[object, ...]:
    """What a person sees and agrees to."""
    whom = (one.account, one.to, one.reply_to, one.visibility)
    return (*whom, one.text, one.subject, one.attachments, one.due, one.arguments)
