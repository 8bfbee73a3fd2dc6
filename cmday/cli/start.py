"""``cmday start``: the morning, all five steps on one screen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Any

import msgspec
import typer

from cmday.cli.crisis_screen import crisis_of, known_crisis
from cmday.cli.run import Run, current, exit_code
from cmday.cli.start_screen import Morning, missing_network, open_reports, screen
from cmday.crisis.report import CrisisData
from cmday.errors import DONE, SIGN_IN, CaptivePortal, CmdayError, NoNetwork, WrongUse
from cmday.i18n import _, phrase
from cmday.routine import ask_all, digest_all, load_steps
from cmday.steps import standing
from cmday.steps.advice import next_steps, written_and_not_sent
from cmday.steps.day_report import NextRow, StartData, step_row, title_of
from cmday.steps.protocol import Outcome, Report, ReportStatus, StepModule
from cmday.terminal.progress import ProgressLine


def command(
    only: Annotated[list[str], typer.Option("--only", metavar="STEP", help=_("Only this step; may be repeated."))] = [],  # noqa: B006  Typer's way
    skip: Annotated[
        list[str], typer.Option("--skip", metavar="STEP", help=_("Without this step; may be repeated."))
    ] = [],  # noqa: B006
    from_: Annotated[str | None, typer.Option("--from", metavar="STEP", help=_("Begin at this step."))] = None,
    resume: Annotated[bool, typer.Option("--resume", help=_("Go on where an interruption came."))] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help=_("As if today had not been started yet."))] = False,
    all_: Annotated[bool, typer.Option("--all", help=_("Show finished steps too."))] = False,
    guide: Annotated[bool, typer.Option("--guide", help=_("Item by item, one key each."))] = False,
) -> int:
    """Show the morning on one screen."""
    run = current()
    if guide:
        return _guided(run, only, skip, from_, resume=resume)
    first = _first_contact(run)
    names = _chosen(run, only, skip, from_)
    if resume and (place := standing.resume_at(run.session, names)):
        names = names[names.index(place) :]
    return _morning(run, load_steps(names), first=first, unfold=all_ or fresh or bool(only))


command.__doc__ = _(
    "The morning on one screen: what the day holds, who waits for an answer, the news, what to decide, the plan."
)


def _first_contact(run: Run) -> bool:
    """Whether this home has never seen a whole morning; makes it where there is none yet."""
    from cmday.config import starter

    if not run.home.config.exists():
        starter.create(run.home)
    return standing.last_start(run.session) is None and not run.settings.accounts and not run.settings.calendars


def _chosen(run: Run, only: Sequence[str], skip: Sequence[str], from_: str | None) -> list[str]:
    """The steps to show, in the order of the day; raises ``WrongUse`` for a step that does not exist."""
    names = list(run.settings.steps)
    wanted = {_step(word, names) for words in only for word in words.split(",")} or set(names)
    wanted -= {_step(word, names) for words in skip for word in words.split(",")}
    begin = names.index(_step(from_, names)) if from_ else 0
    chosen = [name for place, name in enumerate(names) if name in wanted and place >= begin]
    if not chosen:
        raise WrongUse(phrase("no step is left to show"), phrase("the steps are {names}", names=", ".join(names)))
    return chosen


def _step(said: str, names: Sequence[str]) -> str:
    """The step that a person means: its name or title, its number, its command's name, or a unique beginning."""
    word = said.strip().lower()
    if word.isdecimal() and 1 <= int(word) <= len(names):
        return names[int(word) - 1]
    others = {"inbox": "notifications", "feeds": "news", "moderate": "moderation", "plan": "planning"}
    known = {name: name for name in names}
    known |= {other: name for other, name in others.items() if name in names}
    known |= {str(title_of(name)).lower(): name for name in names}
    begun = {name for other, name in known.items() if other.startswith(word)}
    if word in known or len(begun) == 1:
        return known.get(word) or begun.pop()
    near = get_close_matches(word, known, n=1)
    hint = (
        phrase("did you mean {word}?", word=near[0])
        if near
        else phrase("the steps are {names}", names=", ".join(names))
    )
    raise WrongUse(phrase('no step is called "{word}"', word=said), hint)


