"""Signing in, as a conversation of its own: a secret is shown as it is, or buys passes that are kept and renewed.

A pass is renewed by one conversation of one process, under a lock between processes: who waited for the lock finds the
new pass and asks nobody.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final

from cmday.config.paths import Home
from cmday.config.secrets import NTFY, SOURCE_KINDS, find_secret
from cmday.core.accounts import Account, Credentials, Pass

if TYPE_CHECKING:
    from cmday.connectors.protocol import Call, Exchange, Renew
    from cmday.core.events import Calendar

# A pass with less left than this, in seconds, is renewed before it is shown: a sweep is over by then.
SPARE: Final = 60.0
_LOCK_PATIENCE: Final = 30.0


class SigningIn:
    """A ``SignIn`` that ``Renews``, for the accounts of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def __call__(self, account: Account | Calendar) -> Exchange[Credentials]:
        return self._talk(account, None)

    def renewed(self, account: Account | Calendar, refused: str) -> Exchange[Credentials]:
        """Other credentials than the refused ones, where they can be had; else the same again."""
        return self._talk(account, refused)

    def _talk(self, account: Account | Calendar, refused: str | None) -> Exchange[Credentials]:
        from cmday.connectors.protocol import Call

        renew = renewing(account)
        found: Credentials = yield Call(
            name="secret", key=account.name, function=partial(find_secret, account, self._home)
        )
        if renew is None or not isinstance(account, Account):
            return found
        known: Pass | None = yield self._stored(account, found)
        if known is None or not _holds(known, refused):
            known = yield from self._under_lock(account, found, renew, refused)
        return shown(known)

    def _under_lock(self, account: Account, found: Credentials, renew: Renew, refused: str | None) -> Exchange[Pass]:
        from cmday.config.passes import PassLock, store_pass
        from cmday.connectors.protocol import Call

        lock = PassLock(account, self._home)
        try:
            yield Call(name="lock pass", key=account.name, function=lock.take, timeout=_LOCK_PATIENCE)
            known: Pass | None = yield self._stored(account, found)
            if known is not None and _holds(known, refused):
                return known
            given = yield from renew(account, found, known)
            yield Call(
                name="store pass", key=account.name, function=partial(store_pass, account, found, given, self._home)
            )
            return given
        finally:
            lock.release()

    def _stored(self, account: Account, found: Credentials) -> Call:
        from cmday.config.passes import read_pass
        from cmday.connectors.protocol import Call

        return Call(name="read pass", key=account.name, function=partial(read_pass, account, found, self._home))


def renewing(account: Account | Calendar) -> Renew | None:
    """What gets the next pass, for an account whose network gives such; its module is imported here."""
    if not isinstance(account, Account) or account.network in (*SOURCE_KINDS, NTFY):
        return None
    from cmday.connectors.catalog import renewal

    return renewal(account)


def shown(given: Pass) -> Credentials:
    """A pass as what a connector shows its server."""
    return Credentials(given.username, given.secret, given.server)


def _holds(known: Pass, refused: str | None) -> bool:
    """Whether a pass can still be shown. By the real time: it is a server that decides, not the day that is planned."""
    return known.secret != refused and (known.expires is None or known.expires - SPARE > time.time())
