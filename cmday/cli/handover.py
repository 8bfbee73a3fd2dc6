"""``cmday handover``: Markdown for the colleague who takes over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cmday.cli.run import current
from cmday.errors import ConfigError
from cmday.i18n import _, language, phrase


def command(
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help=_("Only what comes up before: fri, 12/11, in 2 weeks.")),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=_("Write it into this file."))
    ] = None,
) -> int:
    run = current()
    from cmday.daybook.handover import handover
    from cmday.daybook.handover_page import written
    from cmday.text.dates import parse_when

    session = run.session
    end = parse_when(until, session.clock.now(), session.settings.hours, language=language()) if until else None
    data = handover(session, end)
    if run.options.json and output is None:
        return run.print_data("handover", data, "")
    text = written(data, run.view)
    if output is None:
        return run.print_data("handover", data, text)
    _write(output.expanduser(), text)
    return run.print_data("handover", data, _("written: {file}").format(file=output))


command.__doc__ = _("For the colleague who takes over: who waits, what was promised, what leaves, open cases, notes.")


def _write(file: Path, text: str) -> None:
    from cmday.config.paths import write_private

    try:
        write_private(file, text)
    except OSError as error:
        raise ConfigError(
            phrase("{file} cannot be written: {cause}", file=file, cause=error.strerror or error), None
        ) from error
