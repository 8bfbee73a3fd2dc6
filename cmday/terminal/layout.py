"""Rows of cells become lines of exactly the width there is; what does not fit is cut, and said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cmday.i18n import ngettext
from cmday.terminal.ansi import Line, Span
from cmday.terminal.block import Block, Cell, Row
from cmday.terminal.view import View
from cmday.text.cells import cut, fill, width
from cmday.text.safe_text import safe

_LEAST_FLEX: Final = 12
_LEAST_COLUMN: Final = 4
_FAR: Final = 130
_AIR: Final = 8


def lay_out(rows: Sequence[Row], view: View) -> list[Line]:
    """The rows as lines; rows of one group share their columns."""
    texts = [[_text(cell, view) for cell in row.cells] for row in rows]
    members: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        members.setdefault(row.group or f"\0{number}", []).append(number)
    sizes = {
        name: _columns([rows[at] for at in numbers], [texts[at] for at in numbers], view.width)
        for name, numbers in members.items()
    }
    return [_line(row, texts[number], sizes[row.group or f"\0{number}"], view) for number, row in enumerate(rows)]


def _text(cell: Cell, view: View) -> str:
    if cell.raw:
        return cell.text
    return safe(cell.text, min(cell.most or view.width, view.width), ellipsis=view.glyphs.ellipsis)


def _columns(rows: Sequence[Row], texts: Sequence[Sequence[str]], available: int) -> list[int]:
    """The width of each column: its widest text, the flexible ones sharing what is left."""
    count = max((len(row.cells) for row in rows), default=0)
    sizes, gaps = [0] * count, [0] * count
    flexible: set[int] = set()
    for row, row_texts in zip(rows, texts, strict=True):
        for at, (cell, text) in enumerate(zip(row.cells, row_texts, strict=True)):
            sizes[at] = max(sizes[at], width(text))
            gaps[at] = max(gaps[at], cell.gap if at else 0)
            if cell.flex:
                flexible.add(at)
    room = available - max((row.indent for row in rows), default=0)
    room -= sum(gap for at, gap in enumerate(gaps) if sizes[at] or at in flexible)
    fixed = [at for at in range(count) if at not in flexible]
    _narrow(sizes, fixed, room - sum(min(sizes[at], _LEAST_FLEX) for at in flexible))
    left = max(0, room - sum(sizes[at] for at in fixed))
    if available > _FAR and len(flexible) == 1:
        left = min(left, max(_FAR // 2, *(sizes[at] + _AIR for at in flexible)))  # the eye finds the right end again
    for turn, at in enumerate(sorted(flexible)):
        sizes[at] = left // (len(flexible) - turn)
        left -= sizes[at]
    return sizes


def _narrow(sizes: list[int], columns: Sequence[int], room: int) -> None:
    """Take cells from the widest of these columns until they fit."""
    while sum(sizes[at] for at in columns) > room:
        widest = max((at for at in columns if sizes[at] > _LEAST_COLUMN), key=lambda at: sizes[at], default=None)
        if widest is None:
            break
        sizes[widest] -= 1


def _line(row: Row, texts: Sequence[str], sizes: Sequence[int], view: View) -> Line:
    spans: list[Span] = [Span(" " * row.indent)] if row.indent and row.cells else []
    used = row.indent
    last = len(row.cells) - 1
    for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        if not sizes[at] and not text:
            continue
        if at and (gap := min(cell.gap, view.width - used)):
            spans.append(Span(" " * gap))
            used += gap
        room = min(_own_room(row, texts, sizes, at), max(0, view.width - used))
        kept = cut(text, room, view.glyphs.ellipsis)
        padded = fill(kept, room, right=cell.right) if at != last or cell.right else kept
        lead = len(padded) - len(padded.lstrip(" ")) if not cell.raw else 0
        if lead:
            spans.append(Span(padded[:lead]))
        body = padded[lead:].rstrip(" ") if not cell.raw else padded
        spans.append(Span(body, cell.style, cell.link))
        spans.append(Span(padded[lead + len(body) :]))
        used += width(padded)
    return tuple(span for span in spans if span.text)


def _own_room(row: Row, texts: Sequence[str], sizes: Sequence[int], at: int) -> int:
    """The width of this cell in this row; a flexible one takes what the right end of its own row leaves free."""
    after = at + 1
    if row.cells[at].flex and after == len(row.cells) - 1 and row.cells[after].right:
        return sizes[at] + sizes[after] - width(texts[after])
    if row.cells[at].right and at and at == len(row.cells) - 1 and row.cells[at - 1].flex:
        return width(texts[at])
    return sizes[at]


def choose_rows(block: Block, height: int | None) -> tuple[list[Row], int]:
    """The rows that fit into ``height`` lines with the line that counts the rest, and how many items are not shown."""
    rows = list(block.rows)
    hidden = block.more.hidden if block.more else 0
    if height is None:
        return rows, hidden
    while rows and len(rows) + (1 if hidden and block.more else 0) > height:
        lowest = min(row.keep for row in rows)
        at = max(number for number, row in enumerate(rows) if row.keep == lowest)
        while at and rows[at].follows:
            at -= 1
        end = at + 1
        while end < len(rows) and rows[end].follows:
            end += 1
        hidden += sum(row.item for row in rows[at:end])
        del rows[at:end]
    return rows, hidden


def body_lines(block: Block, view: View, height: int | None) -> list[Line]:
    """The lines of a block below its title, within ``height``."""
    rows, hidden = choose_rows(block, height)
    lines = lay_out(rows, view)
    if hidden and block.more and (height is None or len(lines) < height):
        text = ngettext("and {n} more: {command}", "and {n} more: {command}", hidden)
        said = cut(text.format(n=hidden, command=block.more.command), view.width - 5, view.glyphs.ellipsis)
        last = max((at for at, row in enumerate(rows, 1) if row.item), default=len(rows))
        while last < len(rows) and rows[last].follows:
            last += 1
        lines.insert(last, (Span("     "), Span(said, "dim")))
    return lines


def ends(left: Iterable[Span], right: Iterable[Span], view: View, *, rule: bool = False) -> Line:
    """A line with something at either end, filled with a rule or with spaces; the left end is cut first."""
    first, last = tuple(left), tuple(right)
    room = view.width - sum(width(span.text) for span in last)
    kept: list[Span] = []
    used = 0
    for span in first:
        piece = cut(span.text, max(0, room - used - (1 if last else 0)), view.glyphs.ellipsis)
        used += width(piece)
        kept.append(Span(piece, span.style, span.link))
    filling = room - used
    if rule and filling >= 3:  # noqa: PLR2004  a space, a stroke, a space
        return (
            *kept,
            Span(" "),
            Span(view.glyphs.rule * (filling - (2 if last else 1)), "dim"),
            Span(" " if last else ""),
            *last,
        )
    return (*kept, Span(" " * filling), *last) if last else tuple(kept)


def ruled_title(block: Block, view: View, number: int | None) -> Line:
    """``2 NOTIFICATIONS ──────── 5 want an answer``, the summary at the right end."""
    title = f"{number} {block.title}" if number else block.title
    room = view.width - width(title) - 5
    summary = safe(block.summary)
    if width(summary) > room:
        summary = safe(block.brief) or summary
    left = [Span(title, "bold")]
    if block.done:
        left.append(Span(f" {view.glyphs.done}", "green"))
        room -= 2
    return ends(left, [Span(cut(summary, max(0, room), view.glyphs.ellipsis))] if summary else [], view, rule=True)


def draw_alone(block: Block, view: View) -> list[Line]:
    """A block that is the whole answer of its command: a heading, an empty line, all its rows."""
    head = view.join(block.command or block.title, safe(block.subtitle))
    if width(head) + width(block.summary) + 2 > view.width and block.brief:
        summary = safe(block.brief)
    else:
        summary = safe(block.summary)
    right = [Span(cut(summary, max(10, view.width - 12), view.glyphs.ellipsis))] if summary else []
    lines: list[Line] = [ends([Span(head, "bold")], right, view)]
    body = body_lines(block, view, None)
    return [*lines, (), *body] if body else lines
