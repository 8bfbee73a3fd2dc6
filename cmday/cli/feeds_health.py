"""``cmday feeds refresh`` and ``cmday feeds health``: asking the feeds, and how they fare."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cmday.cli.feeds_list import warn_of
from cmday.cli.run import current
from cmday.cli.skim import refresh_due, told_once
from cmday.i18n import _

_LISTS: Final = "cmday.steps.news.view_lists"
_HEALTH: Final = "cmday.steps.news.view_health"


def register(app: typer.Typer) -> None:
    """Hang these commands on ``cmday feeds``."""
    app.command(help=_("Ask the feeds whose turn it is, and say what came."))(refresh)
    app.command(help=_("Name the feeds that are gone, moved, dead, silent or noisy, and what mends each."))(health)


def refresh(
    force: Annotated[
        bool, typer.Option("--force", help=_("Ask the others too, except where the server wants patience."))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Ask nobody: list each next check and its reason."))
    ] = False,
) -> int:
    run = current()
    if dry_run:
        from cmday.steps.news.feed_history import next_checks

        return run.show_data("feeds refresh", next_checks(run.session, force=force), f"{_HEALTH}:draw_next")
    from cmday.steps.news.lists import refresh_list
    from cmday.steps.protocol import status_of

    outcomes = {} if run.options.offline else refresh_due(run, patient=True, force=force)
    if outcomes:
        from cmday.steps.news.after_refresh import after_refresh

        after_refresh(run.session)
    data, problems = refresh_list(run.session, outcomes)
    errors = (*told_once(outcomes.values()), *problems)
    status = status_of(outcomes.values())
    if status == "done" and (problems or any(feed.status == "failed" for feed in data.feeds)):
        status = "partial"
    warn_of(run, problems)
    return run.show_data("feeds refresh", data, f"{_LISTS}:draw_refresh", errors, status)


def health(
    fix: Annotated[
        bool, typer.Option("--fix", help=_("Write moves for good to feeds.toml, and mute there what is gone."))
    ] = False,
) -> int:
    run = current()
    from cmday.steps.news.health import health as look

    data, problems = look(run.session, fix=fix)
    warn_of(run, problems)
    return run.show_data("feeds health", data, f"{_HEALTH}:draw_health", problems, "partial" if problems else "done")
