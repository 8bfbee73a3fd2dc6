"""All that can go wrong, each with what to do next and its exit code.

``kind`` is a stable word for JSON and for the database. Messages and hints are phrases: English in JSON, in the chosen
language on the screen.
"""

from __future__ import annotations

from typing import ClassVar, Final

from cmday.i18n import Phrase, phrase

DONE: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
IN_PART: Final = 3
SIGN_IN: Final = 4
INTERRUPTED: Final = 130


class CmdayError(Exception):
    """Something a person can understand and act upon.

    ``subject`` names the account, feed, calendar or file concerned, where there is one.
    """

    kind: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = FAILED

    def __init__(self, message: Phrase, hint: Phrase | None = None, subject: str | None = None) -> None:
        super().__init__(message.english)
        self.message = message
        self.hint = hint
        self.subject = subject


class WrongUse(CmdayError):
    """A command line that cannot be understood or carried out as written."""

    kind = "usage"
    exit_code = WRONG_USE


class NotFound(CmdayError):
    """A handle, id or name that stands for nothing."""

    kind = "not-found"
    exit_code = WRONG_USE


class ConfigError(CmdayError):
    """One mistake in a configuration file, with the place of it."""

    kind = "config"
    exit_code = WRONG_USE


class ConfigErrors(CmdayError):
    """All mistakes of a configuration file at once; ``mend`` says what to do where it is not cmday's own."""

    kind = "config"
    exit_code = WRONG_USE

    def __init__(self, mistakes: list[ConfigError], mend: Phrase | None = None) -> None:
        super().__init__(mistakes[0].message, mistakes[0].hint, mistakes[0].subject)
        self.mistakes = mistakes
        self.mend = mend


class SignInNeeded(CmdayError):
    """An account whose credentials are missing, refused or expired for good."""

    kind = "sign-in"
    exit_code = SIGN_IN


class StorageError(CmdayError):
    """The database cannot be opened, is newer than this program, damaged, or the disk is full."""

    kind = "storage"


class Busy(CmdayError):
    """Another cmday holds the lease for the same work."""

    kind = "busy"


class NetworkError(CmdayError):
    """What can go wrong between here and a server; ``retry_after`` (seconds), ``status`` where the server said so.

    ``max_age`` is for how many seconds its answer holds, where it said that.
    """

    kind = "network"

    def __init__(
        self,
        message: Phrase,
        hint: Phrase | None = None,
        subject: str | None = None,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message, hint, subject)
        self.retry_after = retry_after
        self.status = status
        self.max_age: int | None = None


class Unreachable(NetworkError):
    """No connection: unknown name, refused, reset, cut."""

    kind = "unreachable"


class TimedOut(NetworkError):
    """No complete answer before the deadline."""

    kind = "timeout"


class NoNetwork(NetworkError):
    """Unrelated hosts fail alike: it is us, not them. Counts against no feed or account."""

    kind = "no-network"


class CaptivePortal(NetworkError):
    """Unrelated hosts answer with the same page. Counts against no feed or account."""

    kind = "captive-portal"


class Untrusted(NetworkError):
    """The server's certificate could not be verified, or a redirect went where it must not."""

    kind = "untrusted"


class TooMuch(NetworkError):
    """An answer over the bounds: bytes, redirects, nesting."""

    kind = "too-much"


class RateLimited(NetworkError):
    """The server asked for patience (429, or 503 with Retry-After)."""

    kind = "rate-limit"


class ServerFailed(NetworkError):
    """The server answered with an error of its own (5xx) or refused (403, 404)."""

    kind = "server"


class Gone(NetworkError):
    """The server says that it is gone for good (410)."""

    kind = "gone"


class Garbled(NetworkError):
    """An answer that does not hold what it should."""

    kind = "garbled"


class Refused(NetworkError):
    """The server will not have it as it is (422): trying again unchanged brings nothing."""

    kind = "refused"


class Uncertain(NetworkError):
    """What was to be sent may have arrived: the connection went after it was written, or the answer says nothing."""

    kind = "uncertain"


class Waiting(CmdayError):
    """Not asked this time: its turn has not come yet (spacing, Retry-After, next check)."""

    kind = "waiting"


class Missed(CmdayError):
    """A sweep that worked, and that may have missed something all the same."""

    kind = "gap"


class Flaw(CmdayError):
    """A bug of ours, or of a connector, that spoilt one answer; its cause goes to the log."""

    kind = "bug"


def internal(log_path: str) -> CmdayError:
    """A bug, as a person sees it: one line and the path of the log."""
    return CmdayError(
        phrase("this is a bug in cmday; details are in {path}", path=log_path),
        phrase("run the command again with --debug to see where"),
    )
