"""``cmday plan``: operations, and the off-peak hours they go into."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from cmday.cli.asking import can_ask, confirm
from cmday.cli.group import new_app
from cmday.cli.plan_words import Typed, plan_edit_changes, read_community, read_when
from cmday.cli.run import Run, current
from cmday.cli.schedule import ask
from cmday.core.operations import Operation, Wants
from cmday.errors import DONE
from cmday.i18n import _, ngettext
from cmday.steps.planning.report import ChangeRow, PlanReport
from cmday.text.durations import parse_duration

app = new_app(_("Step 5: operations, and the off-peak hours they go into."))

DRAW: Final = "cmday.steps.planning.view:draw"
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
    report = _digest(run)
    code = run.show("plan", report, DRAW)
    if not report.data.changes or dry_run:
        return code
    if yes or (_may_ask(run) and confirm(_question(report.data.changes))):
        from cmday.steps.planning import actions

        actions.apply(run.session, report.data.changes)
        run.remark(_("Written."))
    elif not _may_ask(run):
        run.remark(_("Nothing was written; cmday plan --yes writes it."))
    return code


def _digest(run: Run, *, offline: bool = False) -> PlanReport:
    from cmday.steps.planning import step

    outcomes = {} if offline else ask(run, step)
    return step.digest(run.session, outcomes, alone=True)


def _may_ask(run: Run) -> bool:
    return not run.options.json and can_ask()


def _question(changes: tuple[ChangeRow, ...]) -> str:
    """What is asked: ``Write 1 move, 1 addition?``, counted."""
    added = sum(change.from_ is None for change in changes)
    moved = sum(change.from_ is not None and change.to is not None for change in changes)
    lost = sum(change.to is None for change in changes)
    parts = [
        ngettext("{n} move", "{n} moves", moved).format(n=moved) if moved else "",
        ngettext("{n} addition", "{n} additions", added).format(n=added) if added else "",
        ngettext("{n} without a place", "{n} without a place", lost).format(n=lost) if lost else "",
    ]
    return _("Write {changes}?").format(changes=", ".join(part for part in parts if part))


@app.command(help=_("Add an operation and find its place."))
def add(
    title: Annotated[str, typer.Argument(metavar="TITLE", help=_("What is to be done."))],
    length: Annotated[str, typer.Option("--for", metavar="LENGTH", help=_("How long it takes: 2h, 90m, 1h30."))],
    by: Annotated[
        str | None, typer.Option("--by", metavar="WHEN", help=_("Its deadline: fri, ven 18h, 12/11."))
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="WHEN", help=_("Not before."))] = None,
    wants: Annotated[Wants, typer.Option("--wants", help=_("quiet, peak or any hours."))] = "quiet",
    community: Annotated[str | None, typer.Option("--community", "-c", help=_("The community it is for."))] = None,
    priority: Annotated[int, typer.Option("--priority", min=1, max=3, help=_("1 is the highest."))] = 2,
    yes: Yes = False,
) -> int:
    run = current()
    from cmday.steps.planning import actions

    session = run.session
    operation = actions.add(
        session,
        title,
        parse_duration(length),
        community=read_community(run, community),
        wants=wants,
        due=read_when(run, by, "end"),
        not_before=read_when(run, from_, "start"),
        priority=priority,
    )
    return _settle(run, operation, "plan add", yes=yes)


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
    return _settle(run, acted.operation, "plan edit", yes=yes)


def _settle(run: Run, operation: Operation, command: str, *, yes: bool) -> int:
    """Say what the operation is now and where it goes; write its place after asking, or without anybody to ask."""
    from cmday.steps.planning import actions

    report = _digest(run, offline=True)
    row = next((one for one in report.data.placements if one.operation == operation.id), None)
    change = next((one for one in report.data.changes if one.operation == operation.id), None)
    moves_others = change is not None and actions.clashes_with_others(run.session, change)
    if run.options.json:
        run.show(command, report, DRAW)
    else:
        for line in plan_lines(run, operation, report):
            run.say(line)
    if change is None:
        return DONE
    if moves_others and row is not None:
        run.remark(_("Others have to move for it: cmday plan shows them and writes."))
    elif yes or not _may_ask(run) or confirm(_question((change,))):
        actions.apply(run.session, (change,))
    return DONE


def plan_lines(run: Run, operation: Operation, report: PlanReport) -> list[str]:
    """The operation with its dates as they were understood, and its place with the reason."""
    view, said = run.view, report.said.get(operation.id)
    handle = report.handles.get(operation.id, "")
    parts = [
        f"{handle} {operation.title}".strip(),
        operation.community,
        view.duration(operation.duration),
        _("from {when}").format(when=_moment(run, operation.not_before)) if operation.not_before else None,
        _("due {day}").format(day=_moment(run, operation.due)) if operation.due else None,
    ]
    lines = [view.join(*parts)]
    row = next((one for one in report.data.placements if one.operation == operation.id), None)
    if row is not None:
        span = f"{_moment(run, row.start)}-{view.time(row.end)}"
        lines.append(f"  {span} {view.glyphs.dot} {said.why}" if said and said.why else f"  {span}")
    elif said and said.reason:
        lines.append("  " + _("no place: {reason}").format(reason=said.reason))
        lines += [f"  {fix}" for fix in said.fixes]
    return lines


def _moment(run: Run, moment: Any) -> str:
    return f"{run.view.short_day(run.view.local(moment).date())} {run.view.time(moment)}"


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


@app.command(help=_("The quiet and peak hours of the next days."))
def quiet(
    community: Annotated[str | None, typer.Argument(metavar="COMMUNITY", help=_("Only of this community."))] = None,
) -> int:
    from cmday.steps.planning import step

    run = current()
    named = read_community(run, community)
    return run.show_data("plan quiet", step.quiet_hours(run.session, named), "cmday.steps.planning.quiet_view:draw")


@app.command(help=_("Why an operation is where it is, and what it needs."))
def why(handle: Annotated[str, typer.Argument(metavar="HANDLE")]) -> int:
    from cmday.steps.planning import actions

    run = current()
    operation = actions.operation(run.session, handle)
    report = _digest(run, offline=True)
    for line in plan_lines(run, operation, report):
        run.say(line)
    line_of = report.lines.get(operation.id)
    if line_of and line_of.latest_safe_start:
        run.say("  " + _("begin before {time}").format(time=_moment(run, line_of.latest_safe_start)))
    return DONE
