"""What a step or a command draws: a block of rows, each a row of cells.

    Block(title=_("NOTIFICATIONS"), command="cmday inbox", summary=..., rows=(
        Row(group="items", item=True, cells=(handle("i1"), community("sss", view), Cell(text=item.author, most=16),
                                             Cell(text=item.text, flex=True), Cell(text=limit, right=True))),
        note(_("33 likes")),
    ), more=More(command="cmday inbox"))

Rows of one ``group`` share their columns. Texts from outside need no care here: every cell is made safe when it is laid
out.
"""

from __future__ import annotations

from typing import Final

import msgspec

from cmday.terminal.ansi import Line, Span
from cmday.terminal.view import View
from cmday.text.cells import width, wrap
from cmday.text.safe_text import safe

_BEFORE_COMMAND: Final = 4


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell. ``most`` bounds its column, ``flex`` takes the room that is left, ``right`` aligns the column right.

    ``gap`` is the room before it. ``raw`` keeps its spaces as they are: only for what cmday draws itself.
    """

    text: str
    style: str = ""
    link: str | None = None
    most: int | None = None
    flex: bool = False
    right: bool = False
    raw: bool = False
    gap: int = 2


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row. ``item`` rows are counted when they are cut; of two rows the one with the higher ``keep`` stays longer.

    ``group`` names the rows whose columns line up; rows without a group stand alone. ``follows`` rows belong to the
    item above and go with it.
    """

    cells: tuple[Cell, ...]
    group: str = ""
    keep: int = 5
    item: bool = False
    follows: bool = False
    indent: int = 2


class More(msgspec.Struct, frozen=True, kw_only=True):
    """Which command shows what was cut; ``hidden`` counts what was never among the rows."""

    command: str
    hidden: int = 0


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn under one title. ``summary`` stands at the right end of the title line.

    ``brief`` replaces a summary that does not fit. ``command`` and ``subtitle`` head the block when it is drawn alone.
    ``done`` folds the block to its title line with a tick in the dashboard; ``weight`` is its part of a scarce height.
    """

    title: str
    rows: tuple[Row, ...] = ()
    summary: str = ""
    brief: str = ""
    command: str = ""
    subtitle: str = ""
    more: More | None = None
    done: bool = False
    weight: int = 3


def handle(text: str) -> Cell:
    """The cell of a handle: bold, as it is what one types."""
    return Cell(text=text, style="bold")


def community(short: str | None, view: View, *, everyone: str = "") -> Cell:
    """The cell of a community, in its colour; ``everyone`` is shown for none."""
    return Cell(text=short or everyone, style=view.colour(short), most=6, gap=1)


def note(text: str, *, keep: int = 4, style: str = "", indent: int = 5, link: str | None = None) -> Row:
    """A row of one text, aligned with what stands behind the handles."""
    return Row(cells=(Cell(text=text, style=style, flex=True, link=link),), keep=keep, indent=indent)


def sentence(text: str, view: View, *, keep: int = 4, indent: int = 2) -> list[Row]:
    """A text to be read whole: it goes on in further rows, which stay with the first, where a note would be cut."""
    first, *rest = wrap(safe(text), view.width - indent) or [""]
    return [note(first, keep=keep, indent=indent), *(_more(line, keep, indent) for line in rest)]


def _more(line: str, keep: int, indent: int) -> Row:
    return Row(cells=(Cell(text=line),), keep=keep, follows=True, indent=indent)


def command_row(command: str, text: str, view: View, *, keep: int = 8) -> Row:
    """``→ cmday init    what it is for``; where there is no room for all of it, the command alone."""
    if _BEFORE_COMMAND + width(command) + 2 + width(text) > view.width:
        text = ""
    return Row(
        cells=(
            Cell(text=view.glyphs.arrow, style="dim"),
            Cell(text=command, style="bold", gap=1),
            Cell(text=text, flex=True),
        ),
        group="commands",
        keep=keep,
    )


def space() -> Row:
    """An empty row, the first to go where room is short."""
    return Row(cells=(), keep=0)


def drawn(*spans: Span, keep: int = 5, indent: int = 0) -> Row:
    """A row of spans that cmday laid out itself, to the cell."""
    return Row(
        cells=tuple(Cell(text=span.text, style=span.style, link=span.link, raw=True, gap=0) for span in spans),
        keep=keep,
        indent=indent,
    )


__all__ = [
    "Block",
    "Cell",
    "Line",
    "More",
    "Row",
    "Span",
    "command_row",
    "community",
    "drawn",
    "handle",
    "note",
    "sentence",
    "space",
]
