"""The log and the close of a day, on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cmday.daybook.closing import CloseData
from cmday.daybook.log import LogData, LogLine
from cmday.daybook.time_spent import Spent
from cmday.i18n import _, ngettext
from cmday.steps.day_report import title_of
from cmday.steps.verbs import text_words, verb_word
from cmday.terminal.block import Block, Cell, Row, community, handle, note, space
from cmday.terminal.view import View

_MOST_OWED: Final = 10


def draw_log(data: LogData, view: View) -> Block:
    """One line a deed, day by day, and the time that each step took."""
    rows: list[Row] = []
    day: date | None = None
    for line in data.entries:
        here = view.local(line.at).date()
        if here != day and data.first != data.last:
            rows += [*([space()] if rows else []), note(view.day(here), style="bold", indent=2)]
        day = here
        rows.append(_deed(line, view))
    if spent := spent_text(data.spent, view):
        rows += [space(), note(spent, indent=2)]
    if not data.entries:
        rows.append(note(_("Nothing was done yet."), indent=2))
    span = view.short_day(data.first)
    if data.first != data.last:
        span = f"{span} - {view.short_day(data.last)}"
    n = len(data.entries)
    return Block(
        title=_("LOG"),
        command="cmday log",
        subtitle=span,
        summary=view.join(ngettext("{n} line", "{n} lines", n).format(n=n), _total(data.spent, view)),
        rows=tuple(rows),
    )


def draw_close(data: CloseData, view: View) -> Block:
    """What did not leave, who still waits, what moved; and where the day is written down."""
    rows = [*_unsent(data, view), *_unanswered(data, view), *_moved(data, view)]
    if not rows:
        rows.append(note(_("Nothing is left open."), indent=2))
    return Block(
        title=_("CLOSE"),
        command="cmday close",
        subtitle=view.short_day(data.day),
        summary=spent_text(data.spent, view),
        brief=_total(data.spent, view),
        rows=(*rows, space(), note(data.file, style="dim", indent=2)),
    )


def _unsent(data: CloseData, view: View) -> Iterator[Row]:
    if data.unsent:
        yield note(_("not sent"), style="bold", indent=2)
    for one in data.unsent:
        text = Cell(text=view.join(one.to, view.quote(one.text)), flex=True)
        when = Cell(text=view.when(one.due) if one.due else "cmday send", right=True)
        yield Row(cells=(handle(one.handle), community(one.community, view), text, when), group="unsent", item=True)


def _unanswered(data: CloseData, view: View) -> Iterator[Row]:
    if data.unanswered:
        yield note(_("not answered"), style="bold", indent=2)
    for item in data.unanswered[:_MOST_OWED]:
        limit = _("before {time}").format(time=view.when(item.answer_by)) if item.answer_by else ""
        who = Cell(text=item.author or item.author_handle, most=18)
        named = (handle(item.handle), community(item.community, view), who)
        said = (Cell(text=view.quote(item.text), flex=True), Cell(text=limit, right=True))
        yield Row(cells=(*named, *said), group="owed", item=True)
    if (more := len(data.unanswered) - _MOST_OWED) > 0:
        text = ngettext("and {n} more: {command}", "and {n} more: {command}", more)
        yield note(text.format(n=more, command="cmday inbox"), style="dim")


def _moved(data: CloseData, view: View) -> Iterator[Row]:
    if data.moved:
        yield note(_("moved"), style="bold", indent=2)
    for moved in data.moved:
        to = view.when(moved.to) if moved.to else _("no place yet: cmday plan")
        left = _("{length} left").format(length=view.duration(moved.minutes_left))
        named = (handle(moved.handle), community(moved.community, view), Cell(text=moved.title, flex=True))
        where = Cell(text=view.join(left, f"{view.glyphs.arrow} {to}"), right=True)
        yield Row(cells=(*named, where), group="moved", item=True)


def spent_text(spent: Iterable[Spent], view: View) -> str:
    """``notifications 12 min · news 7 min``; what took no minute is left out."""
    return view.join(*[f"{_step(one.step)} {view.duration(one.minutes)}" for one in spent if one.minutes])


def _total(spent: Iterable[Spent], view: View) -> str:
    minutes = sum(one.minutes for one in spent)
    return view.duration(minutes) if minutes else ""


def _step(name: str | None) -> str:
    return str(title_of(name)) if name else _("other")


def _deed(line: LogLine, view: View) -> Row:
    cells = (
        Cell(text=view.time(line.at), style="dim"),
        Cell(text=verb_word(line.verb), style="bold" if line.verb == "note" else ""),
        Cell(text=_step(line.step) if line.step else "", style="dim"),
        Cell(text=text_words(line.verb, line.text), flex=True),
    )
    return Row(cells=cells, group="deeds", item=True)
