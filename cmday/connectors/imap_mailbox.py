"""The blocking side of IMAP (RFC 3501), run in a thread of its own: fetching what is unread, keeping what was sent.

Nothing is ever marked as read: folders are opened read-only and bodies fetched with ``BODY.PEEK``.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError, MailboxLoginError

from cmday.connectors.imap_door import PLAIN_PORT, SENT, Door, Position, is_loopback
from cmday.core.accounts import Credentials
from cmday.errors import Garbled, ServerFailed, SignInNeeded, TimedOut, Unreachable, Untrusted
from cmday.i18n import phrase

MOST_BYTES: Final = 64 * 1024  # of one mail: its headers and the beginning of its text
MOST_MAILS: Final = 100  # of one folder in one call
_CALLED_SENT: Final = frozenset({"Sent", "Sent Mail", "Sent Items", "Sent Messages", "Envoyés", "Éléments envoyés"})


def fetch(
    door: Door,
    credentials: Credentials,
    folders: dict[str, Position | None],
    *,
    first: timedelta,
    sent: str | None = None,
) -> dict[str, dict[str, Any]]:
    """Unread mail of each folder after its position: ``{folder: {uidvalidity, next, mails: [[uid, bytes]], more}}``.

    Without a position, or where the folder was made anew, what came in ``first``. A folder that the server does
    not open has ``missing``. ``SENT`` stands for the folder of sent mail, ``sent`` where that is its name: there
    read mail counts as well, of which the newest.
    """
    with _open(door, credentials) as box:
        found = {}
        for name, position in folders.items():
            place = (sent or _sent_folder(box)) if name == SENT else name
            found[name] = _fetch_folder(box, place, position, first, own=name == SENT) if place else {"missing": True}
        return found


def probe(door: Door, credentials: Credentials, folders: tuple[str, ...]) -> dict[str, Any]:
    """Who is signed in, and which of the folders are there."""
    with _open(door, credentials) as box:
        return {
            "username": credentials.username or "",
            "folders": [name for name in folders if box.folder.exists(name)],
        }


def holds(door: Door, credentials: Credentials, folder: str, number: str) -> bool:
    """Whether a folder holds the mail with this Message-ID."""
    with _open(door, credentials) as box:
        return _holds(box, folder, number)


def append(door: Door, credentials: Credentials, folder: str, raw: bytes, number: str) -> None:
    """Put a mail into a folder, as read; not where the server has put it there itself."""
    with _open(door, credentials) as box:
        if not box.folder.exists(folder):
            box.folder.create(folder)
        if not _holds(box, folder, number):
            box.append(raw, folder, flag_set=[MailMessageFlags.SEEN])


def _holds(box: BaseMailBox, folder: str, number: str) -> bool:
    if not box.folder.exists(folder):
        return False
    box.folder.set(folder, readonly=True)
    return bool(_search(box, f'HEADER Message-ID "{number}"'))


def _sent_folder(box: BaseMailBox) -> str | None:
    """The folder that the server marks as that of sent mail (RFC 6154), or one that is called so."""
    try:
        there = box.folder.list()
    except ImapToolsError:
        return None
    marked = next((one.name for one in there if any(flag.lower() == "\\sent" for flag in one.flags)), None)
    return marked or next((one.name for one in there if one.name.rpartition(one.delim)[2] in _CALLED_SENT), None)


def _fetch_folder(
    box: BaseMailBox, name: str, position: Position | None, first_sweep: timedelta, *, own: bool = False
) -> dict[str, Any]:
    try:
        status = box.folder.status(name, ["UIDVALIDITY", "UIDNEXT"])
        box.folder.set(name, readonly=True)
    except ImapToolsError:
        return {"missing": True}
    validity, following = status.get("UIDVALIDITY", 0), status.get("UIDNEXT", 1)
    if position and position.validity == validity:
        first, criteria = position.next, f"UID {position.next}:*"
    else:
        day = (datetime.now(UTC) - first_sweep).strftime("%d-%b-%Y")
        first, criteria = 1, f"SINCE {day}"
    uids = sorted(uid for uid in _search(box, criteria if own else f"UNSEEN {criteria}") if uid >= first)
    taken, more = (uids[-MOST_MAILS:], False) if own else (uids[:MOST_MAILS], len(uids) > MOST_MAILS)
    mails = [[uid, raw] for uid, raw in _bodies(box, taken)]
    beyond = taken[-1] + 1 if more else max([following, first, *(uid + 1 for uid in taken)])
    return {"uidvalidity": validity, "next": beyond, "mails": mails, "more": more}


def _search(box: BaseMailBox, criteria: str) -> list[int]:
    answer, data = box.client.uid("search", criteria)
    _expect(answer)
    return [int(word) for line in data if line for word in line.split() if word.isdigit()]


def _bodies(box: BaseMailBox, uids: list[int]) -> Iterator[tuple[int, bytes]]:
    """Each mail's beginning. A mail that went away meanwhile is not answered, which is as well."""
    if not uids:
        return
    answer, data = box.client.uid("fetch", ",".join(map(str, uids)), f"(UID BODY.PEEK[]<0.{MOST_BYTES}>)")
    _expect(answer)
    for at, part in enumerate(data):
        if not isinstance(part, tuple):
            continue
        after = data[at + 1] if at + 1 < len(data) and isinstance(data[at + 1], bytes) else b""
        words = (part[0] + b" " + after).upper().replace(b"(", b" ").replace(b")", b" ").split()
        if b"UID" in words[:-1] and (number := words[words.index(b"UID") + 1]).isdigit():
            yield int(number), part[1]


