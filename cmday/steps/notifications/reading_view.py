"""One notification whole on the screen, with its thread."""

from __future__ import annotations

from typing import Final

from cmday.i18n import _, ngettext
from cmday.steps.notifications.actions import Reading, ReadingData
from cmday.steps.notifications.report import ItemRow
from cmday.steps.notifications.view import kind_word
from cmday.terminal.block import Block, Cell, Row, community, handle, note, space
from cmday.terminal.view import View
from cmday.text.cells import wrap
from cmday.text.safe_text import safe

_INDENT: Final = 5
_MOST_LINES: Final = 400


def draw(data: ReadingData, view: View) -> Block:
    """The items one below the other; in a thread the item itself is marked."""
    rows: list[Row] = []
    for reading in data.items:
        if rows:
            rows.append(space())
        rows += _reading(reading, view)
    return Block(title=_("NOTIFICATIONS"), command="cmday inbox read", rows=tuple(rows))


def _reading(reading: Reading, view: View) -> list[Row]:
    item = reading.item
    limit = _("before {time}").format(time=view.when(item.answer_by)) if item.answer_by else ""
    count = ngettext("{n} time", "{n} times", item.count).format(n=item.count) if item.count > 1 else ""
    head = view.join(kind_word(item), _who(item), view.when(item.at), count, limit)
    begin = (handle(item.handle), community(item.community, view))
    first, *rest = wrap(safe(head), view.width - _INDENT - len(item.handle) - len(item.community or "")) or [""]
    rows = [Row(cells=(*begin, Cell(text=first, flex=True)))]
    rows += [note(line) for line in rest]
    if item.url:
        rows.append(note(item.url, link=item.url, style="dim"))
    alone = len(reading.thread) == 1
    for one in reading.thread:
        if not alone:
            mark = f"{view.glyphs.arrow} " if one.id == item.id else ""
            rows.append(note(f"{mark}{one.handle} {view.join(_who(one), view.when(one.at))}", style="bold"))
        rows += _text(item.text if alone else one.text, view)
    return rows


def _who(item: ItemRow) -> str:
    if item.author and item.author_handle and item.author != item.author_handle:
        return f"{item.author} ({item.author_handle})"
    return item.author or item.author_handle


def _text(text: str, view: View) -> list[Row]:
    """The text in full, wrapped; a line of it is made safe before it is measured."""
    lines = [part for line in text.splitlines() for part in wrap(safe(line), view.width - _INDENT - 2)]
    return [note(line, indent=_INDENT + 2) for line in lines[:_MOST_LINES]]
