"""``cmday feeds add``: one command for all sources, from a site's name to words on a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.feeds_list import import_list, show_added
from cmday.cli.run import Run, current
from cmday.errors import CmdayError
from cmday.i18n import _

if TYPE_CHECKING:
    from cmday.steps.news.adding import Adding
    from cmday.steps.news.target import Target


def register(app: typer.Typer) -> None:
    """Hang the command on ``cmday feeds``."""
    app.command(help=_("Add sites, @people, #tags, words, feeds or OPML files; -c says for which community."))(add)


def add(
    targets: Annotated[
        list[str],
        typer.Argument(help=_("example.org, @user@host, #tag@host, r/name, hn:words, news:words, x:@user, a.opml.")),
    ],
    title: Annotated[str | None, typer.Option("--title", help=_("A title of your own."))] = None,
    folder: Annotated[str | None, typer.Option("--folder", help=_("A folder to sort it into."))] = None,
    fetch: Annotated[bool, typer.Option("--fetch/--no-fetch", help=_("Look at it first, or add it unseen."))] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only say what would be asked, and its cost."))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask before something that costs money."))] = False,
) -> int:
    run = current()
    from cmday.steps.news.adding import AddedData, Adding

    files = [Path(target).expanduser() for target in targets if _is_list(target)]
    adding = Adding(run.session, title, folder)
    found = adding.targets(target for target in targets if not _is_list(target))
    if dry_run:
        adding.foretell(found)
        return show_added(run, "feeds add", AddedData(feeds=tuple(adding.rows)), adding.errors)
    for file in files:
        import_list(adding, file)
    failed: list[CmdayError] = []
    if fetch and not run.options.offline:
        failed = _ask(run, adding, _agreed(run, adding, found, yes=yes))
    else:
        adding.add_unseen(found)
    return show_added(run, "feeds add", AddedData(feeds=tuple(adding.rows)), [*adding.errors, *failed])


def _ask(run: Run, adding: Adding, targets: list[Target]) -> list[CmdayError]:
    questions = adding.questions(targets)
    if not questions:
        return []
    from cmday.routine import converse

    with run.progress() as line:
        outcomes = converse(run.session, questions, progress=line.tell)
    return [outcome.error for outcome in outcomes.values() if outcome.error]


def _agreed(run: Run, adding: Adding, targets: list[Target], *, yes: bool) -> list[Target]:
    """The targets to ask: what costs money is said before, and asked about where somebody is there to answer."""
    from cmday.cli.asking import can_ask, confirm
    from cmday.steps.news.view_added import price_line

    agreed = []
    for target in targets:
        price = adding.price(target)
        if price:
            run.remark(f"{target.typed}: {price_line(price)}")
            if not yes and can_ask() and not confirm(_("Ask it now?")):
                continue
        agreed.append(target)
    return agreed


def _is_list(target: str) -> bool:
    return (
        Path(target).suffix.lower() in (".opml", ".xml") and "://" not in target and Path(target).expanduser().is_file()
    )
