"""Where secrets are had: a command, the keyring, an environment variable, a private file, or cmday's own token file.

A secret's value never stands in an error or a ``repr``; every value that was handed out is struck from tracebacks by
``redact``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import msgspec

from cmday.config.paths import Home, write_private
from cmday.core.accounts import Account, Credentials, SecretSource
from cmday.core.events import Calendar
from cmday.errors import ConfigError, SignInNeeded, TimedOut
from cmday.i18n import phrase
from cmday.text.safe_text import hide_logins

# Networks that are sources of news only: their secret is named in [source.NAME], and no sign-in stores it.
SOURCE_KINDS: Final = ("miniflux", "x")
# What cmday watch tells by: its secret is named in [watch].
NTFY: Final = "ntfy"
COMMAND_SECONDS: Final = 30.0
STRUCK: Final = "***"
_OTHERS: Final = 0o077
_SHORTEST_TO_STRIKE: Final = 4
_QUERY: Final = re.compile(r"(?i)((?:access_token|token|secret|password|passwd|api_key|key|code)=)[^&\s'\"]+")
_HEADER: Final = re.compile(r"(?i)(\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}")

_NO_NAME: Final = re.compile(r"[^\w.@-]")

_handed_out: set[str] = set()


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What ``tokens/NAME.json`` holds, written by ``cmday login``; ``scopes`` is what the client was registered for."""

    secret: str
    username: str | None = None
    refresh: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    expires: float | None = None
    scopes: str | None = None

    def __repr__(self) -> str:
        return f"Token(username={self.username!r}, secret=…)"

    __str__ = __repr__


def find_secret(owner: Account | Calendar, home: Home) -> Credentials:
    """The credentials of an account or calendar, from where its table says, else from its token file.

    May block (a command, a keyring), so it belongs in a ``Call``. Raises ``SignInNeeded`` where there is none, and
    ``ConfigError`` where the place itself is wrong (a file that others may read, a command that fails).
    """
    source = owner.secret
    if source is None or source.kind == "token":
        token = read_token(owner.name, home)
        if token is None or not token.secret:
            raise _missing(owner)
        return Credentials(owner.username or token.username, remember(token.secret))
    value = {"command": _from_command, "keyring": _from_keyring, "env": _from_env, "file": _from_file}[source.kind](
        owner, source
    )
    if not value:
        raise _missing(owner)
    return Credentials(owner.username, remember(value))


def remember(value: str) -> str:
    """Note a secret, so that ``redact`` strikes it; returns it."""
    if len(value) >= _SHORTEST_TO_STRIKE:
        _handed_out.add(value)
    return value


def redact(text: str) -> str:
    """The text without any secret that was handed out, and without what looks like one in an address or header."""
    for value in sorted(_handed_out, key=len, reverse=True):
        text = text.replace(value, STRUCK)
    text = _QUERY.sub(rf"\1{STRUCK}", hide_logins(text))
    return _HEADER.sub(rf"\1{STRUCK}", text)


def token_file(name: str, home: Home) -> Path:
    """The file of an account's token; a name cannot lead out of the folder."""
    return home.tokens / f"{_NO_NAME.sub('_', name).lstrip('.')}.json"


def read_token(name: str, home: Home) -> Token | None:
    """The token that ``cmday login`` stored, None where there is none; raises ``ConfigError`` for an open file."""
    file = token_file(name, home)
    try:
        return _remembered(msgspec.json.decode(read_private(file, name), type=Token))
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SignInNeeded(
            phrase("the stored token of {name} cannot be read", name=name),
            phrase("cmday login {name}", name=name),
            name,
        ) from None


def store_token(name: str, token: Token, home: Home) -> Path:
    """Write an account's token to its private file."""
    _remembered(token)
    file = token_file(name, home)
    write_private(file, msgspec.json.encode(token).decode() + "\n")
    return file


def _remembered(token: Token) -> Token:
    for value in (token.secret, token.refresh, token.client_secret):
        remember(value or "")
    return token


