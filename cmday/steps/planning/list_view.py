"""All open operations on the screen."""

from __future__ import annotations

from cmday.i18n import _, ngettext
from cmday.steps.planning.report import OperationRow, OperationsData
from cmday.terminal.block import Block, Cell, Row, command_row, community, handle
from cmday.terminal.view import View


def draw(data: OperationsData, view: View) -> Block:
    """One line an operation: its place, its community, its length and deadline."""
    rows = [_row(one, view) for one in data.operations]
    if not rows:
        example = _('cmday plan add "Christmas contest" --for 2h --by fri')
        rows = [command_row(example, _("goes into quiet hours"), view)]
    n = len(data.operations)
    return Block(
        title=_("OPERATIONS"),
        command="cmday plan list",
        summary=ngettext("{n} open", "{n} open", n).format(n=n) if n else _("nothing planned"),
        brief=str(n),
        rows=tuple(rows),
    )


def _row(one: OperationRow, view: View) -> Row:
    place = view.when(one.start) if one.start else _("no place yet")
    state = {"running": _("running"), "paused": _("paused")}.get(one.state)
    due = _("due {day}").format(day=view.when(one.due)) if one.due else None
    return Row(
        cells=(
            handle(one.handle),
            Cell(text=place, gap=1),
            community(one.community, view),
            Cell(text=one.title, flex=True, style="bold" if one.state == "running" else ""),
            Cell(text=view.join(state, view.duration(one.minutes), due), right=True, most=40),
        ),
        group="operations",
        item=True,
    )
