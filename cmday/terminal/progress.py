"""The progress line of slow work, on stderr."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final, Self, TextIO

from cmday.i18n import _

_SLOW: Final = 0.4
_OFTEN: Final = 0.1


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
