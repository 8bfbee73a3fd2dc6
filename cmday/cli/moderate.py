"""``cmday moderate``: step 4, what needs a decision, and deciding it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cmday.cli import moderate_log
from cmday.cli.group import new_app
from cmday.cli.run import Run, current
from cmday.errors import DONE
from cmday.i18n import _
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.core.cases import CaseState
    from cmday.steps.moderation.actions import Decisions
    from cmday.steps.protocol import ReportStatus

app = new_app(_("Step 4: what needs a decision."))
moderate_log.register(app)

_MOST: Final = 60

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
    from cmday.steps.moderation import actions

    return run.show_data(
        "moderate show", actions.show(run.session, handles), "cmday.steps.moderation.shown_view:draw_shown"
    )


@app.command(help=_("Nothing is wrong with these; they do not come back."))
def approve(handles: Handles) -> int:
    run = current()
    from cmday.steps.moderation import actions

    return _tell(run, "approve", actions.approve(run.session, handles))


@app.command(help=_("These were dealt with; they do not come back."))
def resolve(handles: Handles) -> int:
    run = current()
    from cmday.steps.moderation import actions

    return _tell(run, "resolve", actions.resolve(run.session, handles))


@app.command(help=_("Take a decision back."))
def reopen(handles: Handles) -> int:
    run = current()
    from cmday.steps.moderation import actions

    return _tell(run, "reopen", actions.reopen(run.session, handles))


@app.command(help=_("List the rules, and how often each fits."))
def rules() -> int:
    run = current()
    from cmday.steps.moderation import actions

    data, problems = actions.rules(run.session)
    status: ReportStatus = "partial" if problems else "done"
    code = run.show_data("moderate rules", data, "cmday.steps.moderation.shown_view:draw_rules", problems, status)
    if not run.options.json:
        for problem in problems:
            run.remark(f"{problem.message}")
    return code


def _tell(run: Run, verb: str, decisions: Decisions) -> int:
    lines = [
        _decided(case.state).format(
            handle=case.handle,
            what=f"{case.community or ''} {safe(case.author, _MOST // 2)} "
            f"{run.view.quote_start(case.text, _MOST) if case.text else ''}".strip(),
        )
        for case in ([] if run.options.json else decisions.cases)
    ]
    return run.print_data(f"moderate {verb}", decisions, "\n".join(lines))


def _decided(state: CaseState) -> str:
    if state == "approved":
        return _("{handle} is approved: {what}")
    if state == "resolved":
        return _("{handle} is resolved: {what}")
    return _("{handle} is open again: {what}")
