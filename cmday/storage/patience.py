"""Waiting for another process's short transaction, open to Ctrl-C."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Final, TypeVar

from cmday.errors import StorageError
from cmday.storage.failures import is_busy

T = TypeVar("T")

# SQLite waits in C, deaf to Ctrl-C, so it waits briefly and we ask again.
WAIT_IN_SQLITE: Final = 0.25
PATIENCE: Final = 60.0


def patiently(ask: Callable[[], T]) -> T:
    """Ask the database until no other process is in the way; gives up with its error after a minute."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except (sqlite3.Error, StorageError) as error:
            cause = error if isinstance(error, sqlite3.Error) else error.__cause__
            busy = isinstance(cause, sqlite3.Error) and is_busy(cause)
            if not busy or time.monotonic() > end:
                raise
