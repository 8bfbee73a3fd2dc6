"""What a search found on the screen, the words in brackets: they are seen without colour, and in a pipe."""

from __future__ import annotations

import shlex
from typing import Final

from cmday.i18n import _, ngettext
from cmday.steps.news.searching import MOST_MATCHES, FoundRow, SearchData
from cmday.terminal.block import Block, Cell, More, Row, community, handle, note
from cmday.terminal.view import View

_INDENT: Final = 5
_NARROW: Final = 70


def draw(data: SearchData, view: View) -> Block:
    """Each entry on a line, and below it the piece of its text in which the words stand."""
    rows = [row for entry in data.entries for row in _entry(entry, view)]
    if not rows:
        rows.append(note(_("Nothing was found."), indent=2))
    if data.waiting:
        text = ngettext("{n} entry is not in the index yet", "{n} entries are not in the index yet", data.waiting)
        rows.append(note(text.format(n=view.number(data.waiting)), indent=2))
    hidden = data.found - len(data.entries)
    return Block(
        title=_("SEARCH"),
        command="cmday feeds search",
        subtitle=" ".join(data.words),
        summary=_("{n} found").format(n=view.number(data.found) + "+" * (data.found == MOST_MATCHES)),
        rows=tuple(rows),
        more=More(command=f"cmday feeds search {shlex.join(data.words)} --all", hidden=hidden) if hidden > 0 else None,
    )


def _entry(entry: FoundRow, view: View) -> list[Row]:
    cells = [handle(entry.handle), Cell(text=view.near_day(entry.published), most=12)]
    if view.width >= _NARROW:
        cells += [
            community("+".join(entry.communities[:1]), view),
            Cell(text=entry.feed_title, most=22, style="dim"),
        ]
    cells.append(Cell(text=entry.marked_title, flex=True, link=entry.url))
    rows = [Row(cells=tuple(cells), group="found", item=True)]
    if entry.excerpt:
        rows.append(
            Row(cells=(Cell(text=entry.excerpt, flex=True, style="dim"),), follows=True, indent=_INDENT, keep=3)
        )
    return rows
