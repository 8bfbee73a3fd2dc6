"""One notification whole on the screen, with its thread."""

from __future__ import annotations

from typing import Final

from cmday.i18n import _, ngettext
from cmday.steps.notifications.reading import Reading, ReadingData, Said
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
    rows += [note(line, style="bold") for line in _remarks(reading, view)]
    if reading.was is not None:
        rows += _text(_("edited: was {text}").format(text=view.quote(reading.was)), view)
    if len(reading.posts) < 2:  # noqa: PLR2004  the item alone
        return [*rows, *_text(item.text, view)]
    for one in reading.posts:
        mark = f"{view.glyphs.arrow} " if one.handle == item.handle else ""
        rows.append(note(f"{mark}{view.join(_speaker(one), view.when(one.at), _standing(one))}", style="bold"))
        rows += _text(one.text, view)
    return rows


def _remarks(reading: Reading, view: View) -> list[str]:
    """What became of it meanwhile, and one's own words on it."""
    said = []
    if reading.gone:
        said.append(_("deleted, found gone {time}").format(time=view.when(reading.gone)))
    if reading.answered_at and reading.item.state == "done":
        who = reading.answered_by or reading.item.account
        said.append(_("answered {time} by {who}").format(time=view.when(reading.answered_at), who=who))
    if reading.labels:
        said.append(" ".join(f"#{label}" for label in reading.labels))
    said += [_("note {time}: {text}").format(time=view.when(one.at), text=one.text) for one in reading.notes]
    return said


def _speaker(one: Said) -> str:
    """``i3 dj_nox (@dj_nox@nuits.example)``; one's own account is ``you``, and who wrote it where that is known."""
    name = one.author or one.author_handle
    if one.mine:
        return _("you ({name})").format(name=one.by) if one.by else _("you")
    both = f"{name} ({one.author_handle})" if one.author_handle and name != one.author_handle else name
    return f"{one.handle} {both}" if one.handle else both


def _standing(one: Said) -> str | None:
    return _("not sent yet") if one.waiting else None


def _who(item: ItemRow) -> str:
    if item.author and item.author_handle and item.author != item.author_handle:
        return f"{item.author} ({item.author_handle})"
    return item.author or item.author_handle


def _text(text: str, view: View) -> list[Row]:
    """The text in full, wrapped; a line of it is made safe before it is measured."""
    lines = [part for line in text.splitlines() for part in wrap(safe(line), view.width - _INDENT - 2)]
    return [note(line, indent=_INDENT + 2) for line in lines[:_MOST_LINES]]