def _expect(answer: str) -> None:
    if answer != "OK":
        raise imaplib.IMAP4.error(answer)


@contextmanager
def _open(door: Door, credentials: Credentials) -> Iterator[BaseMailBox]:
    """A mailbox, signed in; whatever goes wrong within comes out in our words, without what was sent."""
    box: BaseMailBox | None = None
    try:
        box = _connect(door)
        name, secret = credentials.username or "", credentials.secret
        if (name + secret).isascii():
            box.login(name, secret, initial_folder=None)
        else:
            box.login_utf8(name, secret, initial_folder=None)
        yield box
    except MailboxLoginError:
        raise SignInNeeded(
            phrase("{host} refuses the credentials", host=door.host),
            phrase("cmday login imap --account {account}", account=door.account),
            door.account,
        ) from None
    except TimeoutError:
        raise TimedOut(phrase("{host} did not answer in time", host=door.host), None, door.account) from None
    except ssl.SSLCertVerificationError as why:
        raise Untrusted(
            phrase("the certificate of {host} cannot be verified: {why}", host=door.host, why=why.verify_message),
            phrase("SSL_CERT_FILE may name a file with the certificate authority to trust"),
            door.account,
        ) from None
    except OSError as why:
        raise Unreachable(
            phrase("{host} cannot be reached on port {port}: {why}", host=door.host, port=door.port, why=_reason(why)),
            None,
            door.account,
        ) from None
    except (imaplib.IMAP4.error, ImapToolsError, ValueError, IndexError, KeyError):
        raise Garbled(
            phrase("{host} does not answer as a mail server should", host=door.host), None, door.account
        ) from None
    finally:
        if box is not None:
            with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
                box.logout()


def _connect(door: Door) -> BaseMailBox:
    if door.tls == "tls":
        return MailBox(door.host, door.port, timeout=door.timeout, ssl_context=_context())
    if door.tls == "starttls":
        return MailBoxStartTls(door.host, door.port, timeout=door.timeout, ssl_context=_context())
    if door.tls == "none":
        return MailBoxUnencrypted(door.host, door.port, timeout=door.timeout)
    if is_loopback(door.host):
        return _connect_here(door)
    try:
        return MailBoxStartTls(door.host, door.port, timeout=door.timeout, ssl_context=_context())
    except imaplib.IMAP4.error:
        raise ServerFailed(
            phrase("{host} offers no encryption on port {port}", host=door.host, port=door.port),
            phrase('use its port for TLS, or write tls = "none" if you accept that everybody can read along'),
            door.account,
        ) from None


def _connect_here(door: Door) -> BaseMailBox:
    """On this machine: TLS where the port speaks it, which a plain one betrays at once by greeting first."""
    if door.port != PLAIN_PORT:
        try:
            return MailBox(door.host, door.port, timeout=door.timeout, ssl_context=_context())
        except ssl.SSLCertVerificationError:
            raise
        except ssl.SSLError:
            pass  # no TLS here; nothing of ours was sent yet
    return MailBoxUnencrypted(door.host, door.port, timeout=door.timeout)


def _context() -> ssl.SSLContext:
    """The system's certificate authorities (or ``SSL_CERT_FILE``); certifi's where the system has none."""
    context = ssl.create_default_context()
    if not context.get_ca_certs() and not ssl.get_default_verify_paths().capath:
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _reason(why: OSError) -> str:
    return why.strerror or type(why).__name__
