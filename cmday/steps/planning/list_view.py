"""All open operations on the screen."""

from __future__ import annotations

from cmday.i18n import _, ngettext
from cmday.steps.planning.kind_words import kind_word, offset_word
from cmday.steps.planning.report import OperationRow, OperationsData
from cmday.steps.planning.why_view import NEWS, took
from cmday.terminal.block import Block, Cell, Row, command_row, community, handle
from cmday.terminal.view import View
from cmday.text.cells import wrap
from cmday.text.safe_text import safe

_DAY = 24 * 60
_INDENT = 5
_LONGEST = 1000


def draw(data: OperationsData, view: View) -> Block:
    """One line an operation: its place, its community, its length and deadline."""
    rows = [row for one in data.operations for row in _rows(one, data, view)]
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


def _rows(one: OperationRow, data: OperationsData, view: View) -> list[Row]:
    place = view.when(one.start) if one.start else _("no place yet")
    state = {"running": _("running"), "paused": _("paused")}.get(one.state)
    due = _("due {day}").format(day=view.when(one.due)) if one.due else None
    head = Row(
        cells=(
            handle(one.handle),
            Cell(text=place, gap=1),
            community(one.community, view),
            Cell(text=one.title, flex=True, style="bold" if one.state == "running" else ""),
            Cell(text=view.join(state, _length(one, view), due), right=True, most=40),
        ),
        group="operations",
        item=True,
    )
    said = view.join(*_more(one, data, view))
    lines = wrap(safe(said, _LONGEST), view.width - _INDENT) if said else []
    return [
        head,
        *(Row(cells=(Cell(text=line, style="dim"),), indent=_INDENT, follows=True, keep=4) for line in lines),
    ]


def _length(one: OperationRow, view: View) -> str:
    if not one.spent_minutes:
        return view.duration(one.minutes)
    return _("{spent} of {length}").format(spent=view.duration(one.spent_minutes), length=view.duration(one.minutes))


def _more(one: OperationRow, data: OperationsData, view: View) -> list[str | None]:
    """What is not usual about an operation: its kind, what it hangs on, how it comes back, how long it really takes."""
    handles = {other.id: other.handle for other in data.operations}
    before = [handles[name] for name in one.after if name in handles]
    gap = view.duration(one.gap_minutes) if one.gap_minutes < _DAY else days(one.gap_minutes // _DAY)
    after = _("after {handles}").format(handles=", ".join(before)) if before else None
    members = [other.handle for other in data.operations if other.series == one.series and other is not one]
    return [
        kind_word(one.kind) if one.kind != "work" else None,
        _("fixed") if one.locked else None,
        _("without you") if not one.presence else None,
        f"{after} + {gap}" if after and one.gap_minutes else after,
        f"{one.event} {offset_word(one.offset)}" if one.event else None,
        _("series with {handles}").format(handles=" ".join(members)) if one.series and members else None,
        _("comes back after {days}").format(days=days(round(one.every_days))) if one.every_days else None,
        _("{length} kept free behind it").format(length=view.duration(one.buffer_minutes))
        if one.buffer_minutes
        else None,
        took(one.ratio, one.minutes, view) if one.ratio is not None and abs(one.ratio - 1) > NEWS else None,
    ]


def days(number: int) -> str:
    """``3 days``."""
    return ngettext("{n} day", "{n} days", number).format(n=number)
