"""``cmday plan``: operations, and the off-peak hours they go into."""

from __future__ import annotations

from typing import Annotated

import typer

from cmday.cli import plan_add, plan_draw, plan_export, plan_import, plan_quiet
from cmday.cli.asking import confirm
from cmday.cli.group import new_app
from cmday.cli.plan_settling import DRAW, digest, may_ask, moment, plan_lines, question, settle
from cmday.cli.plan_words import Typed, plan_edit_changes
from cmday.cli.run import current
from cmday.core.operations import Wants
from cmday.errors import DONE
from cmday.i18n import _

app = new_app(_("Step 5: operations, and the off-peak hours they go into."))

Handles = Annotated[list[str], typer.Argument(metavar="HANDLE...", help=_("p1, p2-4 or an id."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Write without asking."))]


@app.callback(invoke_without_command=True)
def plan(
    context: typer.Context,
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help=_("Write nothing, ask nothing."))] = False,
) -> int:
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    report = digest(run)
    code = run.show("plan", report, DRAW)
    if not report.data.changes or dry_run:
        return code
    if yes or (may_ask(run) and confirm(question(report.data.changes))):
        from cmday.steps.planning import actions

        actions.apply(run.session, report.data.changes, report.followed)
        run.remark(_("Written."))
        return max(code, plan_export.publish_after(run))
    if not may_ask(run):
        run.remark(_("Nothing was written; cmday plan --yes writes it."))
    return code


@app.command(help=_("Change an operation; its place is kept where it still holds."))
def edit(
    handle: Annotated[str, typer.Argument(metavar="HANDLE")],
    title: Annotated[str | None, typer.Option("--title", help=_("Another title."))] = None,
    length: Annotated[str | None, typer.Option("--for", metavar="LENGTH", help=_("Another length."))] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="WHEN", help=_('Another deadline, or "none".'))] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="WHEN", help=_('Not before, or "none".'))] = None,
    wants: Annotated[Wants | None, typer.Option("--wants", help=_("quiet, peak or any hours."))] = None,
    community: Annotated[str | None, typer.Option("--community", "-c", help=_('Another community, or "none".'))] = None,
    priority: Annotated[int | None, typer.Option("--priority", min=1, max=3, help=_("1 is the highest."))] = None,
    yes: Yes = False,
) -> int:
    run = current()
    from cmday.steps.planning import actions

    changes = plan_edit_changes(
        run, Typed(title=title, length=length, by=by, from_=from_, wants=wants, community=community, priority=priority)
    )
    acted = actions.edit(run.session, handle, changes)
    return settle(run, [acted.operation], "plan edit", yes=yes)


@app.command(help=_("Begin operations, or go on with them; what else runs is paused."))
def begin(words: Handles) -> int:
    return _act("begin", words, _("begun: {what}"))


@app.command(help=_("Pause what runs; the time spent counts."))
def pause(words: Handles) -> int:
    return _act("pause", words, _("paused: {what}"))


@app.command(help=_("Operations are done."))
def done(words: Handles) -> int:
    return _act("done", words, _("done: {what}"))


@app.command(help=_("Give operations up."))
def drop(words: Handles) -> int:
    return _act("drop", words, _("dropped: {what}"))


def _act(verb: str, words: list[str], said: str) -> int:
    from cmday.steps.planning import actions

    run = current()
    for acted in getattr(actions, verb)(run.session, words):
        run.say(said.format(what=f"{acted.handle} {acted.operation.title}"))
    return DONE


@app.command("list", help=_("All operations that are open."))
def list_() -> int:
    from cmday.steps.planning import step

    run = current()
    return run.show_data("plan list", step.listed(run.session), "cmday.steps.planning.list_view:draw")


@app.command(help=_("Why an operation is where it is, and what it needs."))
def why(handle: Annotated[str, typer.Argument(metavar="HANDLE")]) -> int:
    from cmday.steps.planning import actions

    run = current()
    operation = actions.operation(run.session, handle)
    report = digest(run, offline=True)
    for line in plan_lines(run, operation, report):
        run.say(line)
    line_of = report.lines.get(operation.id)
    if line_of and line_of.latest_safe_start:
        run.say("  " + _("begin before {time}").format(time=moment(run, line_of.latest_safe_start)))
    return DONE


plan_add.register(app)
plan_draw.register(app)
plan_export.register(app)
plan_quiet.register(app)
plan_import.register(app)
