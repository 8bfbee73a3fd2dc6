"""``cmday moderate``: step 4, what needs a decision, and deciding it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli import moderate_log, moderate_verbs
from cmday.cli.group import new_app
from cmday.cli.run import current
from cmday.errors import DONE
from cmday.i18n import _

if TYPE_CHECKING:
    from cmday.steps.protocol import ReportStatus

app = new_app(_("Step 4: what needs a decision."))
moderate_log.register(app)
moderate_verbs.register(app)

Handles = Annotated[list[str], typer.Argument(help=_("Handles, ranges (m1-3) or ids."))]


@app.callback(invoke_without_command=True)
def moderate(
    context: typer.Context,
    guide: Annotated[bool, typer.Option("--guide", help=_("Case by case, one key each."))] = False,
    resume: Annotated[bool, typer.Option("--resume", help=_("Go on with the guide where it was left."))] = False,
) -> int:
    """List what needs a decision, from what is stored."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    if guide or resume:
        from cmday.cli.guide import guide as walk
        from cmday.cli.guide import insist_on_terminal

        insist_on_terminal(run)
        return walk(run, ["moderation"], "cmday moderate --guide", resume=resume)
    from cmday.steps.moderation import step

    return run.show("moderate", step.digest(run.session, {}), "cmday.steps.moderation.view:draw")


@app.command(help=_("Show cases whole, with every reason."))
def show(handles: Handles) -> int:
    run = current()
    from cmday.steps.moderation import shown

    return run.show_data(
        "moderate show", shown.show(run.session, handles), "cmday.steps.moderation.shown_view:draw_shown"
    )


@app.command(help=_("List the rules, and how often each fits."))
def rules() -> int:
    run = current()
    from cmday.steps.moderation import shown

    data, problems = shown.rules(run.session)
    status: ReportStatus = "partial" if problems else "done"
    code = run.show_data("moderate rules", data, "cmday.steps.moderation.shown_view:draw_rules", problems, status)
    if not run.options.json:
        for problem in problems:
            run.remark(f"{problem.message}")
    return code
