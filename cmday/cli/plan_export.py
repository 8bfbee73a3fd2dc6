"""``cmday plan export``: the plan for other calendars."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cmday.cli.run import current
from cmday.i18n import _, ngettext


def register(app: typer.Typer) -> None:
    app.command(help=_("Write the plan as a calendar file (iCalendar)."))(export)


def export(
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help=_("The file; without one it is printed."))
    ] = None,
) -> int:
    run = current()
    from cmday.steps.planning.exporting import export as write

    done = write(run.session, ics)
    if done.file is None:
        return run.print_data("plan export", done, (done.ics or "").replace("\r\n", "\n").rstrip("\n"))
    said = ngettext("{n} operation is in {file}", "{n} operations are in {file}", done.operations)
    return run.print_data("plan export", done, said.format(n=done.operations, file=done.file))
