"""How drills went, time after time, on the screen."""

from __future__ import annotations

from typing import Final

from cmday.drills.history import percent
from cmday.drills.report import Compared, ReportData, RunRow, SittingCompared
from cmday.i18n import _, ngettext
from cmday.terminal.block import Block, Cell, Row, command_row, note, sentence, space
from cmday.terminal.view import View

_TIMES: Final = 5
_MINUTE: Final = 60
_TIME: Final = 4


def draw(data: ReportData, view: View) -> Block:
    """Each scenario with its last times, then the single messages."""
    rows: list[Row] = []
    for one in data.scenarios:
        rows += [*([space()] if rows else []), *_scenario(one, view)]
    if data.replies:
        rows += [*([space()] if rows else []), note(_("messages answered one by one"), style="bold", indent=2)]
        rows += [_reply(one, view) for one in data.replies]
    if not rows:
        rows = [command_row("cmday drill", _("nothing was played yet: the scenarios"), view)]
    n = sum(len(one.runs) for one in data.scenarios)
    return Block(
        title=_("DRILLS"),
        command="cmday drill report",
        summary=ngettext("{n} drill", "{n} drills", n).format(n=n),
        brief=str(n),
        rows=tuple(rows),
    )


def _scenario(one: Compared, view: View) -> list[Row]:
    change = "" if one.change is None else _("{change} since last time").format(change=f"{one.change:+d}")
    head = Row(
        cells=(Cell(text=one.title, style="bold", flex=True), Cell(text=change, right=True)),
        keep=8,
    )
    return [head, *(row for each in one.runs[:_TIMES] for row in _run(each, view))]


def _run(one: RunRow, view: View) -> list[Row]:
    told = one.measures
    words = [
        _minutes(_("noticed {time}"), told.detected),
        _minutes(_("answered {time}"), told.replied),
        _minutes(_("client {time}"), told.told),
        ngettext("{n} taken away wrongly", "{n} taken away wrongly", told.wrong).format(n=told.wrong),
        ngettext("{n} left standing", "{n} left standing", told.missed).format(n=told.missed),
        "" if told.tone is None else _("tone {n} %").format(n=told.tone),
    ]
    total = _("{n} of 100").format(n=percent(one.points, one.most))
    return sentence(view.join(view.near_day(one.at), total, *words), view, indent=_TIME)


def _minutes(words: str, seconds: int | None) -> str:
    return words.format(time=_("never") if seconds is None else _("{n} min").format(n=-(-seconds // _MINUTE)))


def _reply(one: SittingCompared, view: View) -> Row:
    times = [_("{points} of {most}").format(points=each.passed, most=each.asked) for each in one.runs[:_TIMES]]
    return Row(
        group="replies",
        item=True,
        cells=(Cell(text=one.title, flex=True), Cell(text=f" {view.glyphs.arrow} ".join(reversed(times)), right=True)),
    )
