"""``cmday feeds why``: every point of a story, or what a feed answered, visit by visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cmday.cli.run import Run, current
from cmday.errors import NotFound
from cmday.i18n import _
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.steps.news.why import Reasoned

_TITLE: Final = 100
_POINTS: Final = 7


def register(app: typer.Typer) -> None:
    """Hang the command on ``cmday feeds``."""
    app.command(help=_("Why a story stands where it stands, point by point; of a feed, what it answered."))(why)


def why(
    targets: Annotated[list[str], typer.Argument(help=_("Handles, ranges (f2-5) or ids; or the address of a feed."))],
) -> int:
    run = current()
    from cmday.steps.news.why import WhyData, why

    if len(targets) == 1 and ("." in targets[0] or "/" in targets[0]):
        from cmday.steps.news.feed_history import why_feed

        try:
            history = why_feed(run.session, targets[0])
        except NotFound as no_feed:
            try:
                told = why(run.session, targets)  # "version 5.0" may stand in a title
            except NotFound:
                raise no_feed from None
        else:
            return run.show_data("feeds why", history, "cmday.steps.news.view_health:draw_history")
    else:
        told = why(run.session, targets)
    data = WhyData(stories=tuple(one.row for one in told))
    return run.print_data("feeds why", data, "\n\n".join(_lines(run, one) for one in told))


def _lines(run: Run, one: Reasoned) -> str:
    row = one.row
    whose = " ".join(row.communities) or _("all")
    head = f"{row.handle}  {whose}  {safe(row.title, _TITLE)}"
    points = [f"  {_signed(run, point.points):>{_POINTS}}  {safe(str(point.what), _TITLE)}" for point in one.points]
    total = _("points in all; the best come first")
    lines = [head, *points, f"  {_signed(run, row.score):>{_POINTS}}  {total}"]
    if row.hidden:
        lines.append(f"  {_('It has a muted word, or trends without rising: the skim passes it over.')}")
    return "\n".join(lines)


def _signed(run: Run, points: float) -> str:
    digits = 0 if points == round(points) else 1
    sign = "+" if points > 0 else ("-" if run.view.plain else "\u2212") if points < 0 else ""
    return sign + run.view.number(abs(points), digits)
