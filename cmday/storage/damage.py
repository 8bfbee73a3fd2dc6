"""A damaged database is set aside under a dated name, never overwritten and never thrown away."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from cmday.core.time import Clock
from cmday.errors import StorageError
from cmday.i18n import phrase
from cmday.storage.failures import is_damage

_MAGIC: Final = b"SQLite format 3\0"
_HEADER: Final = 100
_COMPANIONS: Final = ("", "-wal", "-shm")


class Header:
    """The first 100 bytes of a database file (https://www.sqlite.org/fileformat.html, 1.3), and its length."""

    __slots__ = ("bytes", "length")

    def __init__(self, file: Path) -> None:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            self.bytes = os.read(descriptor, _HEADER)
            self.length = os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)

    @property
    def wal(self) -> bool:
        """Whether the file is in WAL mode."""
        return self.bytes[18:20] == b"\x02\x02"

    def whole(self, file: Path) -> bool:
        """Whether the file can be what it says it is; an empty file is a database that was not begun yet.

        A file shorter than its pages is damaged, unless a WAL beside it still holds the rest.
        """
        if not self.bytes:
            return True
        if len(self.bytes) < _HEADER or not self.bytes.startswith(_MAGIC):
            return False
        field = self.bytes
        page = int.from_bytes(field[16:18], "big")
        pages = int.from_bytes(field[28:32], "big") if field[24:28] == field[92:96] else 0
        if self.length >= pages * (65536 if page == 1 else page):
            return True
        log = Path(f"{file}-wal")
        return log.is_file() and log.stat().st_size > 0


def set_aside(file: Path, clock: Clock) -> StorageError:
    """Rename a damaged database with what belongs to it, and say where it went."""
    stamp = clock.now().strftime("%Y-%m-%d-%H%M%S")
    name = f"{file.name}.damaged-{stamp}"
    number = 1
    while (aside := file.with_name(name)).exists():
        number += 1
        name = f"{file.name}.damaged-{stamp}-{number}"
    for companion in _COMPANIONS:
        beside = Path(f"{file}{companion}")
        if beside.exists():
            beside.rename(f"{aside}{companion}")
    return StorageError(
        phrase("the database was damaged; it is kept as {file} and a new one is begun", file=aside),
        phrase("cmday restore FILE brings back a backup; what can be asked for again: cmday start --fresh"),
        subject=str(file),
    )


def is_unreadable(file: Path) -> bool:
    """Whether SQLite cannot even read the table of contents; quick."""
    return _finds_damage(file, "SELECT count(*) FROM sqlite_schema")


def is_broken(file: Path) -> bool:
    """Whether a fresh look at the whole file finds it damaged; slow, for when SQLite has already complained."""
    return _finds_damage(file, "PRAGMA quick_check(1)")


def _finds_damage(file: Path, question: str) -> bool:
    try:
        connection = sqlite3.connect(file)
        try:
            (answer,) = connection.execute(question).fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        return is_damage(error)
    return isinstance(answer, str) and answer != "ok"
