"""``cmday feeds remove``, ``list``, ``import`` and ``export``: which feeds are read."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cmday.cli.run import Run, current, exit_code
from cmday.errors import CmdayError, ConfigError
from cmday.i18n import _, ngettext, phrase
from cmday.steps.protocol import ReportStatus
from cmday.text.safe_text import hide_logins, safe

if TYPE_CHECKING:
    from cmday.steps.news.adding import AddedData, Adding

_VIEWS: Final = "cmday.steps.news.view_lists"
_BIGGEST_LIST: Final = 16 * 1024 * 1024


def register(app: typer.Typer) -> None:
    """Hang these commands on ``cmday feeds``."""
    from cmday.cli import feeds_add  # it shows what was added as an import does

    feeds_add.register(app)
    app.command(help=_("Take feeds off the list, with their entries."))(remove)
    app.command("list", help=_("List the feeds, their state and next check."))(list_)
    app.command("import", help=_("Add the feeds of OPML files."))(import_)
    app.command(help=_("Write the feeds as OPML."))(export)


def import_(
    files: Annotated[list[Path], typer.Argument(help=_("OPML files."))],
) -> int:
    run = current()
    from cmday.steps.news.adding import AddedData, Adding

    adding = Adding(run.session, None, None)
    for file in files:
        import_list(adding, file.expanduser())
    return show_added(run, "feeds import", AddedData(feeds=tuple(adding.rows)), adding.errors)


def import_list(adding: Adding, file: Path) -> None:
    """Add the feeds of an OPML file; each that could not be read becomes an error of ``adding``."""
    from cmday.steps.news.opml import read_opml

    try:
        with file.open("rb") as source:
            body = source.read(_BIGGEST_LIST)
    except OSError as error:
        raise ConfigError(
            phrase("{file} cannot be read: {cause}", file=file, cause=error.strerror or error),
            phrase("name an OPML file that you may read"),
        ) from error
    found, bad = read_opml(body, file.name)
    adding.add_listed(found)
    adding.errors += bad


def show_added(run: Run, command: str, data: AddedData, errors: list[CmdayError]) -> int:
    """Show what was added, and what could not be."""
    status: ReportStatus = "done" if not errors else ("partial" if data.feeds else "failed")
    if run.options.json or data.feeds:
        draw = f"{_VIEWS}:draw_imported" if command == "feeds import" else "cmday.steps.news.view_added:draw_added"
        code = run.show_data(command, data, draw, errors, status)
    else:
        if len(errors) == 1:
            raise errors[0]  # nothing came of it: told as any other failure is
        code = exit_code(status, errors)
    warn_of(run, errors)
    return code


def remove(
    feeds: Annotated[list[str], typer.Argument(help=_("Addresses of feeds, or a part that only one has."))],
) -> int:
    run = current()
    from cmday.steps.news.adding import remove_feeds

    data = remove_feeds(run.session, feeds)
    return run.print_data(
        "feeds remove", data, "\n".join(_("removed: {url}").format(url=safe(url)) for url in data.removed)
    )


def list_() -> int:
    run = current()
    from cmday.steps.news.lists import feed_list

    data, problems = feed_list(run.session)
    warn_of(run, problems)
    return run.show_data("feeds list", data, f"{_VIEWS}:draw_list", problems, "partial" if problems else "done")


def export(
    file: Annotated[Path | None, typer.Argument(help=_("Where to; standard output without it."))] = None,
) -> int:
    run = current()
    from cmday.config.subscriptions import read_subscriptions
    from cmday.steps.news.adding import ExportedData
    from cmday.steps.news.opml import write_opml

    found = read_subscriptions(run.home.feeds)
    warn_of(run, found.problems)
    text = write_opml(found.feeds)
    if any(hide_logins(feed.url) != feed.url for feed in found.feeds):
        run.remark(_("passwords in addresses are left out of the list"))
    n = len(found.feeds)
    if file is None and not run.options.json:
        sys.stdout.write(text)
        return exit_code("partial" if found.problems else "done")
    if file is not None:
        from cmday.config.paths import write_private

        try:
            write_private(file.expanduser(), text)
        except OSError as error:
            raise ConfigError(
                phrase("{file} cannot be written: {cause}", file=file, cause=error.strerror or error), None
            ) from error
    said = ngettext("{n} feed written to {file}", "{n} feeds written to {file}", n).format(n=n, file=file)
    data = ExportedData(file=str(file) if file else None, feeds=n, opml=None if file else text)
    return run.print_data("feeds export", data, said, found.problems, "partial" if found.problems else "done")


def warn_of(run: Run, errors: Iterable[CmdayError]) -> None:
    """Tell of what went wrong beside the result, on stderr; JSON has it in its envelope."""
    from cmday.cli.complaints import warn

    if not run.options.json:
        for error in errors:
            if error.subject and error.subject not in error.message.english:
                error.message = phrase("{subject}: {what}", subject=error.subject, what=error.message)
            warn(error)
