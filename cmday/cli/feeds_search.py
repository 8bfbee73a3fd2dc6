"""``cmday feeds search``: entries by their words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cmday.cli.run import Run, current
from cmday.i18n import _, language


def register(app: typer.Typer) -> None:
    """Hang the command on ``cmday feeds``."""
    app.command(help=_('Find entries by words, "phrases" and beginnings*; -c looks in one community\'s feeds.'))(search)


def search(
    words: Annotated[
        list[str], typer.Argument(help=_('Words that all stand in it; "a phrase"; archiv* for a beginning.'))
    ],
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help=_("Only what came since: mon, 12 nov, 3d."))
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help=_("At most so many."))] = 20,
    everything: Annotated[bool, typer.Option("--all", help=_("As many as there are, up to 1,000."))] = False,
) -> int:
    run = current()
    from cmday.steps.news import searching

    data = searching.find(
        run.session,
        words,
        since=read_since(run, since) if since else None,
        limit=searching.MOST if everything else limit,
    )
    return run.show_data("feeds search", data, "cmday.steps.news.view_search:draw")


def read_since(run: Run, text: str) -> datetime:
    """The moment from which on a person means; raises ``WrongUse``."""
    from cmday.text.since import parse_since

    return parse_since(text, run.session.clock.now(), language=language())