def _missing(owner: Account | Calendar) -> SignInNeeded:
    if isinstance(owner, Calendar):
        return SignInNeeded(
            phrase("calendar {name} has no secret", name=owner.name), phrase("cmday config edit"), owner.name
        )
    if owner.network == NTFY:
        return SignInNeeded(phrase("[watch] has no secret for ntfy"), phrase("cmday config edit"), owner.name)
    if owner.network in SOURCE_KINDS:
        return SignInNeeded(
            phrase("[source.{name}] has no secret", name=owner.name), phrase("cmday config edit"), owner.name
        )
    return SignInNeeded(
        phrase("{name} is not signed in", name=owner.name),
        phrase("cmday login {name}", name=owner.name),
        owner.name,
    )


def _from_command(owner: Account | Calendar, source: SecretSource) -> str:
    """The first line that the command prints; run without a shell and without our stdin."""
    import subprocess

    program = source.value[0]
    argv = [str(Path(program).expanduser()), *source.value[1:]]
    try:
        done = subprocess.run(  # noqa: S603  the person's own command, as argv
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise TimedOut(
            phrase('the secret command "{program}" gave no answer', program=program),
            phrase("run it by hand: it may be waiting for a password"),
            owner.name,
        ) from None
    except OSError as why:
        raise ConfigError(
            phrase('the secret command "{program}" cannot be run: {why}', program=program, why=why.strerror or ""),
            phrase("cmday config edit"),
            owner.name,
        ) from None
    if done.returncode:
        raise ConfigError(
            phrase('the secret command "{program}" failed with code {code}', program=program, code=done.returncode),
            phrase("run it by hand to see why"),
            owner.name,
        )
    return done.stdout.decode("utf-8", "replace").split("\n", 1)[0].rstrip("\r")


def _from_keyring(owner: Account | Calendar, source: SecretSource) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise ConfigError(
            phrase("{name} keeps its secret in the keyring, and the keyring library is not installed", name=owner.name),
            phrase('python3 -m pip install "cmday[keyring]"'),
            owner.name,
        ) from None
    try:
        return keyring.get_password(*source.value) or ""
    except KeyringError as why:
        raise ConfigError(
            phrase("the keyring does not open: {why}", why=type(why).__name__),
            phrase("unlock it, or name another place for the secret: cmday config edit"),
            owner.name,
        ) from None


def _from_env(owner: Account | Calendar, source: SecretSource) -> str:
    value = os.environ.get(source.value[0], "")
    if not value:
        raise SignInNeeded(
            phrase("the variable {variable} is not set", variable=source.value[0]),
            phrase("set it in the environment that cmday starts in"),
            owner.name,
        )
    return value


def _from_file(owner: Account | Calendar, source: SecretSource) -> str:
    return read_secret_file(Path(source.value[0]).expanduser(), owner.name)


def read_secret_file(file: Path, name: str) -> str:
    """The first line of a file that nobody else may read; raises ``SignInNeeded`` where it is missing."""
    try:
        return read_private(file, name).split("\n", 1)[0].rstrip("\r")
    except FileNotFoundError:
        raise SignInNeeded(
            phrase("the secret file {file} is missing", file=str(file)), phrase("cmday config edit"), name
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(
            phrase("{where} is not UTF-8", where=str(file)),
            phrase("it must be a text file in UTF-8 that you may read"),
            name,
        ) from None


def read_private(file: Path, name: str) -> str:
    """The text of a file that nobody else may read; the mode is checked on the opened file."""
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_mode & _OTHERS:
                raise ConfigError(
                    phrase("{file} can be read by others", file=str(file)),
                    phrase("chmod 600 {file}", file=str(file)),
                    name,
                )
            return opened.read(1 << 20).decode("utf-8")
    except FileNotFoundError:
        raise
    except OSError as why:
        raise ConfigError(
            phrase("{file} cannot be read: {why}", file=str(file), why=why.strerror or ""),
            phrase("it must be a text file in UTF-8 that you may read"),
            name,
        ) from None
