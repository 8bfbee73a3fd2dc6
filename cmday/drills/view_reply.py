"""False messages on the screen: which there are, one of them, and how an answer does."""

from __future__ import annotations

from typing import Final

from cmday.drills.report import AnswerData, SittingRow
from cmday.i18n import _, ngettext, recalled
from cmday.terminal.block import Block, Cell, Row, command_row, handle, note, sentence, space
from cmday.terminal.view import View
from cmday.terminal.wording import french_spacing

_INDENT: Final = 4


def draw(data: AnswerData, view: View) -> Block:
    """The list, a message, or an answer with its checklist."""
    if data.message is None:
        return _listed(data, view)
    one = data.message
    rows = _asked(one, view) if data.text is None else _judged(data, view)
    summary = ""
    if data.passed is not None:
        summary = _("{points} of {most}").format(points=data.passed, most=data.asked)
    title = view.join(_("ANSWER"), one.title)
    return Block(title=title, command=title, summary=summary, brief=summary, rows=tuple(rows))


def _asked(one: SittingRow, view: View) -> list[Row]:
    rows = [row for line in one.situation.splitlines() for row in sentence(line, view)]
    rows += [space(), note(one.who, style="bold", indent=2)]
    return [*rows, *(row for line in one.text.splitlines() for row in sentence(line, view, indent=_INDENT)), space()]


def _judged(data: AnswerData, view: View) -> list[Row]:
    rows: list[Row] = []
    for check in data.checks:
        mark = view.glyphs.done if check.passed else "!"
        rows += sentence(f"{mark} {french_spacing(str(recalled(check.says)))}", view, keep=8)
    rows += [space(), note(_("a good answer could read"), style="dim", indent=2)]
    rows += [row for line in (data.good or "").splitlines() for row in sentence(line, view, indent=_INDENT)]
    if data.before:
        last = _("{points} of {most}").format(points=data.before.passed, most=data.before.asked)
        rows += [space(), *sentence(_("Last time: {before}.").format(before=last), view)]
    return rows


def _listed(data: AnswerData, view: View) -> Block:
    rows = [
        Row(
            group="messages",
            item=True,
            cells=(
                handle(str(one.number)),
                Cell(text=one.name),
                Cell(text=one.title),
                Cell(text=view.quote(one.text), flex=True),
            ),
        )
        for one in data.messages
    ]
    rows += [space(), command_row("cmday drill reply --message 1 --text '...'", _("answer one"), view)]
    n = len(data.messages)
    return Block(
        title=_("ANSWER"),
        command="cmday drill reply",
        summary=ngettext("{n} message", "{n} messages", n).format(n=n),
        brief=str(n),
        rows=tuple(rows),
    )
