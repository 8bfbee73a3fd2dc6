"""How far a source was read, and the read marks on which it and we last agreed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from cmday.core.time import epoch
from cmday.storage import feeds
from cmday.storage.database import Database
from cmday.storage.entries import STATES
from cmday.storage.entry_keys import key_of

_UNREAD, _READ = STATES.index("unread"), STATES.index("read")


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """The entries (their ``identity``) of a source that were marked here since both sides agreed."""

    read: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def cursor(db: Database, url: str) -> str | None:
    """How far a source was read."""
    row = db.connection.execute("SELECT value FROM source_cursor WHERE url = ?", (url,)).fetchone()
    return str(row[0]) if row else None


def move_cursor(db: Database, url: str, value: str) -> None:
    """Note how far a source was read."""
    with db.write() as tx:
        tx.execute("INSERT OR REPLACE INTO source_cursor VALUES (?, ?)", (url, value))


def changed_here(db: Database, url: str) -> Changed:
    """What was marked here since both sides last agreed; what is kept for later says nothing for the other side."""
    rows = db.connection.execute(
        "SELECT e.identity, e.state FROM source_mark m JOIN entry e ON e.id = m.entry"
        " WHERE m.feed = (SELECT id FROM feed WHERE url = ?1) AND e.state = CASE m.read WHEN 1 THEN ?2 ELSE ?3 END",
        (url, _UNREAD, _READ),
    ).fetchall()
    return Changed(
        read=tuple(identity for identity, state in rows if state == _READ),
        unread=tuple(identity for identity, state in rows if state == _UNREAD),
    )


def agree(db: Database, url: str, told: Changed, marks: Iterable[tuple[str, bool]], at: datetime) -> None:
    """Take the marks of a source over: ``told`` was brought there, ``marks`` are what it says now.

    A mark that changed there since both agreed is made here too; what is kept for later here stays so.
    """
    with db.write() as tx:
        number = feeds.id_of(tx, url)
        for identities, read in ((told.read, 1), (told.unread, 0)):
            tx.executemany(
                "UPDATE source_mark SET read = ? WHERE entry = (SELECT id FROM entry WHERE key = ?)",
                ((read, key_of(number, identity)) for identity in identities),
            )
        for identity, read_there in marks:
            found = tx.execute(
                "SELECT e.id, m.read FROM entry e LEFT JOIN source_mark m ON m.entry = e.id WHERE e.key = ?",
                (key_of(number, identity),),
            ).fetchone()
            if found is None or found[1] == read_there:
                continue
            tx.execute(
                "UPDATE entry SET state = ?, state_at = ? WHERE id = ? AND state = ?",
                (_READ if read_there else _UNREAD, epoch(at), found[0], _UNREAD if read_there else _READ),
            )
            tx.execute("INSERT OR REPLACE INTO source_mark VALUES (?, ?, ?)", (found[0], number, read_there))
