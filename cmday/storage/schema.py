"""Bringing a database to the present schema: numbered migrations, each whole or not at all."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from cmday.errors import StorageError
from cmday.i18n import phrase
from cmday.storage.patience import patiently

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_PAGES_AT_ONCE: Final = 4096
# What SQL cannot do for a migration: ``module:function``, called after its statements in the same transaction.
_CODE: Final = {34: "cmday.storage.audit_carried:carry_over"}


def _names() -> list[str]:
    listed = os.listdir(MIGRATIONS)  # noqa: PTH208  a path for each would cost the glance more than the names
    return sorted(name for name in listed if name.endswith(".sql"))


@cache
def migrations() -> dict[int, str]:
    """The file names of the migrations by number."""
    return {int(name.split("_")[0]): name for name in _names()}


def latest() -> int:
    """The schema this program knows."""
    return max(migrations())


def version_of(connection: sqlite3.Connection) -> int:
    """The schema of an open database; 0 is an empty one."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def refuse_newer(version: int, file: Path) -> None:
    """Raise ``StorageError`` for a database of a newer cmday; it is not touched."""
    if version <= latest():
        return
    raise StorageError(
        phrase(
            "the database {file} was written by a newer cmday (schema {theirs}; this one knows {ours})",
            file=file,
            theirs=version,
            ours=latest(),
        ),
        phrase("install the newer cmday again, or set CMDAY_HOME to another folder"),
        subject=str(file),
    )


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """One process at a time creates, upgrades or sets aside a database; the others wait here."""
    descriptor = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Apply what is missing, each migration in a transaction of its own, after a copy of what was there.

    A new database comes in one, for there is nothing to lose by it and a start to be gained. Safe with two processes at
    once: the version is read again inside each transaction.
    """
    before = version_of(connection)
    refuse_newer(before, file)
    if before == latest():
        return
    missing = [number for number in migrations() if number > before]
    if not before:
        _apply(connection, missing)
        return
    _back_up(connection, file, before)
    for number in missing:
        _apply(connection, [number])


def _apply(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """These migrations in one transaction, but for those that another process has applied meanwhile."""
    patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
    try:
        there = version_of(connection)
        for number in numbers:
            if number > there:
                _carry_out(connection, number)
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def _carry_out(connection: sqlite3.Connection, number: int) -> None:
    for statement in _statements((MIGRATIONS / migrations()[number]).read_text(encoding="utf-8")):
        connection.execute(statement)
    if number in _CODE:
        module, _, function = _CODE[number].partition(":")
        getattr(import_module(module), function)(connection)
    connection.execute(f"PRAGMA user_version={number}")


def roll_back(connection: sqlite3.Connection) -> None:
    """End an open transaction as if it had never begun; a full disk may have ended it already."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: ``executescript`` would commit the open transaction."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _back_up(connection: sqlite3.Connection, file: Path, version: int) -> None:
    """Copy the database to ``cmday.db.schema-N``, whole, before it changes; only the newest copy is kept."""
    copy = file.with_name(f"{file.name}.schema-{version}")
    unfinished = copy.with_name(f".{copy.name}.{os.getpid()}")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        with closing(sqlite3.connect(unfinished)) as target:
            # The callback does nothing but let Ctrl-C through between two portions.
            connection.backup(target, pages=_PAGES_AT_ONCE, progress=lambda *_: None)
        unfinished.replace(copy)
    finally:
        unfinished.unlink(missing_ok=True)
    for older in file.parent.glob(f"{file.name}.schema-*"):
        if older != copy:
            older.unlink(missing_ok=True)
