"""``cmday feeds``: step 3, what the web says: the skim, its verbs, and the refresh."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cmday.cli import feeds_health, feeds_list, feeds_search, feeds_share, feeds_shared, feeds_verbs, feeds_why
from cmday.cli.group import new_app
from cmday.cli.run import Run, current
from cmday.cli.skim import refresh_due, skim, told_once
from cmday.errors import DONE
from cmday.i18n import _, language

app = new_app(_("Step 3: what the web says."))

_TITLE: Final = 80
_VIEWS: Final = "cmday.steps.news.view_lists"

Handles = Annotated[list[str], typer.Argument(help=_("Handles, ranges (f2-5) or ids."))]


@app.callback(invoke_without_command=True)
def feeds(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=_("All that is unread."))] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, max=1_000_000, help=_("At most so many stories."))] = 0,
    guide: Annotated[bool, typer.Option("--guide", help=_("Story by story, one key each."))] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help=_("What came since: mon, yesterday, 2h."))
    ] = None,
    pager: Annotated[bool, typer.Option("--pager", help=_("Page by page, in your pager."))] = False,
    resume: Annotated[bool, typer.Option("--resume", help=_("Go on with the guide where it was left."))] = False,
) -> int:
    """Refresh the feeds whose turn it is, and show the skim."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    if guide or resume:
        return _guided(run, resume=resume)
    moment = None
    if since is not None:
        from cmday.text.since import parse_since

        moment = parse_since(since, run.session.clock.now(), language=language())
    return skim(run, limit=limit, everything=everything, since=moment, pager=pager)


def _guided(run: Run, *, resume: bool) -> int:
    from cmday.cli.guide import guide, insist_on_terminal

    insist_on_terminal(run)
    outcomes = {} if run.options.offline or resume else refresh_due(run)
    return guide(run, ["news"], "cmday feeds --guide", resume=resume, errors=told_once(outcomes.values()))


@app.command(help=_("List entries, the newest first: the unread ones, or all."))
def entries(
    feed: Annotated[str | None, typer.Option("--feed", metavar="URL", help=_("Only of this feed."))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("Read ones too."))] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help=_("At most so many."))] = 50,
) -> int:
    run = current()
    from cmday.steps.news.lists import entry_list

    data = entry_list(run.session, url=feed, everything=everything, limit=limit)
    return run.show_data("feeds entries", data, f"{_VIEWS}:draw_entries")


feeds_health.register(app)
feeds_list.register(app)
feeds_search.register(app)
feeds_share.register(app)
feeds_shared.register(app)
feeds_verbs.register(app)
feeds_why.register(app)
