"""The score of a drill on the screen: each part with its points, why, and what a good answer would have had."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from cmday.drills.history import percent
from cmday.drills.report import Part, PartName, ReplyRow, ScoreData
from cmday.i18n import _, recalled
from cmday.terminal.block import Block, Cell, Row, sentence, space
from cmday.terminal.view import View
from cmday.terminal.wording import french_spacing

_REASON: Final = 4
_QUOTED: Final = 60


def part_name(name: PartName) -> str:
    """What a part is called."""
    return {
        "detection": _("noticing"),
        "first-reply": _("first answer"),
        "tone": _("tone of the answers"),
        "client": _("the client"),
        "removals": _("taken away wrongly"),
        "missed": _("left standing"),
    }[name]


def draw(data: ScoreData, view: View) -> Block:
    """The whole of it."""
    rows: list[Row] = []
    played = structs.replace(view, now=data.ended)
    for one in data.parts:
        if one.most:
            rows += [*_part(one, view), space()]
    for reply in data.replies:
        rows += _reply(reply, played)
    rows += sentence(_compared(data, view), view, keep=7)
    total = _("{points} of {most}").format(points=data.points, most=data.most)
    title = view.join(_("DRILL"), data.title)
    return Block(title=title, command=title, summary=total, brief=total, rows=tuple(rows))


def _part(one: Part, view: View) -> list[Row]:
    points = _("{points} of {most}").format(points=one.points, most=one.most)
    rows = [
        Row(
            cells=(Cell(text=part_name(one.name), style="bold", flex=True), Cell(text=points, right=True)),
            keep=9,
        )
    ]
    for reason in one.reasons:
        rows += sentence(french_spacing(str(recalled(reason))), view, keep=8, indent=_REASON)
    if one.points < one.most:
        rows += sentence(_("good would be: {text}").format(text=one.good), view, keep=6, indent=_REASON)
    return rows


def _reply(one: ReplyRow, view: View) -> list[Row]:
    """An answer, and which points of the checklist it meets."""
    whom = _("to {name}").format(name=one.to) if one.to else _("to everybody")
    told = view.join(view.time(one.at), whom, view.quote_start(one.text, _QUOTED))
    rows = sentence(told, view, keep=6)
    for check in one.checks:
        mark = view.glyphs.done if check.passed else "!"
        rows += sentence(f"{mark} {french_spacing(str(recalled(check.says)))}", view, keep=5, indent=_REASON)
    return [*rows, space()]


def _compared(data: ScoreData, view: View) -> str:
    if data.before is None:
        return _("Your first time. It is kept: cmday drill report compares.")
    change = percent(data.points, data.most) - percent(data.before.points, data.before.most)
    before = _("{points} of {most}").format(points=data.before.points, most=data.before.most)
    return _("Last time, {day}: {before} ({change} of a hundred).").format(
        day=view.near_day(data.before.at), before=before, change=f"{change:+d}"
    )
