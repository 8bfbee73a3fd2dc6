"""The one database file: opening, migrating, reading and writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path

from cmday.core.time import Clock

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """An open database. Reads go through ``connection``; every write through ``write()``, one short transaction.

    Instants are whole seconds of UTC in the file; ``zone`` is what they are read back into.
    """

    def __init__(self, connection: sqlite3.Connection, zone: tzinfo) -> None:
        self.connection = connection
        self.zone = zone

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that begins IMMEDIATE, so that it waits its turn instead of failing "locked" half-way."""
        if self.connection.in_transaction:
            yield self.connection
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def close(self) -> None:
        self.connection.close()


def open_database(file: Path, clock: Clock) -> Database:
    """Open the database, creating and migrating it as needed."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=10, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for migration in sorted(MIGRATIONS.glob("*.sql")):
        number = int(migration.name.split("_")[0])
        if number > version:
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{migration.read_text()}\nPRAGMA user_version={number};\nCOMMIT;"
            )
    return Database(connection, clock.zone)
