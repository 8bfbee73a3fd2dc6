"""A stored view that the fresh one replaces in place, so that one dashboard stays in the scrollback."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from cmday.terminal.ansi import Line
from cmday.terminal.console import Console

# Terminals that do not know synchronised updates (DEC mode 2026) pass over them.
_HOLD: Final = "\x1b[?2026h"
_LET_GO: Final = "\x1b[?2026l"


class Live:
    """Shows one screen after the other in the same place; in a pipe only what is shown last."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._on_screen = 0
        self._size: tuple[int, int] | None = None

    def show_stored(self, lines: Sequence[Line]) -> None:
        """Show what is known already; nothing where the screen cannot be drawn over, or where it does not fit."""
        console = self._console
        if not console.interactive or console.height is None or len(lines) >= console.height:
            return
        self._size = self._measure()
        console.write(lines)
        self._on_screen = len(lines)

    def show(self, lines: Sequence[Line]) -> None:
        """Show the final screen, in the place of the stored one where that is still where it was."""
        console = self._console
        if not self._on_screen or self._measure() != self._size:
            console.write(lines)
            return
        text = console.text_of(lines).replace("\n", "\x1b[K\n")
        console.stream.write(f"{_HOLD}\r\x1b[{self._on_screen}A{text}\x1b[J{_LET_GO}")
        console.stream.flush()
        self._on_screen = 0

    def _measure(self) -> tuple[int, int] | None:
        try:
            found = os.get_terminal_size(self._console.stream.fileno())
        except (OSError, ValueError):
            return None
        return found.columns, found.lines
