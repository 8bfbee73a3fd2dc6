"""Small things kept by name: when the last start was, the home's own key."""

from __future__ import annotations

import os
from typing import Final

from cmday.storage.database import Database

_KEY_BYTES: Final = 32


def get(db: Database, name: str) -> str | None:
    """What is kept under a name."""
    row = db.connection.execute("SELECT value FROM keep WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def put(db: Database, name: str, value: str) -> None:
    """Keep a value under a name, in place of what was there."""
    with db.write() as tx:
        tx.execute("INSERT OR REPLACE INTO keep VALUES (?, ?)", (name, value))


def secret(db: Database, name: str) -> bytes:
    """The home's own random key of that name, made when first asked for; it never leaves the database."""
    found = get(db, name)
    if found is None:
        with db.write() as tx:
            tx.execute("INSERT INTO keep VALUES (?, ?) ON CONFLICT DO NOTHING", (name, os.urandom(_KEY_BYTES).hex()))
            found = get(db, name)
    if found is None:
        raise AssertionError(name)
    return bytes.fromhex(found)
