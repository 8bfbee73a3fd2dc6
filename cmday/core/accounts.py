"""Accounts on networks, and the secrets that open them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

SecretKind = Literal["command", "keyring", "env", "file", "token"]


class SecretSource(msgspec.Struct, frozen=True):
    """Where a secret is to be had, never the secret: a command's argv, a keyring entry, a variable, a private file.

    ``token`` is cmday's own file in ``tokens/``, written by ``cmday login``.
    """

    kind: SecretKind
    value: tuple[str, ...]


class Credentials(msgspec.Struct, frozen=True):
    """A secret in hand. Its value never shows in ``repr``, logs or tracebacks.

    ``server`` is where to speak to, where signing in told another address than the account's own.
    """

    username: str | None
    secret: str
    server: str | None = None

    def __repr__(self) -> str:
        return f"Credentials(username={self.username!r}, secret=…)"

    __str__ = __repr__


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """What a server gave for a secret, and takes instead of it until ``expires`` (seconds since 1970; None: unknown).

    ``refresh`` gets the next one, once. ``username`` is what the server calls the account, ``server`` where it lives.
    """

    secret: str
    refresh: str | None = None
    expires: float | None = None
    username: str | None = None
    server: str | None = None

    def __repr__(self) -> str:
        return f"Pass(username={self.username!r}, secret=…)"

    __str__ = __repr__


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account on one network; the first of ``communities`` is its default.

    ``name`` is the person's own word for it and the key everywhere. ``options`` are the settings of that network alone
    (IMAP folders, port). ``first_sweep`` is how far back the first look at it goes.
    """

    name: str
    network: str
    server: str
    communities: tuple[str, ...] = ()
    username: str | None = None
    secret: SecretSource | None = None
    options: dict[str, object] = {}
    first_sweep: timedelta = timedelta(days=7)

    @property
    def community(self) -> str | None:
        return self.communities[0] if self.communities else None


class AccountState(msgspec.Struct, frozen=True, kw_only=True):
    """What the database knows of an account: its cursor, and how its last sweeps went (aware instants).

    ``fresh`` counts what the last sweep brought; ``gap`` says in English what it may have missed, ``said`` what stands
    in place of the count (``304``, ``$0.03``). ``retry_at`` is the
    moment that the server asked to be left alone until. Errors are of the last sweep, in English.
    """

    account: str
    cursor: str | None = None
    last_success: datetime | None = None
    last_attempt: datetime | None = None
    error_kind: str | None = None
    error_message: str | None = None
    error_hint: str | None = None
    fresh: int = 0
    gap: str | None = None
    retry_at: datetime | None = None
    said: str | None = None
