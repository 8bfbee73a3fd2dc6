"""How wide what was drawn is."""

from __future__ import annotations

from cmday.terminal.ansi import Line
from cmday.text.cells import width


def line_width(line: Line) -> int:
    """The cells that a line takes."""
    return sum(width(span.text) for span in line)
