"""Messages beside the result, on stderr: ``error:``, ``hint:``, and a progress line on slow work."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final, Self, TextIO

from cmday.errors import CmdayError, ConfigErrors
from cmday.i18n import _
from cmday.text.safe_text import safe

_SLOW: Final = 0.4
_OFTEN: Final = 0.1


def error_text(error: CmdayError) -> str:
    """``error: what, where``, an empty line, ``hint: the command to run``; of many mistakes each its own."""
    if isinstance(error, ConfigErrors):
        return "\n".join(error_text(mistake).rstrip("\n") for mistake in error.mistakes) + "\n"
    text = _("error: {message}").format(message=safe(str(error.message))) + "\n"
    if error.hint:
        text += "\n" + _("hint: {hint}").format(hint=safe(str(error.hint))) + "\n"
    return text


class ProgressLine:
    """One line on stderr that tells how far slow work is; nothing where stderr is no terminal, or the work is quick.

    Used in a ``with``: leaving wipes it, whatever happened.
    """

    def __init__(self, *, stream: TextIO | None = None, silent: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._silent = silent or not self._stream.isatty()
        self._began = self._last = time.monotonic()
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()

    def tell(self, done: int, total: int) -> None:
        """Say how many of how many have answered."""
        now = time.monotonic()
        if self._silent or now - self._began < _SLOW or now - self._last < _OFTEN:
            return
        self._last, self._shown = now, True
        text = _("{done} of {total} answered").format(done=done, total=total)
        self._stream.write(f"\r{text}\x1b[K")
        self._stream.flush()

    def wipe(self) -> None:
        """Take the line off the screen."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
