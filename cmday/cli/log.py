"""``cmday log``: what was done, which cmday wrote down by itself, and how long each step took."""

from __future__ import annotations

from typing import Annotated

import typer

from cmday.cli.run import current
from cmday.errors import WrongUse
from cmday.i18n import _, phrase


def command(
    today: Annotated[bool, typer.Option("--today", help=_("Today; this is what is shown without a word."))] = False,
    week: Annotated[bool, typer.Option("--week", help=_("Today and the six days before."))] = False,
    markdown: Annotated[bool, typer.Option("--md", help=_("As Markdown."))] = False,
) -> int:
    if today and week:
        raise WrongUse(phrase("--today and --week are two"), phrase("name one of them"))
    run = current()
    from cmday.daybook import log

    data = log.of_days(run.session, week=week)
    if markdown:
        from cmday.daybook.markdown import of_log

        return run.print_data("log", data, "" if run.options.json else of_log(data, run.view))
    return run.show_data("log", data, "cmday.daybook.view:draw_log")


command.__doc__ = _("What was done, and how long each step took.")
