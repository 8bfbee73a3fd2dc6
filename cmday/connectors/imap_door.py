"""Where a mailbox is and how to get in, as an account's settings say it; and how far a folder has been read."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

import msgspec

from cmday.core.accounts import Account
from cmday.errors import ConfigError
from cmday.i18n import phrase

Tls = Literal["auto", "tls", "starttls", "none"]

IMAPS: Final = 993
PLAIN_PORT: Final = 143
STEP_TIMEOUT: Final = 5.0
# Stands for the folder of sent mail, whatever it is called: no folder can have a backslash in front (RFC 6154).
SENT: Final = "\\Sent"
_SAME: Final[dict[object, str]] = {True: "tls", False: "none", "ssl": "tls"}
_SCHEMES: Final = {"imaps": "tls", "imap": "auto"}


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """``tls``: "auto" is STARTTLS, or nothing on the loopback. ``timeout`` in seconds, for each step of the talk."""

    account: str
    host: str
    port: int
    tls: Tls
    timeout: float


class Position(msgspec.Struct, frozen=True):
    """How far a folder has been read: all below ``next`` while ``validity`` is what it was."""

    validity: int
    next: int


def find_door(account: Account) -> Door:
    """The door of an account: ``server`` is ``host``, ``host:port`` or ``imaps://host``; options ``port`` and ``tls``.

    Without a word on encryption it is TLS from the start; on port 143, or another port of this machine, see ``Door``.
    """
    parts = urlsplit(account.server if "//" in account.server else f"//{account.server}")
    host = parts.hostname or account.server
    try:
        named = parts.port
    except ValueError:
        named = None
    port = account.options.get("port", named)
    tls = account.options.get("tls", _SCHEMES.get(parts.scheme))
    tls = _SAME.get(tls, tls) if isinstance(tls, bool | str) else tls
    if tls is None:
        unsaid = port == PLAIN_PORT or (port not in (None, IMAPS) and is_loopback(host))
        tls = "auto" if unsaid else "tls"
    if tls not in get_args(Tls):
        raise ConfigError(
            phrase('account "{name}": tls = "{tls}" is not known', name=account.name, tls=tls),
            phrase('write "tls", "starttls" or "none"'),
            account.name,
        )
    if port is None:
        port = IMAPS if tls == "tls" else PLAIN_PORT
    if not isinstance(port, int) or not 0 < port < 65536:  # noqa: PLR2004  RFC 6335, 6
        raise ConfigError(
            phrase('account "{name}": {port} is not a port', name=account.name, port=port),
            phrase("write a number, for example port = 993"),
            account.name,
        )
    return Door(account=account.name, host=host, port=port, tls=tls, timeout=STEP_TIMEOUT)  # type: ignore[arg-type]  # checked above


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
