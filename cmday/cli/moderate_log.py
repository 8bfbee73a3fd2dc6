"""``cmday moderate log``, ``log verify`` and ``transparency``: what was decided, and an account of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from cmday.cli.group import new_app
from cmday.cli.run import current
from cmday.errors import DONE, FAILED, WrongUse
from cmday.i18n import _, language, phrase

_VIEW: Final = "cmday.steps.moderation.trace.view"
_HASH_SIGNS: Final = 64

_log = new_app(_("What was decided and what left, by whom and why."))


def register(app: typer.Typer) -> None:
    """Hang these commands on ``cmday moderate``."""
    app.add_typer(_log, name="log")
    app.command(help=_("A month in figures, without names, as Markdown and CSV."))(transparency)


@_log.callback(invoke_without_command=True)
def log(
    context: typer.Context,
    case: Annotated[str | None, typer.Option("--case", help=_("Of one case: its handle or id."))] = None,
    since: Annotated[str | None, typer.Option("--since", help=_("From then on: mon, 12 nov, 3d."))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("Replies and posts, too."))] = False,
) -> int:
    """List the records of the audit log about moderation."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    from cmday.steps.moderation.trace import reading
    from cmday.text.since import parse_since

    moment = None if since is None else parse_since(since, run.session.clock.now(), language=language())
    data = reading.log(run.session, case=case, since=moment, everything=everything)
    return run.show_data("moderate log", data, f"{_VIEW}:draw")


@_log.command(help=_("Read the whole log: is it as it was written?"))
def verify(
    expect: Annotated[
        str | None, typer.Option("--expect", help=_("A hash that a report told: the log must still hold it."))
    ] = None,
) -> int:
    run = current()
    if expect is not None and not _is_hash(expect):
        raise WrongUse(
            phrase('"{text}" is no hash', text=expect[:_HASH_SIGNS]),
            phrase("copy the 64 signs that cmday moderate transparency printed"),
        )
    from cmday.steps.moderation.trace import reading

    data = reading.verify(run.session, expect.lower() if expect else None)
    code = run.show_data(
        "moderate log verify", data, f"{_VIEW}:draw_verified", status="done" if data.whole else "failed"
    )
    return code if data.whole else FAILED


def transparency(
    month: Annotated[str | None, typer.Option("--month", help=_("2026-10; without it, the month before."))] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help=_("Write the figures into this file."))] = None,
) -> int:
    run = current()
    from cmday.steps.moderation.trace import transparency as figures
    from cmday.steps.moderation.trace.transparency_text import markdown, write_csv

    data = figures.of_month(run.session, month)
    if csv is not None:
        write_csv(csv, data)
    return run.print_data("moderate transparency", data, "" if run.options.json else markdown(data, run.view))


def _is_hash(text: str) -> bool:
    return len(text) == _HASH_SIGNS and all(sign in "0123456789abcdef" for sign in text.lower())
