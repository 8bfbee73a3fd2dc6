"""``cmday moderate``: step 4, what needs a decision, and deciding it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cmday.cli.group import new_app
from cmday.cli.run import Run, current
from cmday.errors import DONE
from cmday.i18n import _, ngettext
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.core.cases import CaseState
    from cmday.steps.moderation.actions import Decisions, RulesData
    from cmday.steps.moderation.report import CaseRow

app = new_app(_("Step 4: what needs a decision."))

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

    data = actions.show(run.session, handles)
    return run.print_data("moderate show", data, "\n\n".join(_whole(run, case) for case in data.cases))


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
    code = run.print_data("moderate rules", data, _rules_text(data), problems, "partial" if problems else "done")
    if not run.options.json:
        for problem in problems:
            run.remark(f"{problem.message}")
    return code


def _tell(run: Run, verb: str, decisions: Decisions) -> int:
    lines = [
        _decided(case.state).format(
            handle=case.handle,
            what=f"{case.community or ''} {safe(case.author, _MOST // 2)} "
            f"{run.view.quote(safe(case.text, _MOST)) if case.text else ''}".strip(),
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


def _whole(run: Run, case: CaseRow) -> str:
    if run.options.json:
        return ""
    head = "  ".join(part for part in (case.handle, case.community, safe(case.author, _MOST), case.network) if part)
    lines = [head, *(f"  {safe(line)}" for line in case.text.splitlines())]
    lines += [f"  → {safe(reason)}" for reason in case.reasons]
    if case.url:
        lines.append(f"  {safe(case.url)}")
    return "\n".join(lines)


def _rules_text(data: RulesData) -> str:
    if not data.rules:
        return _("no rules yet: {file}").format(file=data.file)
    width = max(len(rule.name) for rule in data.rules)
    return "\n".join(
        f"{rule.name:{width}}  {ngettext('{n} item', '{n} items', rule.hits).format(n=rule.hits):>10}  {safe(rule.why)}"
        + (f"  ({_('only counts')})" if rule.mode == "observe" else "")
        for rule in data.rules
    )
