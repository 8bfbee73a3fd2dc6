"""``cmday moderate``: step 4, what needs a decision, and deciding it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from cmday.cli import moderate_learning, moderate_log, moderate_notes, moderate_rules, moderate_verbs
from cmday.cli.group import new_app
from cmday.cli.run import Run, current
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, phrase

if TYPE_CHECKING:
    from cmday.steps.protocol import Outcome

app = new_app(_("Step 4: what needs a decision."))
moderate_log.register(app)
moderate_notes.register(app)
moderate_rules.register(app)
moderate_learning.register(app)
moderate_verbs.register(app)

Handles = Annotated[list[str], typer.Argument(help=_("Handles, ranges (m1-3) or ids."))]


_LINES: Final = 50
_GRACE: Final = 2.0

Which = Annotated[str, typer.Option("--state", metavar="STATE", help=_("open, decided or all."))]


@app.callback(invoke_without_command=True)
def moderate(
    context: typer.Context,
    *,
    state: Which = "open",
    limit: Annotated[int, typer.Option("--limit", min=0, max=1_000_000, help=_("At most so many lines."))] = 0,
    guide: Annotated[bool, typer.Option("--guide", help=_("Case by case, one key each."))] = False,
    resume: Annotated[bool, typer.Option("--resume", help=_("Go on with the guide where it was left."))] = False,
) -> int:
    """Ask the networks and list what needs a decision, the most pressing first."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    which = _which(state)
    if guide or resume:
        return _guided(run, resume=resume)
    from cmday.steps.moderation import step

    outcomes = {} if run.options.offline else _sweep(run)
    bound = limit or (None if run.options.json else _LINES)
    report = step.digest(run.session, outcomes, limit=bound, which=which, alone=True)
    return run.show("moderate", report, "cmday.steps.moderation.view:draw")


def _which(word: str) -> Literal["open", "decided", "all"]:
    """The state that a word means, whole or begun; raises ``WrongUse``."""
    states: tuple[Literal["open", "decided", "all"], ...] = ("open", "decided", "all")
    for one in states:
        if word and one.startswith(word.lower()):
            return one
    raise WrongUse(phrase('no state is called "{word}"', word=word), phrase("the states are open, decided and all"))


def _guided(run: Run, *, resume: bool) -> int:
    from cmday.cli.guide import guide, insist_on_terminal

    insist_on_terminal(run)
    outcomes = {} if run.options.offline or resume else _sweep(run)
    errors = [outcome.error for outcome in outcomes.values() if outcome.error and outcome.status != "waiting"]
    return guide(run, ["moderation"], "cmday moderate --guide", resume=resume, errors=errors)


def _sweep(run: Run) -> dict[str, Outcome]:
    from cmday.routine import ask_all, load_steps

    session = run.session
    with run.progress() as line:
        return ask_all(
            session,
            load_steps(["moderation"]),
            budget=session.settings.limits.deadline + _GRACE,
            progress=line.tell,
        )


@app.command(help=_("Show cases whole, with every reason."))
def show(handles: Handles) -> int:
    run = current()
    from cmday.steps.moderation import shown

    return run.show_data(
        "moderate show", shown.show(run.session, handles), "cmday.steps.moderation.shown_view:draw_shown"
    )
