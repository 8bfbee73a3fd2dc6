"""What waits to leave the machine, and what became of it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.outbox import WAITING, Attachment, OutboxState, Outgoing
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_COLUMNS: Final = (
    *("id", "kind", "account", "network", "community", "state", "text", "idempotency_key", "created", "target"),
    *("due", "attempts", "began", "sender", "retry_at", "sent_at", "sent_id", "sent_url", "error_kind"),
    *("error_message", "rest"),
)
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM outbox"  # noqa: S608  our own words
_AT_ONCE: Final = 500
# What is to go out next stands first; of what was written in the same moment, what was written first.
_ORDER: Final = "ORDER BY coalesce(due, created), number"


class _Rest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of an ``Outgoing`` no query asks for."""

    reply_to: str | None = None
    to: str | None = None
    subject: str | None = None
    references: tuple[str, ...] = ()
    visibility: str | None = None
    language: str | None = None
    attachments: tuple[Attachment, ...] = ()
    action: str | None = None
    arguments: dict[str, str] = {}
    operation: str | None = None


_DECODER: Final = msgspec.json.Decoder(_Rest)


def new_id(db: Database) -> str:
    """A short id that nothing else in the outbox has: ``out-`` and six letters, none of which is easily misread."""
    while True:
        found = "out-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
        if not db.connection.execute("SELECT 1 FROM outbox WHERE id = ?", (found,)).fetchone():
            return found


def put(db: Database, one: Outgoing, at: datetime) -> None:
    """Store it, new or changed; ``at`` is now. What was sent is never made ready to be sent again."""
    row = _row(one)
    values = {**row, "changed": epoch(at)}
    set_ = ", ".join(f"{name} = :{name}" for name in values if name not in ("id", "idempotency_key", "created"))
    with db.write() as tx:
        done = tx.execute(f"UPDATE outbox SET {set_} WHERE id = :id", values)  # noqa: S608  our own words
        if not done.rowcount:
            tx.execute(
                f"INSERT INTO outbox ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})",  # noqa: S608
                values,
            )


def by_ids(db: Database, ids: Iterable[str]) -> dict[str, Outgoing]:
    """The items of these ids; unknown ones are missing."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Outgoing] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        found.update((one.id, one) for one in _read(db, f"WHERE id IN ({marks})", some))
    return found


def get(db: Database, one: str) -> Outgoing | None:
    """The item of this id."""
    return next(iter(_read(db, "WHERE id = ?", (one,))), None)


def waiting(
    db: Database, *, states: Collection[OutboxState] = WAITING, communities: Collection[str] = ()
) -> list[Outgoing]:
    """What is in one of these states, in the order in which it is to go out."""
    where = f"WHERE state IN ({','.join('?' * len(states))})"
    values: list[str] = sorted(states)
    if communities:
        where += f" AND community IN ('',{','.join('?' * len(communities))})"
        values += communities
    return _read(db, f"{where} {_ORDER}", values)


def ended(db: Database, *, since: datetime | None = None, limit: int = 500) -> list[Outgoing]:
    """What was sent or cancelled, the oldest of the newest ``limit`` first."""
    found = _read(
        db,
        "WHERE changed >= ? AND state IN ('sent', 'cancelled') ORDER BY changed DESC, number DESC LIMIT ?",
        (epoch(since) if since else 0, limit),
    )
    return found[::-1]


def of_targets(db: Database, targets: Iterable[str]) -> dict[str, list[Outgoing]]:
    """What was ever written in answer to these items of the ledger, oldest first; those without are missing."""
    wanted = list(dict.fromkeys(targets))
    found: dict[str, list[Outgoing]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        for one in _read(db, f"WHERE target IN ({marks}) ORDER BY number", some):
            found.setdefault(one.target or "", []).append(one)
    return found


def actions(db: Database, since: datetime) -> list[Outgoing]:
    """The actions of moderators that were written since a moment, whatever became of them, oldest first."""
    return _read(db, "WHERE kind = 'action' AND created >= ? ORDER BY number", (epoch(since),))


def sent_ids(db: Database, account: str) -> frozenset[str]:
    """The network's ids of all that this account has sent from here."""
    rows = db.connection.execute("SELECT sent_id FROM outbox WHERE account = ? AND sent_id IS NOT NULL", (account,))
    return frozenset(found for (found,) in rows)


def _read(db: Database, where: str, values: Sequence[object]) -> list[Outgoing]:
    return [_outgoing(db, row) for row in db.connection.execute(f"{_SELECT} {where}", tuple(values))]


def _row(one: Outgoing) -> dict[str, object]:
    rest = _Rest(**{name: getattr(one, name) for name in _Rest.__struct_fields__})
    return {
        "id": one.id,
        "kind": one.kind,
        "account": one.account,
        "network": one.network,
        "community": one.community or "",
        "state": one.state,
        "text": one.text,
        "idempotency_key": one.key,
        "created": epoch(one.created),
        "target": one.target,
        "due": _seconds(one.due),
        "attempts": one.attempts,
        "began": _seconds(one.began),
        "sender": one.sender,
        "retry_at": _seconds(one.retry_at),
        "sent_at": _seconds(one.sent_at),
        "sent_id": one.sent_id,
        "sent_url": one.sent_url,
        "error_kind": one.error_kind,
        "error_message": one.error_message,
        "rest": msgspec.json.encode(rest).decode(),
    }


def _outgoing(db: Database, row: Sequence[Any]) -> Outgoing:
    values = dict(zip(_COLUMNS, row, strict=True))
    rest = _DECODER.decode(values.pop("rest"))
    for name in ("created", "due", "began", "retry_at", "sent_at"):
        values[name] = None if values[name] is None else from_epoch(values[name], db.zone)
    values["community"] = values["community"] or None
    values["key"] = values.pop("idempotency_key")
    return Outgoing(**values, **{name: getattr(rest, name) for name in _Rest.__struct_fields__})


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else epoch(moment)
