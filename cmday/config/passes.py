"""The passes that servers gave for a secret, in ``tokens/NAME.pass``, and the lock under which one is renewed.

A pass counts only for the secret that it was had for: who changes it, the user name or the server signs in anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import threading
import time
from pathlib import Path
from typing import Final

import msgspec

from cmday.config.paths import Home, make_private, write_private
from cmday.config.secrets import read_private, remember, token_file
from cmday.core.accounts import Account, Credentials, Pass
from cmday.errors import TimedOut
from cmday.i18n import phrase

LOCK_SECONDS: Final = 20.0
_PAUSE: Final = 0.05
_SALT: Final = 16
# The file is private and holds a pass itself: the rounds only keep a short password out of easy reach.
_ROUNDS: Final = 10_000


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """``had_for`` is a salt and a digest of what the pass was had for, in hexadecimal."""

    had_for: tuple[str, str]
    given: Pass


def read_pass(account: Account, credentials: Credentials, home: Home) -> Pass | None:
    """The stored pass, which may have expired; None where there is none for this secret.

    Raises ``ConfigError`` where others may read the file. One that cannot be understood counts as none.
    """
    try:
        kept = msgspec.json.decode(read_private(_file(account.name, home), account.name), type=_Kept)
    except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    salt, digest = kept.had_for
    if not hmac.compare_digest(digest, _digest(account, credentials, salt)):
        return None
    return _remembered(kept.given)


def store_pass(account: Account, credentials: Credentials, given: Pass, home: Home) -> None:
    """Write the pass to its private file."""
    _remembered(given)
    salt = os.urandom(_SALT).hex()
    kept = _Kept(had_for=(salt, _digest(account, credentials, salt)), given=given)
    write_private(_file(account.name, home), msgspec.json.encode(kept).decode() + "\n")


class PassLock:
    """One process at a time renews a pass; the system gives the lock back where its holder dies.

    ``take`` blocks, so it belongs in a ``Call``; ``release`` may be called at any time, also while ``take`` still waits
    in a thread that nobody listens to any more.
    """

    def __init__(self, account: Account, home: Home) -> None:
        self._name = account.name
        file = token_file(account.name, home)
        self._file = file.with_name(f".{file.stem}.lock")
        self._guard = threading.Lock()
        self._descriptor: int | None = None
        self._over = False

    def take(self) -> None:
        """Wait for the lock; raises ``TimedOut`` where another process does not give it back."""
        make_private(self._file.parent)
        until = time.monotonic() + LOCK_SECONDS
        while not self._try():
            if time.monotonic() > until:
                raise TimedOut(
                    phrase("another cmday is still signing {name} in", name=self._name),
                    phrase("wait until it has ended, then run the command again"),
                    self._name,
                )
            time.sleep(_PAUSE)

    def release(self) -> None:
        """Give the lock back, or up."""
        with self._guard:
            self._over = True
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _try(self) -> bool:
        """Whether there is nothing more to wait for."""
        with self._guard:
            if self._over:
                return True
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            self._descriptor = descriptor
            return True


def _file(name: str, home: Home) -> Path:
    return token_file(name, home).with_suffix(".pass")


def _digest(account: Account, credentials: Credentials, salt: str) -> str:
    what = "\0".join((account.network, account.server, credentials.username or "", credentials.secret))
    return hashlib.pbkdf2_hmac("sha256", what.encode("utf-8", "replace"), salt.encode(), _ROUNDS).hex()


def _remembered(given: Pass) -> Pass:
    for value in (given.secret, given.refresh):
        remember(value or "")
    return given
