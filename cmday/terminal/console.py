"""The terminal as it is: how wide and high, whether it draws colours, links and Unicode, and how lines reach it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, TextIO

import msgspec

from cmday.core.communities import Community
from cmday.terminal.ansi import Colours, Line, paint
from cmday.terminal.block import Block
from cmday.terminal.layout import draw_alone
from cmday.terminal.view import View

NARROWEST: Final = 40
WIDEST: Final = 200
PIPED_WIDTH: Final = 80

Wish = Literal["auto", "always", "never"]


class Console(msgspec.Struct, frozen=True, kw_only=True):
    """One output stream and what it can show. ``height`` is None where nothing bounds it.

    ``quick`` is for a look at what is stored, which is over before Rich would be imported.
    """

    stream: TextIO
    width: int
    height: int | None
    colours: Colours
    plain: bool
    links: bool
    interactive: bool
    quick: bool = False

    def view(
        self,
        now: datetime,
        language: str,
        communities: Mapping[str, Community] | None = None,
        *,
        offline: bool = False,
    ) -> View:
        """What a drawing needs to know to fit this terminal."""
        return View(
            now=now,
            width=self.width,
            height=self.height,
            plain=self.plain,
            language=language,
            offline=offline,
            communities=dict(communities or {}),
        )

    def text_of(self, lines: Iterable[Line]) -> str:
        """The lines as this terminal is to receive them."""
        text = paint(lines, colours=self.colours, links=self.links)
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        return text.encode(encoding, "replace").decode(encoding, "replace")

    def write(self, lines: Iterable[Line]) -> None:
        """Print the lines: by Rich on a terminal, as plain text in a pipe and where a ``quick`` look is all."""
        if self.quick or self.colours == "none":
            self.stream.write(self.text_of(lines))
        else:
            from cmday.terminal.rich_drawing import draw

            draw(lines, self)
        self.stream.flush()

    def show(self, block: Block, view: View) -> None:
        """Print a block that is the whole answer of its command."""
        self.write(draw_alone(block, view))


def open_console(
    *,
    colour: Wish = "auto",
    configured: Wish = "auto",
    plain: bool = False,
    links: bool = True,
    quick: bool = False,
    stream: TextIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> Console:
    """The console of this run.

    ``colour`` is ``--color``; where it is ``auto``, ``NO_COLOR`` and ``FORCE_COLOR`` (no-color.org, force-color.org)
    decide, then ``configured`` (``[display] colour``), then whether a terminal reads. ``TERM=dumb`` and ``plain`` never
    get an escape sequence.
    """
    stream = stream or sys.stdout
    environ = os.environ if environ is None else environ
    interactive = _is_terminal(stream)
    dumb = environ.get("TERM") == "dumb"
    columns, lines = _size(stream, environ) if interactive else (_given_columns(environ), None)
    plain = plain or not _speaks_unicode(stream)
    colours = "none" if dumb or plain else _colours(colour, configured, environ, interactive=interactive)
    return Console(
        stream=stream,
        width=max(NARROWEST, min(WIDEST, columns)),
        height=lines,
        colours=colours,
        plain=plain,
        links=links and interactive and colours != "none" and environ.get("TERM") != "linux",
        interactive=interactive and not dumb,
        quick=quick,
    )


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # closed, or no file at all
        return False


def _size(stream: TextIO, environ: Mapping[str, str]) -> tuple[int, int | None]:
    try:
        found = os.get_terminal_size(stream.fileno())
        columns, lines = found.columns, found.lines
    except (OSError, ValueError):
        columns, lines = 0, 0
    return columns or _given_columns(environ), lines or None


def _given_columns(environ: Mapping[str, str]) -> int:
    given = environ.get("COLUMNS", "")
    return int(given) if given.isascii() and given.isdecimal() and int(given[:6]) > 0 else PIPED_WIDTH


def _speaks_unicode(stream: TextIO) -> bool:
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "").replace("_", "")
    return encoding.startswith("utf")


def _colours(wish: Wish, configured: Wish, environ: Mapping[str, str], *, interactive: bool) -> Colours:
    if wish == "auto":
        if environ.get("NO_COLOR"):
            wish = "never"
        elif environ.get("FORCE_COLOR", "0") not in {"", "0"}:
            wish = "always"
        else:
            wish = configured
    if wish == "never" or (wish == "auto" and not interactive):
        return "none"
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "full"
    return "256" if "256" in environ.get("TERM", "") else "16"
