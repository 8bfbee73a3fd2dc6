"""Where mail of an account goes out and whose name it bears, as its settings say."""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Final, Literal, get_args

import msgspec

from cmday.connectors.imap_door import find_door, is_loopback
from cmday.core.accounts import Account
from cmday.errors import ConfigError
from cmday.i18n import phrase

Tls = Literal["auto", "tls", "starttls", "none"]

SUBMISSIONS: Final = 465  # TLS from the start (RFC 8314, 7.3)
SUBMISSION: Final = 587  # STARTTLS (RFC 6409, 3.1)
STEP_TIMEOUT: Final = 8.0
_MAILBOX: Final = re.compile(r"[^\s@<>,;:\"()\\]{1,64}@[^\s@<>,;:\"()\\]{1,253}")


class SmtpDoor(msgspec.Struct, frozen=True, kw_only=True):
    """``tls``: "auto" is STARTTLS where the server has it, on this machine only. ``timeout`` in seconds, for a step."""

    account: str
    host: str
    port: int
    tls: Tls
    timeout: float


def find_smtp_door(account: Account) -> SmtpDoor:
    """Options ``smtp_server``, ``smtp_port`` and ``smtp_tls``; what is not said is derived from the IMAP server.

    ``imap.X`` is taken to send by ``smtp.X``, any other name by itself; TLS from the start on port 465, or STARTTLS on
    587 where the mailbox is opened so.
    """
    inbox = find_door(account)
    host = account.options.get("smtp_server") or re.sub(r"^imap\.", "smtp.", inbox.host)
    port = account.options.get("smtp_port")
    tls = account.options.get("smtp_tls")
    if tls is None:
        tls = _usual(port, str(host), inbox.tls)
    if not isinstance(host, str) or not re.fullmatch(r"[\w.:\[\]-]+", host):
        raise _wrong(account, "smtp_server", host, 'smtp_server = "smtp.example.org"')
    if tls not in get_args(Tls) or (tls == "auto" and not is_loopback(host)):
        raise _wrong(account, "smtp_tls", tls, 'smtp_tls = "tls", "starttls" or "none"')
    if port is None:
        port = SUBMISSIONS if tls == "tls" else SUBMISSION
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:  # noqa: PLR2004  RFC 6335, 6
        raise _wrong(account, "smtp_port", port, "smtp_port = 465")
    return SmtpDoor(account=account.name, host=host, port=port, tls=tls, timeout=STEP_TIMEOUT)  # type: ignore[arg-type]  # checked above


def find_sender(account: Account) -> tuple[str, str]:
    """Name and address that mail is from: option ``address``, else the user name where it is one."""
    wanted = account.options.get("address") or account.username
    name, address = parseaddr(wanted) if isinstance(wanted, str) else ("", "")
    if not _MAILBOX.fullmatch(address):
        raise ConfigError(
            phrase('account "{name}": whose address does its mail bear?', name=account.name),
            phrase('write address = "Robin <robin@example.org>" in config.toml: cmday config edit'),
            account.name,
        )
    return " ".join(name.split()), address


def _usual(port: object, host: str, inbox: str) -> str:
    if port == SUBMISSIONS:
        return "tls"
    if is_loopback(host):
        return "auto"
    return "starttls" if port is not None or inbox in ("starttls", "auto") else inbox


def _wrong(account: Account, key: str, value: object, right: str) -> ConfigError:
    return ConfigError(
        phrase('account "{name}": {key} = "{value}" cannot be', name=account.name, key=key, value=value),
        phrase("write for example {right}", right=right),
        account.name,
    )
