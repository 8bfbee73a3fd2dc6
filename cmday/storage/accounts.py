"""What is known of each account: how far it was read, and how its sweeps went."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from cmday.core.accounts import AccountState
from cmday.core.items import Cursor
from cmday.core.time import epoch, from_epoch
from cmday.errors import CmdayError, NetworkError
from cmday.storage import looked
from cmday.storage.database import Database

_COLUMNS = (
    "account, cursor, last_success, last_attempt, fresh, gap, retry_at, error_kind, error_message, error_hint, said"
)


def states(db: Database) -> dict[str, AccountState]:
    """All accounts that were ever swept, by name."""
    rows = db.connection.execute(f"SELECT {_COLUMNS} FROM account_state")  # noqa: S608  a constant
    return {row[0]: _state(db, row) for row in rows}


def state(db: Database, account: str) -> AccountState:
    """What is known of one account; nothing where it was never swept."""
    row = db.connection.execute(
        f"SELECT {_COLUMNS} FROM account_state WHERE account = ?",  # noqa: S608  a constant
        (account,),
    ).fetchone()
    return _state(db, row) if row else AccountState(account=account)


def note_page(
    tx: sqlite3.Connection,
    account: str,
    *,
    cursor: Cursor | None,
    gap: str | None,
    fresh: int,
    at: datetime,
    first: bool,
    whole: bool,
    oldest: int | None = None,
    said: str | None = None,
) -> None:
    """Note a stored page in the transaction that stores it: its cursor, and with the last page that all went well.

    ``oldest`` is when the oldest item of the page was written (UTC seconds): where a sweep says that it may have missed
    something, what it looked at begins there.
    """
    tx.execute("INSERT INTO account_state (account) VALUES (?) ON CONFLICT DO NOTHING", (account,))
    if first:
        tx.execute(
            "UPDATE account_state SET fresh = 0, gap = NULL, said = NULL, last_attempt = ? WHERE account = ?",
            (epoch(at), account),
        )
    tx.execute(
        "UPDATE account_state SET cursor = coalesce(?, cursor), gap = coalesce(?, gap), said = coalesce(?, said),"
        " fresh = fresh + ? WHERE account = ?",
        (cursor.value if cursor else None, gap, said, fresh, account),
    )
    if whole:
        last, lost = tx.execute("SELECT last_success, gap FROM account_state WHERE account = ?", (account,)).fetchone()
        looked.note(tx, account, since=oldest if lost is not None else last, until=epoch(at))
        tx.execute(
            "UPDATE account_state SET last_success = ?, retry_at = NULL, error_kind = NULL, error_message = NULL,"
            " error_hint = NULL WHERE account = ?",
            (epoch(at), account),
        )


def note_failure(db: Database, account: str, error: CmdayError, at: datetime) -> None:
    """Note why a sweep ended early; the cursor stays where the last stored page put it."""
    wait = error.retry_after if isinstance(error, NetworkError) else None
    with db.write() as tx:
        tx.execute("INSERT INTO account_state (account) VALUES (?) ON CONFLICT DO NOTHING", (account,))
        tx.execute(
            "UPDATE account_state SET last_attempt = ?, error_kind = ?, error_message = ?, error_hint = ?, retry_at = ?"
            " WHERE account = ?",
            (
                epoch(at),
                error.kind,
                error.message.english,
                error.hint.english if error.hint else None,
                epoch(at + timedelta(seconds=wait)) if wait else None,
                account,
            ),
        )


def _state(db: Database, row: tuple[object, ...]) -> AccountState:
    account, cursor, success, attempt, fresh, gap, retry_at, kind, message, hint, said = row
    return AccountState(
        account=str(account),
        cursor=_text(cursor),
        last_success=_moment(db, success),
        last_attempt=_moment(db, attempt),
        error_kind=_text(kind),
        error_message=_text(message),
        error_hint=_text(hint),
        fresh=fresh if isinstance(fresh, int) else 0,
        gap=_text(gap),
        retry_at=_moment(db, retry_at),
        said=_text(said),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _moment(db: Database, value: object) -> datetime | None:
    return from_epoch(value, db.zone) if isinstance(value, int) else None
