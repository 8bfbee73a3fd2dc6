"""Styled text and how it becomes bytes for a terminal.

A line is a tuple of spans; a style is words apart by spaces: ``bold``, ``dim``, ``italic``, ``underline``,
``reverse``, and one colour (``red``, ``bright_blue``, ``208``, ``#5fafd7``). What a style does not say stays as the
terminal has it, so that the screen is right on light and on dark.

``paint`` serves pipes and the looks at what is stored, which have about 100 ms of CPU for everything: Rich alone would
take half of that. All other drawing on a terminal is Rich's (``rich_drawing``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal

import msgspec

from cmday.text.safe_text import strip_controls

Colours = Literal["none", "16", "256", "full"]

NAMES: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_ATTRIBUTES: Final = {"bold": "1", "dim": "2", "italic": "3", "underline": "4", "reverse": "7"}
_HEX: Final = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)
_MOST_URL: Final = 2000


class Span(msgspec.Struct, frozen=True):
    """A piece of text in one style; ``link`` is an http(s) address it leads to."""

    text: str
    style: str = ""
    link: str | None = None


Line = tuple[Span, ...]


def paint(lines: Iterable[Line], *, colours: Colours = "none", links: bool = False) -> str:
    """The lines as text for a terminal, each ended by a line feed."""
    return "".join(
        "".join(_paint_span(span, colours, links=links) for span in line).rstrip(" ") + "\n" for line in lines
    )


def _paint_span(span: Span, colours: Colours, *, links: bool) -> str:
    text = strip_controls(span.text)
    if colours != "none" and span.style and text.strip():
        codes = _codes(span.style, colours)
        if codes:
            text = f"\x1b[{codes}m{text}\x1b[0m"
    if links and span.link and may_link(span.link):
        text = f"\x1b]8;;{span.link}\x1b\\{text}\x1b]8;;\x1b\\"
    return text


def may_link(url: str) -> bool:
    """Only whole http(s) addresses in printable ASCII become links."""
    return (
        url.startswith(("http://", "https://"))
        and url.isascii()
        and url.isprintable()
        and " " not in url
        and len(url) <= _MOST_URL
    )


@lru_cache(maxsize=256)
def _codes(style: str, colours: Colours) -> str:
    codes = [_ATTRIBUTES.get(word) or _colour_code(word, colours) for word in style.split()]
    return ";".join(code for code in codes if code)


def _colour_code(word: str, colours: Colours) -> str:
    bright, _, name = word.rpartition("bright_")
    if name in NAMES and bright == "":
        return str((90 if word.startswith("bright_") else 30) + NAMES.index(name))
    if word.isdecimal() and word.isascii() and int(word) < 256:  # noqa: PLR2004  the 256 colours of xterm
        return f"38;5;{int(word)}" if colours in {"256", "full"} else ""
    match = _HEX.fullmatch(word)
    if not match or colours == "16":
        return ""
    red, green, blue = (int(part, 16) for part in match.groups())
    if colours == "full":
        return f"38;2;{red};{green};{blue}"
    return f"38;5;{16 + 36 * round(red / 51) + 6 * round(green / 51) + round(blue / 51)}"
