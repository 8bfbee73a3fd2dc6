"""The audit log: who did what to what that leaves the machine or was decided, and what the network answered.

It only ever grows, and each record carries the hash of the one before (``chaining``). What may name somebody is beside
the record, which holds salted digests of it: erased there, it is gone, and the chain holds still.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import msgspec

from cmday.core.outbox import AuditRecord, Outgoing
from cmday.core.time import epoch, from_epoch
from cmday.storage.chaining import START, Shape, digest, link, new_salt
from cmday.storage.database import Database
from cmday.text.forgetting import FORGOTTEN

_ERASE: Final = "UPDATE audit_personal SET value = NULL, salt = NULL WHERE salt IS NOT NULL"
_READ: Final = (
    "SELECT a.number, a.at, a.kind, a.what, a.outbox, a.erased, a.hash, p.field, p.value"
    " FROM audit a LEFT JOIN audit_personal p ON p.record = a.number"
)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One record. ``kind`` is that of the outbox, or ``decision``, ``erasing``, ``restore``; ``what`` a verb.

    ``fields`` are the personal ones by name, those erased reading ``forgotten``: who, account, target, before, after,
    answer, why. ``erased`` counts the fields whose erasing this record tells of.
    """

    number: int
    at: datetime
    kind: str
    what: str
    outbox: str | None
    erased: int
    hash: str
    fields: dict[str, str]


def record(
    db: Database,
    at: datetime,
    what: str,
    one: Outgoing,
    *,
    before: str | None = None,
    after: str | None = None,
    answer: str | None = None,
) -> int:
    """Add a line about something in the outbox and return its number; part of the transaction it is called in.

    ``before`` and ``after`` are texts, ``answer`` what the network said.
    """
    fields = {
        "account": one.account,
        "target": one.target or one.to,
        "before": before,
        "after": after,
        "answer": answer,
        "why": one.arguments.get("why"),
    }
    return note(db, at, one.kind, what, fields, outbox=one.id)


def note(
    db: Database,
    at: datetime,
    kind: str,
    what: str,
    fields: Mapping[str, str | None],
    *,
    outbox: str | None = None,
    erased: int = 0,
) -> int:
    """Add a line about anything and return its number; ``who`` is the person at this machine unless it is given."""
    known = {"who": person(), **fields}
    salted = {name: (value, new_salt()) for name, value in known.items() if value is not None}
    with db.write() as tx:
        # IMMEDIATE: nobody else adds a record between the look at the last one and this one.
        last, previous = tx.execute("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone() or (
            0,
            START,
        )
        shape = Shape(
            number=last + 1,
            at=epoch(at),
            kind=kind,
            what=what,
            outbox=outbox,
            erased=erased,
            digests={name: digest(name, value, salt) for name, (value, salt) in salted.items()},
        )
        tx.executemany(
            "INSERT INTO audit_personal VALUES (?, ?, ?, ?)",
            [(shape.number, name, value, salt) for name, (value, salt) in salted.items()],
        )
        tx.execute(
            "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(shape.number, shape.at, kind, what, outbox, erased),
                *(json.dumps(shape.digests, sort_keys=True), previous, link(previous, shape)),
            ),
        )
    return shape.number


def records(db: Database, *, outbox: str | None = None, since: datetime | None = None) -> list[AuditRecord]:
    """The lines about one thing in the outbox, or about all, oldest first."""
    where = "WHERE a.outbox = ? AND a.at >= ?" if outbox else "WHERE ? IS NULL AND a.at >= ?"
    return [
        AuditRecord(
            number=line.number,
            at=line.at,
            who=line.fields.get("who", FORGOTTEN),
            what=line.what,
            outbox=line.outbox,
            **{name: line.fields.get(name) for name in ("account", "target", "before", "after", "answer")},
        )
        for line in _read(db, where, (outbox, epoch(since) if since else 0))
    ]


def lines(db: Database, *, kinds: Iterable[str], since: datetime | None = None) -> list[Line]:
    """The records of some kinds from a moment on, oldest first."""
    where = "WHERE a.kind IN (SELECT value FROM json_each(?)) AND a.at >= ?"
    return list(_read(db, where, (json.dumps(list(kinds)), epoch(since) if since else 0)))


def lines_about(db: Database, target: str, outbox: Iterable[str] = (), since: datetime | None = None) -> list[Line]:
    """The records whose target this is, and those of these things in the outbox, oldest first."""
    where = (
        "WHERE (a.number IN (SELECT record FROM audit_personal WHERE field = 'target' AND value = ?)"
        " OR a.outbox IN (SELECT value FROM json_each(?))) AND a.at >= ?"
    )
    return list(_read(db, where, (target, json.dumps(list(outbox)), epoch(since) if since else 0)))


def last_hash(db: Database) -> str:
    """The hash of the newest record; it stands for the whole log up to it."""
    row = db.connection.execute("SELECT hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    return str(row[0]) if row else START


def count(db: Database) -> int:
    """How many records there are."""
    return int(db.connection.execute("SELECT count(*) FROM audit").fetchone()[0])


def erase(db: Database, where: str, values: Any = ()) -> int:
    """Erase personal fields for good, each value with its salt; returns how many. ``note_erased`` must tell of them.

    ``where`` is a condition in the words of ``audit_personal``, written by a module of storage.
    """
    with db.write() as tx:
        return tx.execute(f"{_ERASE} AND ({where})", values).rowcount


def erased(db: Database) -> int:
    """How many personal fields are erased."""
    return int(db.connection.execute("SELECT count(*) FROM audit_personal WHERE salt IS NULL").fetchone()[0])


def note_erased(db: Database, at: datetime, what: str, before: int) -> None:
    """Tell in the log how many fields were erased since ``before`` was counted; nothing where none was."""
    with db.write():
        if gone := erased(db) - before:
            note(db, at, "erasing", what, {}, erased=gone)


def _read(db: Database, where: str, values: Any) -> Iterator[Line]:
    rows = db.connection.execute(f"{_READ} {where} ORDER BY a.number", values)
    for (number, at, kind, what, outbox, gone, hash_), fields in groupby(rows, key=lambda row: row[:7]):
        yield Line(
            number=number,
            at=from_epoch(at, db.zone),
            kind=kind,
            what=what,
            outbox=outbox,
            erased=gone,
            hash=hash_,
            fields={name: FORGOTTEN if value is None else value for *_, name, value in fields if name},
        )


def person() -> str:
    """Whose hand it was: the name that this machine knows."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
