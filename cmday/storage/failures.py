"""What SQLite complains of, in words a person can act upon."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from cmday.errors import StorageError
from cmday.i18n import Phrase, phrase

_PRIMARY: Final = 0xFF
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & _PRIMARY


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process holds what was asked for, so that asking again may help."""
    return _code(error) in _BUSY


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, or no database at all."""
    return _code(error) in _DAMAGED


def explain(error: sqlite3.Error, file: Path) -> StorageError | None:
    """The same failure as a ``StorageError`` with a hint, or None where it is a mistake of this program's own."""
    said = _words(error, file)
    if said is None:
        return None
    message, hint = said
    return StorageError(message, hint, subject=str(file))


def _words(error: sqlite3.Error, file: Path) -> tuple[Phrase, Phrase] | None:
    code = _code(error)
    if code == sqlite3.SQLITE_FULL:
        return (
            phrase("the disk is full; nothing of the last change was written to {file}", file=file),
            phrase("make room on the disk of {folder}, then run the command again", folder=file.parent),
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH):
        return (
            phrase("the database {file} cannot be written", file=file),
            phrase("allow yourself to write in {folder}, or set CMDAY_HOME to another folder", folder=file.parent),
        )
    if code == sqlite3.SQLITE_IOERR:
        return (
            phrase("reading or writing {file} failed: {reason}", file=file, reason=error),
            phrase("check the disk that {folder} is on", folder=file.parent),
        )
    if code in _BUSY:
        return (
            phrase("another program keeps the database {file} to itself", file=file),
            phrase("wait until the other cmday has ended, then run the command again"),
        )
    if code in _DAMAGED:
        return (
            phrase("the database {file} is damaged", file=file),
            phrase("run the command again: the damaged file is kept under another name and a new one is begun"),
        )
    return None