def _morning(run: Run, steps: list[StepModule], *, first: bool, unfold: bool) -> int:
    """Ask, digest, draw and note how far the day is; returns the exit code."""
    from cmday.terminal.live import Live

    session = run.session
    before = {} if unfold else standing.of_today(session)
    morning = Morning(before=before, since=standing.last_start(session), first=first)
    names = [step.NAME for step in steps]
    standing.begin(session, names)
    with Live(run.console) as live:
        if morning.since and run.console.interactive and not session.offline and not run.options.json:
            with standing.without_trace(session):
                stored = [report for _step_module, report in digest_all(session, steps, {})]
            live.show_stored(
                screen(
                    run,
                    msgspec.structs.replace(morning, stored=True, crisis=known_crisis(run), unfold=unfold),
                    stored,
                )
            )
        began = time.monotonic()
        outcomes = {} if session.offline else _ask(run, steps)
        morning = msgspec.structs.replace(morning, seconds=time.monotonic() - began, outcomes=outcomes)
        reports = [report for _step_module, report in digest_all(session, steps, outcomes)]
        crisis = crisis_of(run)
        if run.options.json:
            _write_json(run, morning, reports, crisis)
        else:
            live.show(screen(run, msgspec.structs.replace(morning, crisis=crisis, unfold=unfold), reports))
    standing.shown(session, reports)
    if names == list(run.settings.steps) and not missing_network(morning) and not session.offline:
        standing.finish(session)
    return code_of(reports)


def _guided(run: Run, only: Sequence[str], skip: Sequence[str], from_: str | None, *, resume: bool) -> int:
    """Ask the networks, unless one goes on where one was, then walk through what there is."""
    from cmday.cli.guide import guide, insist_on_terminal

    insist_on_terminal(run)
    _first_contact(run)
    names = _chosen(run, only, skip, from_)
    standing.begin(run.session, names)
    outcomes = {} if run.session.offline or resume else _ask(run, load_steps(names))
    errors = [outcome.error for outcome in outcomes.values() if outcome.error and outcome.status != "waiting"]
    return guide(run, names, "cmday start --guide", resume=resume, errors=errors)


def _ask(run: Run, steps: Sequence[StepModule]) -> dict[str, Outcome]:
    with ProgressLine(silent=run.options.quiet or run.options.json) as line:
        return ask_all(run.session, steps, budget=run.settings.limits.deadline, progress=line.tell)


def code_of(reports: Sequence[Report[Any]]) -> int:
    """0 done, 3 done in part, 4 where an account wants a sign-in; a missing network alone is no failure."""
    errors = _errors(reports)
    code = exit_code(_status(reports), errors)
    if code != SIGN_IN and errors and all(isinstance(error, NoNetwork | CaptivePortal) for error in errors):
        return DONE
    return code


def _status(reports: Sequence[Report[Any]]) -> ReportStatus:
    return "done" if all(report.status == "done" for report in reports) else "partial"


def _errors(reports: Sequence[Report[Any]]) -> list[CmdayError]:
    """The errors of all steps, each said once: two steps may need the same account, and there is one network."""
    told: dict[tuple[object, ...], CmdayError] = {}
    for report in reports:
        for error in report.errors:
            here = isinstance(error, NoNetwork | CaptivePortal)
            told.setdefault((error.kind, None if here else error.subject, "" if here else error.message.english), error)
    return list(told.values())


def _write_json(run: Run, morning: Morning, reports: Sequence[Report[Any]], crisis: CrisisData | None) -> None:
    now = run.session.clock.now()
    left = open_reports(morning, reports, now)
    advised = next_steps(left, now, written=written_and_not_sent(run.session))
    data = StartData(
        steps=[step_row(report) for report in reports],
        next=[NextRow(text=step.text.english, command=step.command) for step in advised],
        crisis=crisis,
    )
    run.show_data("start", data, "", _errors(reports), _status(reports))
