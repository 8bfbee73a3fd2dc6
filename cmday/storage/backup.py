"""A whole copy of the database while it is in use, and a copy made ready to take its place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from cmday.core.outbox import Outgoing
from cmday.core.time import Clock
from cmday.errors import StorageError
from cmday.i18n import phrase
from cmday.storage import audit, damage, failures, forgotten, outbox, schema, spending
from cmday.storage.database import Database, open_database
from cmday.storage.patience import PATIENCE

_RESTORED: Final = "it comes from a backup, and may have gone out since"


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the outbox of a backup: how many are held, in doubt, and known to have gone out since."""

    held: int = 0
    doubtful: int = 0
    sent: int = 0


def copy(file: Path, target: Path) -> int:
    """Write a whole copy into a new file, as of one moment, while others read and write; returns its schema.

    Raises ``StorageError`` for a damaged database: nothing of it is copied then.
    """
    if not damage.Header(file).whole(file):
        raise _damaged(file)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as connection:
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise _damaged(file)
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        if failures.is_damage(error):
            raise _damaged(file) from error
        raise failures.explain(error, file) or error from error
    return look(target)


def look(file: Path) -> int:
    """The schema of a copy that is whole; raises ``StorageError`` for a damaged one, or one of a newer cmday."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            sound = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            version = schema.version_of(connection)
    except sqlite3.Error as error:
        if failures.is_damage(error):
            raise _damaged(file) from error
        raise failures.explain(error, file) or error from error
    if not sound or broken or not version:
        raise _damaged(file)
    schema.refuse_newer(version, file)
    return version


def make_ready(file: Path, clock: Clock, present: Database | None) -> Settled:
    """Bring a copy to the present schema and let nothing in its outbox go out by itself.

    What was queued is held, what was on its way is in doubt, and what ``present`` knows to have gone out since is sent.
    What ``present`` has spent on paid sources stays spent.
    """
    database = open_database(file, clock)
    try:
        with database.write(durable=True) as tx:
            tx.execute("DELETE FROM lease")
            known = _gone_out(present) if present else {}
            if present:
                spending.carry_over(database, present)
                forgotten.carry_over(database, present)
            found = [
                _settle(database, clock, one, known.get(one.id))
                for one in outbox.waiting(database, states=("draft", "queued", "held", "failed", "sending", "doubtful"))
            ]
        database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
    return Settled(held=found.count("held"), doubtful=found.count("doubtful"), sent=found.count("sent"))


def _settle(db: Database, clock: Clock, one: Outgoing, since: Outgoing | None) -> str | None:
    """Let one thing wait for a word, or be what it has become since; returns its new state where it changes."""
    now = clock.now()
    if since is not None:
        changed = since
    elif one.state == "queued":
        changed = msgspec.structs.replace(one, state="held", error_kind="restored", error_message=_RESTORED)
    elif one.state == "sending":
        changed = msgspec.structs.replace(
            one, state="doubtful", sender=None, error_kind="restored", error_message=_RESTORED
        )
    else:
        return None
    outbox.put(db, changed, now)
    audit.record(db, now, "restore", changed, before=one.state, after=changed.state)
    return changed.state


def _gone_out(present: Database) -> dict[str, Outgoing]:
    """What the database that is replaced has sent, had sent and taken back, or has on its way."""
    rows = present.connection.execute(
        "SELECT id FROM outbox WHERE state IN ('sent', 'sending', 'doubtful') OR sent_id IS NOT NULL"
    )
    found = outbox.by_ids(present, [item for (item,) in rows])
    return {
        item: one if one.sent_id or one.state == "sent" else msgspec.structs.replace(one, state="doubtful", sender=None)
        for item, one in found.items()
    }


def _damaged(file: Path) -> StorageError:
    return StorageError(
        phrase("the database {file} is damaged", file=file),
        phrase("cmday doctor says more; cmday restore FILE brings back a backup"),
        subject=str(file),
    )
