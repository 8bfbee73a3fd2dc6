"""``cmday plan why``: why an operation is where it is, and what would be next."""

from __future__ import annotations

from typing import Annotated

import typer

from cmday.cli.run import Run, current
from cmday.i18n import _


def register(app: typer.Typer) -> None:
    """Hang this command on ``cmday plan``."""
    app.command(help=_("Why an operation is where it is, the next-best places, and what blocks each."))(why)


def why(handle: Annotated[str, typer.Argument(metavar="HANDLE")]) -> int:
    return tell(current(), handle)


def tell(run: Run, handle: str) -> int:
    """Show it of one operation."""
    from cmday.steps.planning import arguing

    report = arguing.argue(run.session, handle)
    if run.options.json:
        return run.show_data("plan why", report.data, "")
    return run.show_data("plan why", report, "cmday.steps.planning.why_view:draw")
