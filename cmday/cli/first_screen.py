"""The very first morning without network: one fact, and what works now apart from what waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cmday.errors import CmdayError
from cmday.i18n import _, ngettext
from cmday.steps.day_report import title_of
from cmday.steps.news.report import FeedsReport
from cmday.steps.protocol import Report
from cmday.terminal.ansi import Line, Span
from cmday.terminal.block import Cell, Row
from cmday.terminal.dashboard import Dashboard, draw_dashboard
from cmday.terminal.layout import lay_out
from cmday.terminal.view import View


def without_network(view: View, error: CmdayError, reports: Sequence[Report[Any]], zone: str) -> list[Line]:
    """Every step with its command, sorted by what needs the network and what does not."""
    feeds = next((report.feeds for report in reports if isinstance(report, FeedsReport)), 0)
    text = ngettext(
        "! No network: the one starter feed could not be reached ({cause}).",
        "! No network: none of the {n} starter feeds could be reached ({cause}).",
        feeds,
    )
    head = Dashboard(
        left=(_("Hello. A first morning with cmday."), _("A first morning with cmday.")),
        right=(view.join(view.day(view.now.date()), view.time(view.now), zone), view.time(view.now)),
        notices=(text.format(n=feeds, cause=str(error.message)),),
    )
    rows = [_row(number, report.name) for number, report in enumerate(reports, 1)]
    ending = (Span(_("To see without network, right now:")), Span("   "), Span("cmday demo", "bold"))
    return [*draw_dashboard(head, view), (), *lay_out(rows, view), (), ending]


def _row(number: int, name: str) -> Row:
    later = _("when the network is back")
    command, text = {
        "schedule": ("cmday init", _("calendars of this machine, and your hours: works now")),
        "notifications": ("cmday login", later),
        "news": ("cmday feeds", later),
        "moderation": ("-", _("fills with your accounts")),
        "planning": (_('cmday plan add "Christmas contest" --for 2h --by fri'), _("works now")),
    }.get(name, ("-", ""))
    return Row(
        cells=(
            Cell(text=str(number), style="bold"),
            Cell(text=str(title_of(name)), gap=1),
            Cell(text=command, style="bold" if command != "-" else "", gap=3),
            Cell(text=text, flex=True, gap=3),
        ),
        group="steps",
    )
