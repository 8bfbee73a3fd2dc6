"""How far the moderation queue of each account was read, and how that went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from cmday.core.items import Cursor
from cmday.core.time import epoch, from_epoch
from cmday.errors import CmdayError, NetworkError
from cmday.storage.database import Database
from cmday.storage.item_rows import storable

_COLUMNS: Final = "account, cursor, seen_at, tried_at, said, gap, retry_at, error_kind, error_message, error_hint"
_MOST_WORDS: Final = 500


class QueueState(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an account's queue; ``seen_at`` is when it was last read to its end. Sentences are English."""

    account: str
    cursor: str | None = None
    seen_at: datetime | None = None
    tried_at: datetime | None = None
    said: str | None = None
    gap: str | None = None
    retry_at: datetime | None = None
    error_kind: str | None = None
    error_message: str | None = None
    error_hint: str | None = None


def states(db: Database) -> dict[str, QueueState]:
    """Of all accounts whose queue was ever asked for, by name."""
    rows = db.connection.execute(f"SELECT {_COLUMNS} FROM queue_state")  # noqa: S608  a constant
    return {row[0]: _state(db, row) for row in rows}


def note_page(
    db: Database, account: str, *, cursor: Cursor | None, said: str | None, gap: str | None, at: datetime, last: bool
) -> None:
    """Note a page in the transaction that stores it: its cursor, and with the last one that all went well."""
    with db.write() as tx:
        tx.execute("INSERT INTO queue_state (account) VALUES (?) ON CONFLICT DO NOTHING", (account,))
        tx.execute(
            "UPDATE queue_state SET cursor = coalesce(?, cursor), tried_at = ? WHERE account = ?",
            (cursor.value if cursor else None, epoch(at), account),
        )
        if last:
            tx.execute(
                "UPDATE queue_state SET seen_at = ?, said = ?, gap = ?, retry_at = NULL, error_kind = NULL,"
                " error_message = NULL, error_hint = NULL WHERE account = ?",
                (epoch(at), _short(said), _short(gap), account),
            )


def note_failure(db: Database, account: str, error: CmdayError, at: datetime) -> None:
    """Note why a sweep ended early; the cursor stays where the last stored page put it."""
    wait = error.retry_after if isinstance(error, NetworkError) else None
    with db.write() as tx:
        tx.execute("INSERT INTO queue_state (account) VALUES (?) ON CONFLICT DO NOTHING", (account,))
        tx.execute(
            "UPDATE queue_state SET tried_at = ?, error_kind = ?, error_message = ?, error_hint = ?, retry_at = ?"
            " WHERE account = ?",
            (
                *(epoch(at), error.kind, error.message.english, error.hint.english if error.hint else None),
                *(epoch(at + timedelta(seconds=wait)) if wait else None, account),
            ),
        )


def _short(text: str | None) -> str | None:
    return text and storable(text)[:_MOST_WORDS]


def _state(db: Database, row: Sequence[Any]) -> QueueState:
    known = dict(zip(_COLUMNS.split(", "), row, strict=True))
    for name in ("seen_at", "tried_at", "retry_at"):
        known[name] = None if known[name] is None else from_epoch(known[name], db.zone)
    return QueueState(**known)
