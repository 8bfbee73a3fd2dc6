"""The audit log: who did what to what that leaves the machine, and what the network answered. It only ever grows."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Final

from cmday.core.outbox import AuditRecord, Outgoing
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

_COLUMNS: Final = "number, at, who, what, outbox, account, target, before, after, answer"


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
    with db.write() as tx:
        row = tx.execute(
            "INSERT INTO audit (at, who, what, outbox, account, target, before, after, answer)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
            (epoch(at), _person(), what, one.id, one.account, one.target or one.to, before, after, answer),
        ).fetchone()
    return int(row[0])


def records(db: Database, *, outbox: str | None = None, since: datetime | None = None) -> list[AuditRecord]:
    """The lines about one thing in the outbox, or about all, oldest first."""
    rows = db.connection.execute(
        f"SELECT {_COLUMNS} FROM audit WHERE (?1 IS NULL OR outbox = ?1) AND at >= ?2 ORDER BY number",  # noqa: S608
        (outbox, epoch(since) if since else 0),
    )
    return [
        AuditRecord(
            number=number,
            at=from_epoch(at, db.zone),
            who=who,
            what=what,
            outbox=item,
            account=account,
            target=target,
            before=before,
            after=after,
            answer=answer,
        )
        for number, at, who, what, item, account, target, before, after, answer in rows
    ]


def _person() -> str:
    """Whose hand it was: the name that this machine knows."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
