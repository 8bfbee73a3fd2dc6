"""``cmday plan``: operations, and the off-peak hours they go into."""

from __future__ import annotations

from typing import Annotated

import typer

from cmday.cli import plan_add, plan_draw, plan_edit, plan_export, plan_import, plan_quiet, plan_verbs, plan_why
from cmday.cli.group import new_app
from cmday.cli.plan_settling import digest, propose
from cmday.cli.plan_words import read_span
from cmday.cli.run import current
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, phrase

app = new_app(_("Step 5: operations, and the off-peak hours they go into."))

Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Write without asking."))]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help=_("Write nothing, ask nothing."))]


@app.callback(invoke_without_command=True)
def plan(context: typer.Context, yes: Yes = False, dry_run: DryRun = False) -> int:
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    return propose(run, digest(run), "plan", yes=yes, dry_run=dry_run)


@app.command(help=_("Plan anew when the day derails; what is begun or fixed stays."))
def replan(
    lost: Annotated[
        str | None, typer.Option("--lost", metavar="LENGTH", help=_("So long from now on is gone: 90m, 2h."))
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help=_("From now on: what went by, and what clearly gains by moving."))
    ] = False,
    push: Annotated[
        str | None, typer.Option("--push", metavar="SPAN", help=_("Nothing new before that many days: 1d, 1w."))
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> int:
    if sum((lost is not None, now, push is not None)) != 1:
        raise WrongUse(phrase("what happened to the day?"), phrase("write one of --lost 90m, --now and --push 1d"))
    from cmday.steps.planning.replanning import Replan
    from cmday.text.durations import parse_duration

    run = current()
    asked = Replan(lost=parse_duration(lost) if lost else None, now=now, push=read_span(push) or None)
    return propose(run, digest(run, replan=asked), "plan replan", yes=yes, dry_run=dry_run)


plan_verbs.register(app)
plan_edit.register(app)
plan_why.register(app)
plan_add.register(app)
plan_draw.register(app)
plan_export.register(app)
plan_quiet.register(app)
plan_import.register(app)
