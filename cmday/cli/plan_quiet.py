"""``cmday plan quiet``: the communities' quiet and peak hours."""

from __future__ import annotations

from typing import Annotated

import typer

from cmday.cli.plan_words import read_community
from cmday.cli.run import current
from cmday.i18n import _


def register(app: typer.Typer) -> None:
    """Hang these commands on ``cmday plan``."""
    app.command(help=_("The quiet and peak hours of all communities, or one community's week and why."))(quiet)


def quiet(
    community: Annotated[str | None, typer.Argument(metavar="COMMUNITY", help=_("Only of this community."))] = None,
) -> int:
    from cmday.steps.planning import measured

    run = current()
    named = read_community(run, community) if community else None
    return run.show_data("plan quiet", measured.quiet_hours(run.session, named), "cmday.steps.planning.quiet_view:draw")
