"""What the verbs of ``cmday plan`` say of an operation, and writing where it goes after asking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from cmday.cli.asking import can_ask, choose, confirm
from cmday.cli.run import Run
from cmday.cli.schedule import ask
from cmday.core.operations import Operation
from cmday.errors import DONE
from cmday.i18n import _, ngettext
from cmday.steps.planning.kind_words import kind_word, offset_word
from cmday.steps.planning.report import ChangeRow, PlanReport

if TYPE_CHECKING:
    from cmday.steps.planning.replanning import Replan

DRAW: Final = "cmday.steps.planning.view:draw"
_WHY: Final = 2


def digest(run: Run, *, offline: bool = False, replan: Replan | None = None) -> PlanReport:
    from cmday.steps.planning import step

    outcomes = {} if offline else ask(run, step)
    return step.digest(run.session, outcomes, alone=True, replan=replan)


def propose(run: Run, report: PlanReport, command: str, *, yes: bool, dry_run: bool) -> int:
    """Show a plan, and write what of it is new after asking, or with ``yes``; nothing is asked where nothing is new."""
    code = run.show(command, report, DRAW)
    changes = report.data.changes
    if not changes or dry_run:
        return code
    if yes or (may_ask(run) and _agreed(run, report)):
        from cmday.cli.plan_export import publish_after
        from cmday.steps.planning import applying

        applying.apply(run.session, changes, report.followed)
        run.remark(_("Written; cmday undo takes it back."))
        return max(code, publish_after(run))
    if not may_ask(run):
        run.remark(_("Nothing was written; {command} writes it.").format(command=f"cmday {command} --yes"))
    return code


def _agreed(run: Run, report: PlanReport) -> bool:
    """Whether the person says yes, after seeing why as often as they like."""
    from cmday.cli.plan_why import tell

    changes = report.data.changes
    named = [report.handles[one.operation] for one in changes if one.operation in report.handles]
    while (answer := choose(question(changes), _("[Y]es  [n]o  [w]hy"))) == _WHY:
        for handle in named:
            tell(run, handle)
    return answer == 0


def may_ask(run: Run) -> bool:
    return not run.options.json and can_ask()


def question(changes: tuple[ChangeRow, ...]) -> str:
    """What is asked: ``Write 1 move and 1 addition?``, counted."""
    added = sum(change.from_ is None and change.to is not None for change in changes)
    moved = sum(change.from_ is not None and change.to is not None for change in changes)
    lost = sum(change.to is None for change in changes)
    parts = [
        ngettext("{n} move", "{n} moves", moved).format(n=moved) if moved else "",
        ngettext("{n} addition", "{n} additions", added).format(n=added) if added else "",
        ngettext("{n} taken out", "{n} taken out", lost).format(n=lost) if lost else "",
    ]
    named = [part for part in parts if part]
    told = ", ".join(named[:-1])
    told = _("{some} and {last}").format(some=told, last=named[-1]) if told else named[-1]
    return _("Write {changes}?").format(changes=told)


def settle(run: Run, added: Sequence[Operation], command: str, *, yes: bool) -> int:
    """Say what the operations are now and where they go; write their places after asking once, or with nobody to ask.

    Where others have to move for them, that is written too, but only by somebody who says so.
    """
    from cmday.steps.planning import applying

    report = digest(run, offline=True)
    ids = {one.id for one in added}
    own = tuple(change for change in report.data.changes if change.operation in ids)
    moves_others = any(applying.clashes_with_others(run.session, change) for change in own)
    if run.options.json:
        run.show(command, report, DRAW)
    else:
        for one in added:
            for line in plan_lines(run, one, report):
                run.say(line)
    if not own:
        return DONE
    changes = report.data.changes if moves_others else own
    if moves_others and not yes and not may_ask(run):
        run.remark(_("Others have to move for it: cmday plan shows them and writes."))
    elif yes or not may_ask(run) or confirm(question(changes)):
        applying.apply(run.session, changes, report.followed)
    return DONE


def plan_lines(run: Run, operation: Operation, report: PlanReport) -> list[str]:
    """The operation with its dates as they were understood, and its place with the reason."""
    view, said = run.view, report.said.get(operation.id)
    handle = report.handles.get(operation.id, "")
    parts = [
        f"{handle} {operation.title}".strip(),
        operation.community,
        view.duration(operation.duration),
        _("from {when}").format(when=moment(run, operation.not_before)) if operation.not_before else None,
        _("due {day}").format(day=moment(run, operation.due)) if operation.due else None,
    ]
    after = [report.handles.get(name, name) for name in operation.after if name in report.titles]
    more = [
        kind_word(operation.kind) if operation.kind != "work" else None,
        _("after {handles}").format(handles=", ".join(after)) if after else None,
        f"{operation.event.title} {offset_word(operation.event.offset)}" if operation.event else None,
        _("fixed") if operation.locked else None,
    ]
    lines = [view.join(*parts, *more)]
    row = next((one for one in report.data.placements if one.operation == operation.id), None)
    if row is not None:
        span = f"{moment(run, row.start)}-{view.time(row.end)}"
        lines.append(f"  {span} {view.glyphs.dot} {said.why}" if said and said.why else f"  {span}")
        lines += [f"  {text}" for text in ((said.warning,) if said and said.warning else ())]
    elif said and said.reason:
        lines.append("  " + _("no place: {reason}").format(reason=said.reason))
        lines += [f"  {fix}" for fix in said.fixes]
    elif later := [one for one in report.later if one.operation == operation.id]:
        begins = later[0].begins
        when = _("from {when}").format(when=moment(run, begins)) if begins else _("behind these weeks")
        lines.append("  " + _("it finds its place when its time comes nearer: {when}").format(when=when))
    return lines


def moment(run: Run, moment: Any) -> str:
    return f"{run.view.short_day(run.view.local(moment).date())} {run.view.time(moment)}"
