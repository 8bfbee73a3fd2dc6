"""The one database file: opening, reading and writing.

At the present schema, opening does almost nothing, so that the glance stays instant; what is rare (creating, upgrading,
setting a damaged file aside) is in ``schema`` and ``damage``.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cmday.core.time import Clock
from cmday.errors import StorageError
from cmday.i18n import phrase
from cmday.storage import damage, failures, schema
from cmday.storage.patience import WAIT_IN_SQLITE, patiently


class Connection(sqlite3.Connection):
    """A connection whose failures say what to do; mistakes in our own SQL stay what they are.

    ``clock`` is there once the database is open; a file found damaged from then on is set aside at once.
    """

    file: Path
    clock: Clock | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        try:
            return super().executemany(sql, parameters)
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> Exception:
        if self.clock and failures.is_damage(error) and damage.is_broken(self.file):
            with schema.alone(self.file):
                if self.file.exists() and damage.is_broken(self.file):
                    return damage.set_aside(self.file, self.clock)
        return failures.explain(error, self.file) or error


class Database:
    """An open database. Reads go through ``connection``; every write through ``write()``, one short transaction.

    Instants are whole seconds of UTC in the file, read back into the zone of ``clock``. ``notices`` are
    to be told to the person: what had to be set aside.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Clock, notices: tuple[StorageError, ...] = ()) -> None:
        self.connection = connection
        self.clock = clock
        self.zone = clock.zone
        self.notices = notices

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction that begins IMMEDIATE, so that it waits its turn instead of failing "locked" half-way.

        Inside another one it is part of it. Keep it short: no network and no parsing in it. A ``durable`` one is on the
        disk when it is over, so that not even a power cut takes it back.
        """
        if self.connection.in_transaction:
            yield self.connection
            return
        if durable:
            self.connection.execute("PRAGMA synchronous=FULL")
            try:
                with self.write() as transaction:
                    yield transaction
            finally:
                self.connection.execute("PRAGMA synchronous=NORMAL")
            return
        patiently(lambda: self.connection.execute("BEGIN IMMEDIATE"))
        try:
            yield self.connection
            self.connection.execute("COMMIT")
        except BaseException:
            schema.roll_back(self.connection)
            raise

    def close(self) -> None:
        self.connection.close()


def open_database(file: Path, clock: Clock) -> Database:
    """Open the database, creating, upgrading or setting it aside as needed.

    Raises ``StorageError`` with a hint: a newer schema, a full disk, a place that cannot be written.
    """
    try:
        return _open_present(file, clock) or _open_slowly(file, clock)
    except OSError as error:
        raise StorageError(
            phrase("the database {file} cannot be opened: {reason}", file=file, reason=error.strerror or error),
            phrase("allow yourself to write in {folder}, or set CMDAY_HOME to another folder", folder=file.parent),
            subject=str(file),
        ) from error


def _open_present(file: Path, clock: Clock) -> Database | None:
    """The database, if it is there, whole and of the present schema: the way of every day."""
    try:
        header = damage.Header(file)
    except FileNotFoundError:
        return None
    if not header.wal or not header.whole(file):
        return None
    connection = _connect(file)
    try:
        version = patiently(lambda: schema.version_of(connection))
        schema.refuse_newer(version, file)
        if version == schema.latest():
            return _ready(connection, clock)
    except StorageError as error:
        connection.close()
        if isinstance(error.__cause__, sqlite3.Error) and failures.is_damage(error.__cause__):
            return None
        raise
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


def _open_slowly(file: Path, clock: Clock) -> Database:
    """Create, upgrade, or begin anew beside a damaged file, one process at a time."""
    if not file.parent.is_dir():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with schema.alone(file):
        notices: tuple[StorageError, ...] = ()
        if file.exists() and (not damage.Header(file).whole(file) or damage.is_unreadable(file)):
            notices = (damage.set_aside(file, clock),)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        connection = _connect(file)
        try:
            patiently(lambda: connection.execute("PRAGMA journal_mode=WAL"))
            schema.migrate(connection, file)
            return _ready(connection, clock, notices)
        except BaseException:
            connection.close()
            raise


def _connect(file: Path) -> Connection:
    try:
        connection = sqlite3.connect(file, timeout=WAIT_IN_SQLITE, isolation_level=None, factory=Connection)
    except sqlite3.Error as error:
        raise failures.explain(error, file) or error from error
    connection.file = file
    return connection


def _ready(connection: Connection, clock: Clock, notices: tuple[StorageError, ...] = ()) -> Database:
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.clock = clock
    return Database(connection, clock, notices)
