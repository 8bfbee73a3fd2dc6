"""One screen at a time, drawn in place on the terminal's other screen, so that the scrollback stays clean."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

import msgspec

from cmday.terminal.ansi import Line, Span, paint
from cmday.terminal.console import NARROWEST, WIDEST, Console
from cmday.terminal.key_codes import Key
from cmday.terminal.keys import Ended, Keyboard
from cmday.text.cells import cut, width

# xterm: the other screen with the cursor kept (1049), marks around what is pasted (2004), the cursor shown (25).
_ENTER: Final = "\x1b[?1049h\x1b[?2004h"
_LEAVE: Final = "\x1b[?2004l\x1b[?25h\x1b[0m\x1b[?1049l"
_LEAST_HEIGHT: Final = 5


class Stage:
    """The terminal as a stage, in a ``with``: leaving gives it back as it was, whatever happened."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._keyboard = Keyboard(sys.stdin.fileno())
        self._measure()

    def __enter__(self) -> Self:
        self._keyboard.__enter__()
        self._write(_ENTER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write(_LEAVE)
        self._keyboard.__exit__(kind, error, trace)
        if kind is not None and issubclass(kind, Ended):
            self._let_go()

    def read(self, timeout: float | None = None) -> Key | None:
        """The next key, or None after ``timeout`` seconds; ``resize`` asks for the screen to be drawn anew."""
        key = self._keyboard.read(timeout)
        if key is None:
            return None
        if key.name == "suspend":
            with self.lent():
                os.kill(os.getpid(), signal.SIGSTOP)
            return self.read(timeout)
        if key.name in ("resize", "redraw"):
            self._measure()
            return Key("resize")
        return key

    def draw(self, lines: Sequence[Line], cursor: tuple[int, int] | None = None) -> None:
        """Show these lines from the top, cut to the window; ``cursor`` is its line and column, hidden without one."""
        height = self.height
        shown = [self._crop(line) for line in lines[:height]]
        text = paint(shown, colours=self.console.colours, links=self.console.links).split("\n")
        rows = [f"\x1b[{at};1H{row}\x1b[K" for at, row in enumerate(text[: len(shown)], 1)]
        at = f"\x1b[{cursor[0] + 1};{cursor[1] + 1}H\x1b[?25h" if cursor else ""
        end = "\x1b[J" if len(shown) < height else ""
        below = f"\x1b[{len(shown) + 1};1H{end}" if end else ""
        self._write(f"\x1b[?25l{''.join(rows)}{below}{at}")

    @contextmanager
    def lent(self) -> Iterator[None]:
        """The terminal for another program (an editor, a browser in text), then ours again."""
        self._write(_LEAVE)
        with self._keyboard.suspended():
            try:
                yield
            finally:
                self._write(_ENTER)

    @property
    def width(self) -> int:
        return self.console.width

    @property
    def height(self) -> int:
        return self._height

    def _measure(self) -> None:
        try:
            found = os.get_terminal_size(self.console.stream.fileno())
            columns, lines = found.columns or self.console.width, found.lines or self.console.height or 24
        except (OSError, ValueError):
            columns, lines = self.console.width, self.console.height or 24
        self._columns, self._height = columns, max(_LEAST_HEIGHT, lines)
        size = max(NARROWEST, min(WIDEST, columns))
        self.console = msgspec.structs.replace(self.console, width=size, height=self._height)

    def _crop(self, line: Line) -> Line:
        kept: list[Span] = []
        room = self._columns
        for span in line:
            piece = cut(span.text, room, "")
            kept.append(Span(piece, span.style, span.link))
            room -= width(piece)
            if room <= 0:
                break
        return tuple(kept)

    def _write(self, text: str) -> None:
        stream = self.console.stream
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            stream.write(text.encode(encoding, "replace").decode(encoding, "replace"))
            stream.flush()
        except OSError:  # the terminal is gone: the keyboard says so next
            self._let_go()

    def _let_go(self) -> None:
        """Send what is still to be written nowhere: nobody reads it any more."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            try:
                os.dup2(nowhere, stream.fileno())
            except (OSError, ValueError):
                continue
        os.close(nowhere)
