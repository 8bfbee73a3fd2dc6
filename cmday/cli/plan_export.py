"""``cmday plan export``: the plan for other calendars."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cmday.cli.run import Run, current
from cmday.errors import DONE, IN_PART, CmdayError, WrongUse
from cmday.i18n import _, ngettext, phrase
from cmday.steps.planning.exporting import PlanExport
from cmday.steps.protocol import ReportStatus


def register(app: typer.Typer) -> None:
    app.command(help=_("Write the plan as a calendar file, or into a calendar of its own."))(export)


def export(
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help=_("The file; without one it is printed."))
    ] = None,
    calendar: Annotated[
        bool, typer.Option("--calendar", help=_("Into the calendars of its own (CalDAV), as they are set up."))
    ] = False,
) -> int:
    run = current()
    if calendar:
        return _into_calendars(run, ics)
    from cmday.steps.planning.exporting import export as write

    done = write(run.session, ics)
    if done.file is None:
        return run.print_data("plan export", done, (done.ics or "").replace("\r\n", "\n").rstrip("\n"))
    said = ngettext("{n} operation is in {file}", "{n} operations are in {file}", done.operations)
    return run.print_data("plan export", done, said.format(n=done.operations, file=done.file))


def _into_calendars(run: Run, ics: Path | None) -> int:
    from cmday.steps.planning import owned_calendar

    if ics is not None:
        raise WrongUse(phrase("--ics and --calendar exclude each other"), phrase("write one of them"))
    if not owned_calendar.owned(run.session):
        raise WrongUse(
            phrase("no calendar is cmday's own"),
            phrase("add [calendar.plan] with caldav and owned = true: cmday config edit"),
        )
    if run.session.offline:
        raise WrongUse(phrase("the calendar is on a server"), phrase("leave --offline out"))
    changed, errors = publish(run)
    done = PlanExport(
        file=None, operations=changed, ics=None, calendars=tuple(one.name for one in owned_calendar.owned(run.session))
    )
    said = ngettext("{n} event was written or taken out", "{n} events were written or taken out", changed)
    status: ReportStatus = "done" if not errors else "partial" if changed else "failed"
    if not run.options.json:
        _tell(run, errors)
    return run.print_data("plan export", done, said.format(n=changed), errors=errors, status=status)


def publish(run: Run) -> tuple[int, tuple[CmdayError, ...]]:
    """Bring the calendars that cmday owns to the plan; how many events changed, and what went wrong."""
    from cmday.routine import converse
    from cmday.steps.planning.owned_calendar import Publishing

    writing = Publishing(run.session)
    asked = {question.key: question for question in writing.questions()}
    with run.progress() as line:
        outcomes = converse(run.session, asked, progress=line.tell)
    failed = [outcome.error for outcome in outcomes.values() if outcome.error]
    return writing.changed, (*failed, *writing.conflicts)


def publish_after(run: Run) -> int:
    """Bring the calendars that cmday owns to a plan that was just written; what goes wrong is told beside it."""
    from cmday.steps.planning.owned_calendar import owned

    if run.session.offline or not owned(run.session):
        return DONE
    changed, errors = publish(run)
    if changed:
        said = ngettext("{n} event in your calendar", "{n} events in your calendar", changed)
        run.remark(said.format(n=changed))
    _tell(run, errors)
    return IN_PART if errors else DONE


def _tell(run: Run, errors: tuple[CmdayError, ...]) -> None:
    for error in errors:
        if run.session.warn:
            run.session.warn(error)
