"""The running drill on the screen, or the scenarios there are."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import structs

from cmday.drills.report import ComeRow, DrillData, ScenarioRow
from cmday.i18n import _, ngettext
from cmday.terminal.block import Block, Cell, Row, command_row, sentence, space
from cmday.terminal.view import View

_NAME: Final = 24


def draw(data: DrillData, view: View) -> Block:
    """How it stands, what has come, and how to go on."""
    if data.running is None or data.now is None:
        return _listed(data, view)
    view = at(view, data.now)
    rows = [row for line in (data.brief or "").splitlines() for row in sentence(line, view, keep=8)]
    rows += [space(), *sentence(_("What a screen tells you to type is typed with drill: cmday drill inbox."), view)]
    return _running(data, view, [*rows, space()])


def draw_next(data: DrillData, view: View) -> Block:
    """What has come, without the story before it."""
    assert data.now is not None
    return _running(data, at(view, data.now), [])


def at(view: View, now: datetime) -> View:
    """The screen on the clock of the scenario, whatever the person's own."""
    return structs.replace(view, now=now)


def _running(data: DrillData, view: View, rows: list[Row]) -> Block:
    assert data.now is not None
    rows += [_come(one, view) for one in data.new]
    if data.new:
        rows.append(space())
    rows += _ways_on(data, view)
    return Block(
        title=view.join(_("DRILL"), data.title),
        command=view.join(_("DRILL"), data.title),
        summary=_summary(data, view),
        brief=view.time(data.now),
        rows=tuple(rows),
    )


def _summary(data: DrillData, view: View) -> str:
    assert data.now is not None
    assert data.until is not None
    pace = _("by steps") if not data.speed else _("{n} times as fast").format(n=view.number(data.speed))
    if data.speed == 1:
        pace = ""
    if data.over:
        return view.join(view.time(data.now), _("its time is over"))
    return view.join(_("{now}, until {end}").format(now=view.time(data.now), end=view.time(data.until)), pace)


def _come(one: ComeRow, view: View) -> Row:
    return Row(
        group="come",
        item=True,
        cells=(
            Cell(text=view.when(one.at), style="dim"),
            Cell(text=one.author, most=_NAME),
            Cell(text=view.quote(one.text), flex=True),
            Cell(text=_("reported or held") if one.queued else "", right=True),
        ),
    )


def _ways_on(data: DrillData, view: View) -> list[Row]:
    if data.over:
        return [command_row("cmday drill end", _("the score, and why"), view)]
    rows = [
        command_row("cmday drill inbox", _("what is said; read, reply, done as ever"), view),
        command_row("cmday drill moderate", _("what wants a decision"), view),
        command_row("cmday drill crisis", _("how the community stands"), view),
        command_row("cmday drill send", _("what you wrote and decided leaves"), view),
    ]
    if not data.speed:
        rows.append(command_row("cmday drill next", _("on to the next message"), view))
    return [*rows, command_row("cmday drill end", _("the score, and why"), view)]


def _listed(data: DrillData, view: View) -> Block:
    rows = [_scenario(one, view) for one in data.scenarios]
    name = data.scenarios[0].name if data.scenarios else "NAME"
    rows += [
        space(),
        command_row(f"cmday drill start {name} --speed 20", _("play it, twenty times as fast"), view),
        command_row("cmday drill reply", _("answer false messages, one by one"), view),
        command_row("cmday drill report", _("how it went the times before"), view),
    ]
    n = len(data.scenarios)
    return Block(
        title=_("DRILL"),
        command="cmday drill",
        summary=ngettext("{n} scenario", "{n} scenarios", n).format(n=n),
        brief=str(n),
        rows=tuple(rows),
    )


def _scenario(one: ScenarioRow, view: View) -> Row:
    return Row(
        group="scenarios",
        item=True,
        cells=(
            Cell(text=one.name, style="bold"),
            Cell(text=one.title, flex=True),
            Cell(text=_("your own") if one.own else ""),
            Cell(text=view.duration(one.minutes), right=True),
        ),
    )
