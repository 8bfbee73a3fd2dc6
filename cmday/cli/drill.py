"""``cmday drill``: a scenario in a sandbox without a network, any command played in it, and how it went."""

from __future__ import annotations

from typing import Annotated

import typer

from cmday import i18n
from cmday.cli import drill_reply
from cmday.cli.drill_group import PLAY, DrillGroup
from cmday.cli.drill_sandbox import Sandbox
from cmday.cli.run import current
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, phrase

app = typer.Typer(
    cls=DrillGroup,
    help=_("Practice: a scenario without a network. Any command after it is played there: cmday drill inbox."),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
)

_FASTEST = 10_000.0
_DRAW = "cmday.drills.view:draw"


@app.callback(invoke_without_command=True)
def drill(context: typer.Context) -> int:
    """How the running drill stands, or the scenarios there are."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    from cmday.drills import playing

    box = Sandbox(run)
    if box.is_there():
        return run.show_data("drill", box.look(), _DRAW)
    return run.show_data("drill", playing.none_running(playing.rows(run.home, i18n.language())), _DRAW)


@app.command(help=_("Begin a scenario; without one, the morning in the drill that runs."))
def start(
    scenario: Annotated[str | None, typer.Argument(metavar="[SCENARIO]", help=_("Its name: cmday drill."))] = None,
    speed: Annotated[
        float, typer.Option("--speed", metavar="N", min=0.1, max=_FASTEST, help=_("So many times as fast as real."))
    ] = 1.0,
    step: Annotated[bool, typer.Option("--step", help=_("Time stands still until cmday drill next."))] = False,
    guide: Annotated[bool, typer.Option("--guide", help=_("The morning of the drill, one item at a time."))] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help=_("Leave the drill that runs, without a score."))] = False,
) -> int:
    run = current()
    box = Sandbox(run)
    if scenario is None:
        return box.play(["start", "--guide"] if guide else ["start"])
    if box.is_there() and not fresh:
        raise WrongUse(
            phrase("a drill runs already: {name}", name=box.progress().scenario),
            phrase("cmday drill end gives its score; --fresh leaves it without one"),
        )
    return run.show_data("drill start", box.begin(scenario, 0.0 if step else speed), _DRAW)


@app.command("next", help=_("Go on to the next message, or by a length of time: drill next 10m."))
def next_(
    length: Annotated[str | None, typer.Argument(metavar="[LENGTH]", help=_("How far: 10m, 1h."))] = None,
) -> int:
    run = current()
    return run.show_data("drill next", Sandbox(run).go_on(length), "cmday.drills.view:draw_next")


@app.command(help=_("It is over: the score, why, and what a good answer would have had."))
def end(
    drop: Annotated[bool, typer.Option("--drop", help=_("Leave it without a score; nothing is kept."))] = False,
) -> int:
    run = current()
    box = Sandbox(run)
    if drop:
        gone = box.remove()
        run.say(_("The drill is gone.") if gone else _("There was no drill."))
        return DONE
    return run.show_data("drill end", box.end(), "cmday.drills.view_score:draw")


@app.command(help=_("How it went, time after time."))
def report(
    scenario: Annotated[str | None, typer.Argument(metavar="[SCENARIO]", help=_("This one only."))] = None,
) -> int:
    run = current()
    from cmday.drills import history, library, titles

    if scenario is not None and not any(
        one.name == scenario for one in history.compared(run.session, str, scenario).scenarios
    ):
        library.scenario_file(run.home, scenario, i18n.language())  # a name that nobody ever had is a mistake
    told = history.compared(run.session, titles.finder(run.home, i18n.language()), scenario)
    return run.show_data("drill report", told, "cmday.drills.view_report:draw")


drill_reply.register(app)


@app.command(
    PLAY,
    hidden=True,
    help=_("Any command of cmday, played in the drill."),
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []},
)
def play(words: Annotated[list[str], typer.Argument(metavar="COMMAND...")]) -> int:
    return Sandbox(current()).play(words)
