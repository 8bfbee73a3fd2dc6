"""The very first morning without network: one fact, and what works now apart from what waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cmday.i18n import _, ngettext
from cmday.steps.day_report import title_of
from cmday.steps.news.report import FeedsReport
from cmday.steps.protocol import Report
from cmday.terminal.ansi import Line, Span
from cmday.terminal.block import Cell, Row
from cmday.terminal.dashboard import Dashboard, draw_dashboard
from cmday.terminal.layout import lay_out
from cmday.terminal.view import View
from cmday.text.cells import fill, width, wrap

_COMMAND: Final = 20
_WIDE: Final = 90
_NARROW: Final = 76
_BELOW: Final = 4
_GAP: Final = 3


def without_network(view: View, reports: Sequence[Report[Any]], zone: str, numbers: dict[str, int]) -> list[Line]:
    """Every step with its command, sorted by what needs the network and what does not.

    ``numbers`` are the steps' places in the day.
    """
    feeds = next((report.feeds for report in reports if isinstance(report, FeedsReport)), 0)
    text = ngettext(
        "! No network: the one starter feed could not be reached.",
        "! No network: none of the {n} starter feeds could be reached.",
        feeds,
    )
    head = Dashboard(
        left=(_("Hello. A first morning with cmday."), _("A first morning with cmday.")),
        right=(view.join(view.day(view.now.date()), view.time(view.now), zone), view.time(view.now)),
        notices=(text.format(n=feeds),),
    )
    titles = {report.name: str(title_of(report.name)) for report in reports}
    room = max(width(title) for title in titles.values())
    rows = [
        row
        for report in reports
        for row in _rows(numbers.get(report.name, 0), report.name, fill(titles[report.name], room), view)
    ]
    return [*draw_dashboard(head, view), (), *lay_out(rows, view), (), *_ending(view)]


def _ending(view: View) -> list[Line]:
    text, command = _("To see without network, right now:"), Span("cmday demo", "bold")
    if width(text) + width(command.text) + _GAP > view.width:
        return [*((Span(line),) for line in wrap(text, view.width)), (command,)]
    return [(Span(text), Span(" " * _GAP), command)]


def _rows(number: int, name: str, title: str, view: View) -> list[Row]:
    """The step in a row; in a narrow window its command, which is there to be typed, stands below."""
    later = _("when the network is back")
    command, text = {
        "schedule": ("cmday init", _("takes over your calendars, right now")),
        "notifications": ("cmday login", later),
        "news": ("cmday feeds", later),
        "moderation": ("-", _("fills with your accounts")),
        "planning": (_('cmday plan add "Christmas contest" --for 2h --by fri'), _("works now")),
    }.get(name, ("-", ""))
    style = "bold" if command != "-" else ""
    begin = (Cell(text=str(number), style="bold"), Cell(text=title, raw=True, gap=1))
    if view.width < _NARROW:
        lines = wrap(command, view.width - _BELOW)
        return [Row(cells=begin), *(Row(cells=(Cell(text=line, style=style),), indent=_BELOW) for line in lines)]
    long = width(command) > _COMMAND
    told = "" if long and view.width < _WIDE else text
    cells = (*begin, Cell(text=command, style=style, gap=_GAP), Cell(text=told, flex=True, gap=_GAP))
    return [Row(cells=cells, group="" if long else "steps")]
