"""The blocking side of SMTP (RFC 5321), run in a thread of its own: connecting, signing in, handing one mail over."""

from __future__ import annotations

import base64
import re
import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from cmday.connectors.smtp_door import SmtpDoor
from cmday.core.accounts import Credentials
from cmday.errors import (
    CmdayError,
    RateLimited,
    Refused,
    ServerFailed,
    SignInNeeded,
    TimedOut,
    Uncertain,
    Unreachable,
    Untrusted,
)
from cmday.i18n import phrase

# How long a server may take over the end of a mail; it is told twice for nothing if one is too quick here.
LAST_WORD: Final = 30.0
GOODBYE: Final = 2.0
_MOST_WORDS: Final = 300
_GO_ON: Final = 354
_REFUSED: Final = 500


class Errand:
    """Whether the mail has begun to leave, agreed upon between the thread that sends and the one that waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun = False
        self._abandoned = False

    def begin(self) -> bool:
        """Whether the mail may leave now: not when nobody waits for it any more."""
        with self._lock:
            self._begun = not self._abandoned
            return self._begun

    def abandon(self) -> bool:
        """It shall not leave if it has not; returns whether it may have."""
        with self._lock:
            self._abandoned = True
            return self._begun


def deliver(door: SmtpDoor, credentials: Credentials, way: tuple[str, str], raw: bytes, errand: Errand) -> None:
    """Hand one mail over; ``way`` is from whom and to whom.

    Raises ``Uncertain`` where it may have been taken, ``Refused`` where the server will not have it; after any other
    error it was not taken.
    """
    with _open(door, credentials) as server:
        for answer in (server.mail(way[0]), server.rcpt(way[1])):
            _expect(door, *answer)
        code, said = server.docmd("DATA")
        if code != _GO_ON:
            raise _refusal(door, code, said)
        if not errand.begin():
            server.close()  # a QUIT would be the first line of the mail now
            raise _late(door)
        if server.sock:
            server.sock.settimeout(LAST_WORD)
        try:
            server.send(re.sub(rb"(?m)^\.", b"..", raw) + b".\r\n")
            code, said = server.getreply()
        except (OSError, smtplib.SMTPException):
            raise Uncertain(
                phrase("{host} broke off when it had the mail", host=door.host), None, door.account
            ) from None
        if code < 0:
            raise Uncertain(phrase("{host} does not say whether it took the mail", host=door.host), None, door.account)
        _expect(door, code, said)


def _expect(door: SmtpDoor, code: int, said: bytes) -> None:
    if not 200 <= code <= 299:  # noqa: PLR2004  RFC 5321, 4.2.1
        raise _refusal(door, code, said)


def _refusal(door: SmtpDoor, code: int, said: bytes) -> CmdayError:
    """What a refusal means: 5yz is for good, 4yz for now (RFC 5321, 4.2.1)."""
    words = " ".join(said.decode("utf-8", "replace").split())[:_MOST_WORDS]
    if code == 530:  # noqa: PLR2004  authentication required (RFC 4954, 6)
        return _sign_in(door)
    if code >= _REFUSED:
        message = phrase("{host} will not have it ({status}): {words}", host=door.host, status=code, words=words)
        return Refused(message, None, door.account, status=code)
    message = phrase("{host} cannot take it now ({status}): {words}", host=door.host, status=code, words=words)
    return RateLimited(message, None, door.account, status=code)


@contextmanager
def _open(door: SmtpDoor, credentials: Credentials) -> Iterator[smtplib.SMTP]:
    """A server that knows us; whatever goes wrong within comes out in our words, without what was sent."""
    server: smtplib.SMTP | None = None
    try:
        server = _connect(door)
        _greet(server, door)
        _sign_on(server, credentials)
        yield server
    except (OSError, UnicodeError) as why:
        raise _explained(door, why) from None
    finally:
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                if server.sock:
                    server.sock.settimeout(GOODBYE)
                server.quit()
            server.close()


def _connect(door: SmtpDoor) -> smtplib.SMTP:
    # A name for ourselves that costs no look-up and tells nobody how this machine is called (RFC 5321, 4.1.3).
    if door.tls == "tls":
        return smtplib.SMTP_SSL(
            door.host, door.port, local_hostname="[127.0.0.1]", timeout=door.timeout, context=_context()
        )
    return smtplib.SMTP(door.host, door.port, local_hostname="[127.0.0.1]", timeout=door.timeout)


def _greet(server: smtplib.SMTP, door: SmtpDoor) -> None:
    """EHLO, and STARTTLS where it is wanted; without it nothing of ours is said."""
    server.ehlo_or_helo_if_needed()
    if door.tls in {"none", "tls"}:
        return
    if server.has_extn("starttls"):
        server.starttls(context=_context())
        server.ehlo_or_helo_if_needed()
    elif door.tls == "starttls":
        raise ServerFailed(
            phrase("{host} offers no encryption on port {port}", host=door.host, port=door.port),
            phrase('use its port for TLS, or write smtp_tls = "none" if you accept that everybody can read along'),
            door.account,
        )


def _sign_on(server: smtplib.SMTP, credentials: Credentials) -> None:
    """Say who we are, to a server that asks."""
    if not server.has_extn("auth"):
        return
    name, secret = credentials.username or "", credentials.secret
    if (name + secret).isascii():
        server.login(name, secret)
        return
    whole = base64.b64encode(f"\0{name}\0{secret}".encode()).decode("ascii")
    code, said = server.docmd("AUTH", f"PLAIN {whole}")
    if code != 235:  # noqa: PLR2004  RFC 4954, 6
        raise smtplib.SMTPAuthenticationError(code, said)


def _explained(door: SmtpDoor, why: OSError | UnicodeError) -> CmdayError:
    """What went wrong before the mail left, in our words; every error of smtplib is an OSError."""
    if isinstance(why, smtplib.SMTPResponseException):
        said = why.smtp_error if isinstance(why.smtp_error, bytes) else str(why.smtp_error).encode()
        refused = isinstance(why, smtplib.SMTPAuthenticationError) and why.smtp_code >= _REFUSED
        return _sign_in(door) if refused else _refusal(door, why.smtp_code, said)
    if isinstance(why, TimeoutError) or isinstance(why.__context__, TimeoutError):
        return _late(door)
    if isinstance(why, ssl.SSLCertVerificationError):
        return Untrusted(
            phrase("the certificate of {host} cannot be verified: {why}", host=door.host, why=why.verify_message),
            phrase("SSL_CERT_FILE may name a file with the certificate authority to trust"),
            door.account,
        )
    if isinstance(why, smtplib.SMTPServerDisconnected):
        message = phrase("{host} closed the connection without an answer", host=door.host)
        return Unreachable(message, None, door.account)
    if isinstance(why, smtplib.SMTPException | UnicodeError):
        message = phrase("{host} does not answer as a mail server should", host=door.host)
        return ServerFailed(message, None, door.account)
    reason = why.strerror or type(why).__name__
    return Unreachable(
        phrase("{host} cannot be reached on port {port}: {why}", host=door.host, port=door.port, why=reason),
        phrase("smtp_server and smtp_port in config.toml say where mail goes out: cmday config edit"),
        door.account,
    )


def _late(door: SmtpDoor) -> TimedOut:
    return TimedOut(phrase("{host} did not answer in time", host=door.host), None, door.account)


def _sign_in(door: SmtpDoor) -> SignInNeeded:
    return SignInNeeded(
        phrase("{host} refuses the credentials", host=door.host),
        phrase("cmday login imap --account {account}", account=door.account),
        door.account,
    )


def _context() -> ssl.SSLContext:
    """The system's certificate authorities (or ``SSL_CERT_FILE``); certifi's where the system has none."""
    context = ssl.create_default_context()
    if not context.get_ca_certs() and not ssl.get_default_verify_paths().capath:
        import certifi

        context.load_verify_locations(certifi.where())
    return context
