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
from cmday.text.cells import fill, width

_COMMAND: Final = 20
_WIDE: Final = 90


def without_network(view: View, reports: Sequence[Report[Any]], zone: str) -> list[Line]:
    """Every step with its command, sorted by what needs the network and what does not."""
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
        _row(number, report.name, fill(titles[report.name], room), view) for number, report in enumerate(reports, 1)
    ]
    ending = (Span(_("To see without network, right now:")), Span("   "), Span("cmday demo", "bold"))
    return [*draw_dashboard(head, view), (), *lay_out(rows, view), (), ending]


def _row(number: int, name: str, title: str, view: View) -> Row:
    later = _("when the network is back")
    command, text = {
        "schedule": ("cmday init", _("takes over calendars of this machine: works now")),
        "notifications": ("cmday login", later),
        "news": ("cmday feeds", later),
        "moderation": ("-", _("fills with your accounts")),
        "planning": (_('cmday plan add "Christmas contest" --for 2h --by fri'), _("works now")),
    }.get(name, ("-", ""))
    long = width(command) > _COMMAND
    cells = (
        Cell(text=str(number), style="bold"),
        Cell(text=title, raw=True, gap=1),
        Cell(text=command, style="bold" if command != "-" else "", gap=3),
        Cell(text="" if long and view.width < _WIDE else text, flex=True, gap=3),
    )
    return Row(cells=cells, group="" if long else "steps")
