"""``cmday note``: a line for the journal."""

from __future__ import annotations

from typing import Annotated

import typer

from cmday.cli.run import current
from cmday.i18n import _
from cmday.text.safe_text import safe


def command(text: Annotated[list[str], typer.Argument(help=_("What is to be remembered."))]) -> int:
    run = current()
    from cmday.steps.noting import note

    entry = note(run.session, text)
    line = (
        "" if run.options.json else _("noted at {time}: {text}").format(time=run.view.time(entry.at), text=entry.text)
    )
    return run.print_data("note", entry, safe(line))


command.__doc__ = _("Write a line into the journal.")
