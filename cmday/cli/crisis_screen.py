"""The screen of a morning in which a community turns: the day folds away, and the crisis fills the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cmday.cli.run import Run
from cmday.crisis.report import CrisisData
from cmday.i18n import _
from cmday.steps.day_report import title_of
from cmday.steps.protocol import Report
from cmday.terminal.view import View
from cmday.terminal.wording import french_spacing

if TYPE_CHECKING:
    from cmday.terminal.block import Block


def crisis_of(run: Run) -> CrisisData | None:
    """The crisis that is to fill the screen, after a look whether there is one; None on every other day."""
    from cmday.crisis import noticing, picture

    return picture.worst(run.session, noticing.notice(run.session))


def known_crisis(run: Run) -> CrisisData | None:
    """The same, of what is known already: nobody is asked and nothing is judged."""
    from cmday.crisis import picture

    return picture.worst(run.session, picture.going_on(run.session))


def block_of(data: CrisisData, reports: Sequence[Report[Any]], view: View, *, folded: bool) -> Block:
    """The crisis; with ``folded`` a line tells of the rest of the day."""
    from msgspec.structs import replace

    from cmday.crisis.view import draw_one
    from cmday.terminal.block import Span, drawn, sentence

    block = draw_one(data, view)
    if not folded:
        return replace(block, weight=5)
    rule = drawn(Span(view.glyphs.rule * view.width, "dim"), keep=2)
    rest = _("The rest of the day, folded: {what}").format(what=view.join(*_counts(data, reports, view)))
    return replace(block, rows=(*block.rows, rule, *sentence(french_spacing(rest), view, keep=6)), weight=5)


def _counts(data: CrisisData, reports: Sequence[Report[Any]], view: View) -> list[str]:
    """``agenda 2``, ``notifications 9 (bem 3, cap 2)``: what waits in each step."""
    told = []
    for report in reports:
        count = _waiting(report, view)
        others = Counter(
            item.community
            for item in (report.data.items if report.name == "notifications" else ())
            if item.community not in {None, data.community} and item.answer_by is not None
        )
        apart = ", ".join(f"{name} {n}" for name, n in sorted(others.items()))
        if count:
            told.append(f"{title_of(report.name)} {count} ({apart})" if apart else f"{title_of(report.name)} {count}")
    return told or [_("nothing waits")]


def _waiting(report: Report[Any], view: View) -> int:
    if report.name == "schedule":
        return sum(event.end > view.now for event in report.data.events)
    if report.name == "planning":
        return sum(view.is_today(row.start) for row in report.data.placements)
    return report.waiting
