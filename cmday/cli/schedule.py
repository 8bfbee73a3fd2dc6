"""``cmday schedule``: what the day holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final

import typer

from cmday.cli.run import Run, current
from cmday.errors import WrongUse
from cmday.i18n import _, language, phrase
from cmday.routine import ask_all
from cmday.steps.protocol import Outcomes
from cmday.text.dates import parse_day

MOST_DAYS: Final = 92
_WEEK: Final = 7


def command(
    date: Annotated[
        str | None, typer.Option("--date", metavar="WHEN", help=_("Another day: fri, demain, 12/11, 2026-11-12."))
    ] = None,
    days: Annotated[int | None, typer.Option("--days", metavar="N", help=_("How many days."))] = None,
    week: Annotated[
        bool, typer.Option("--week", help=_("The week of that day from Monday, as a picture: one line a day."))
    ] = False,
) -> int:
    run = current()
    hint = phrase("for example cmday schedule --days 7")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise WrongUse(phrase("--days takes 1 to {most}", most=MOST_DAYS), hint)
    if week and days is not None:
        raise WrongUse(phrase("--week and --days exclude each other"), hint)
    from cmday.steps.schedule import step

    session = run.session
    day = parse_day(date, session.clock.now(), language=language()) if date else session.clock.today()
    if week:
        day, days = day - timedelta(days=day.weekday()), _WEEK
    report = step.digest(session, ask(run, step), day=day, days=days or 1, overview=week)
    return run.show("schedule", report, "cmday.steps.schedule.view:draw")


command.__doc__ = _("Step 1: events, operations and deadlines of a day, and how full it is.")


def ask(run: Run, step: Any) -> Outcomes:
    """Ask the questions of one step, unless this run asks no network."""
    if run.session.offline:
        return {}
    with run.progress() as line:
        return ask_all(run.session, [step], budget=run.settings.limits.deadline, progress=line.tell)
