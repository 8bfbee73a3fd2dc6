"""Lines on the screen by Rich: its colours, its links, and its live display.

What a line says is laid out to the cell before it comes here; Rich turns the spans into what this terminal can show.
Loaded only by what draws on a terminal after asking a network: its import costs more than the whole glance.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from rich.console import Console as RichConsole
from rich.style import Style
from rich.text import Text

from cmday.terminal.ansi import Line, Span, may_link
from cmday.terminal.console import Console
from cmday.text.safe_text import strip_controls

_SYSTEMS: Final[dict[str, Literal["standard", "256", "truecolor"] | None]] = {
    "none": None,
    "16": "standard",
    "256": "256",
    "full": "truecolor",
}


def rich_console(console: Console) -> RichConsole:
    """Rich's console for the same stream, told what we know of it already."""
    return RichConsole(
        file=console.stream,
        width=console.width,
        height=console.height,
        color_system=_SYSTEMS[console.colours],
        no_color=console.colours == "none",
        force_terminal=console.interactive,
        force_interactive=console.interactive,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


def rich_text(lines: Iterable[Line], *, links: bool) -> Text:
    """The lines as one text of Rich's, without a line feed at its end."""
    text = Text(no_wrap=True, overflow="ignore", end="")
    for at, line in enumerate(lines):
        if at:
            text.append("\n")
        for span in _without_trailing_space(line):
            text.append(strip_controls(span.text), _style(span, links=links))
    return text


def draw(lines: Iterable[Line], console: Console) -> None:
    """Print the lines, each ended by a line feed."""
    shown = rich_text(lines, links=console.links)
    rich_console(console).print(shown, end="\n", no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)


def _without_trailing_space(line: Line) -> list[Span]:
    spans = list(line)
    while spans and not spans[-1].text.rstrip(" "):
        spans.pop()
    if spans:
        last = spans[-1]
        spans[-1] = Span(last.text.rstrip(" "), last.style, last.link)
    return spans


def _style(span: Span, *, links: bool) -> Style:
    words = " ".join(f"color({word})" if word.isdecimal() else word for word in span.style.split())
    style = Style.parse(words) if words else Style.null()
    if links and span.link and may_link(span.link):
        style += Style(link=span.link)
    return style
