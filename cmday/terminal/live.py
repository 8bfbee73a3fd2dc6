"""A stored view that the fresh one replaces in place, so that one dashboard stays in the scrollback."""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cmday.terminal.ansi import Line
from cmday.terminal.console import Console

if TYPE_CHECKING:
    from rich.live import Live as RichLive


class Live:
    """Shows one screen after the other in the same place; in a pipe only what is shown last.

    Used in a ``with``: leaving gives the terminal back as it was, whatever happened.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stored: RichLive | None = None
        self._size: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._take_away()

    def show_stored(self, lines: Sequence[Line]) -> None:
        """Show what is known already; nothing where the screen cannot be drawn over, or where it does not fit."""
        console = self._console
        if not console.interactive or console.height is None or len(lines) >= console.height:
            return
        from rich.live import Live as RichLive

        from cmday.terminal.rich_drawing import rich_console, rich_text

        rich = rich_console(console)
        # The empty line at the end is where the progress line of stderr comes and goes.
        shown = rich_text([*lines, ()], links=console.links)
        self._size = self._measure()
        self._stored = RichLive(
            shown, console=rich, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._stored.start(refresh=True)
        rich.show_cursor(show=True)

    def show(self, lines: Sequence[Line]) -> None:
        """Show the final screen, in the place of the stored one where that is still where it was."""
        self._take_away()
        self._console.write(lines)

    def _take_away(self) -> None:
        if self._stored:
            # After a change of size nobody knows where the old lines are: they stay.
            self._stored.transient = self._measure() == self._size
            self._stored.stop()
            self._stored = None

    def _measure(self) -> tuple[int, int] | None:
        try:
            found = os.get_terminal_size(self._console.stream.fileno())
        except (OSError, ValueError):
            return None
        return found.columns, found.lines
