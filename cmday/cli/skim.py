"""The skim of the news, without Typer: a look at what is stored is over before Typer would be imported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from cmday.cli.run import Run
from cmday.errors import CaptivePortal, CmdayError, NoNetwork
from cmday.steps.protocol import Outcome

_GRACE: Final = 2.0
_DRAW: Final = "cmday.steps.news.view:draw"


def skim(
    run: Run, *, limit: int = 0, everything: bool = False, since: datetime | None = None, pager: bool = False
) -> int:
    """Refresh the feeds whose turn it is, and show the skim; returns the exit code."""
    from cmday.steps.news import step

    outcomes = {} if run.options.offline else refresh_due(run)
    bound = limit or (None if everything else run.settings.display.skim)
    report = step.digest(
        run.session,
        outcomes,
        limit=bound,
        everything=everything,
        since=since,
        again=bool(limit),
        explain=run.options.json or run.options.verbose,
    )
    if pager and run.console.interactive and not run.options.json:
        from cmday.cli.pager import paged

        return paged(run, "feeds", report, _DRAW)
    return run.show("feeds", report, _DRAW)


def refresh_due(run: Run, *, patient: bool = False, force: bool = False) -> dict[str, Outcome]:
    """Ask the feeds that are due. A patient refresh waits for every turn; else what waits is asked the next time."""
    from cmday.routine import converse
    from cmday.steps.news import step

    session = run.session
    questions = {question.key: question for question in step.ask(session, patient=patient, force=force)}
    if not questions:
        return {}
    budget = None if patient else session.settings.limits.deadline + _GRACE
    with run.progress() as line:
        return converse(session, questions, budget=budget, progress=line.tell)


def told_once(outcomes: Iterable[Outcome]) -> list[CmdayError]:
    """The errors of a refresh; that there is no network is said once."""
    told: dict[object, CmdayError] = {}
    for outcome in outcomes:
        if outcome.error and outcome.status != "waiting":
            here = isinstance(outcome.error, NoNetwork | CaptivePortal)
            told.setdefault(outcome.error.kind if here else outcome.key, outcome.error)
    return list(told.values())
