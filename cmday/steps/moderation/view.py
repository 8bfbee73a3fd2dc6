"""What needs a decision, on the screen: the reason stands before the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.i18n import _, ngettext
from cmday.steps.moderation.report import CaseRow, ModerationReport
from cmday.terminal.block import Block, Cell, More, Row, community, handle, sentence
from cmday.terminal.troubles import trouble_rows
from cmday.terminal.view import View

_NARROW: Final = 60


def draw(report: ModerationReport, view: View) -> Block:
    """The block of step 4, and all of ``cmday moderate``."""
    cases = report.data.cases if view.alone else report.data.cases[: view.cases]
    rows = [_case(case, view) for case in cases]
    rows += trouble_rows(report.errors, view)
    if not cases and not report.accounts:
        rows += sentence(_("Fills with your accounts. Rules only watch at first: nothing leaves on its own."), view)
    hidden = max(0, report.waiting - len(cases))
    return Block(
        title=_("MODERATION"),
        command="cmday moderate",
        summary=_summary(report, view, brief=False),
        brief=_summary(report, view, brief=True),
        rows=tuple(rows),
        more=More(command="cmday moderate", hidden=hidden),
    )


def _summary(report: ModerationReport, view: View, *, brief: bool) -> str:
    n = max(report.waiting, len(report.data.cases))
    if not n:
        return _("nothing to decide")
    rules = (
        ngettext("{n} rule watches", "{n} rules watch", report.rules).format(n=report.rules) if report.rules else None
    )
    return view.join(ngettext("{n} case", "{n} cases", n).format(n=n), None if brief else rules)


def _case(case: CaseRow, view: View) -> Row:
    wide = view.width >= _NARROW
    cells = [handle(case.handle), community(case.community, view)]
    cells.append(Cell(text=_reason(case), most=18 if wide else 12, gap=2 if wide else 1))
    cells.append(Cell(text=case.author, most=18 if wide else 10, gap=2 if wide else 1))
    details = view.join(view.quote(case.text) if case.text else None, *_details(case))
    cells.append(Cell(text=details, flex=True, link=case.url))
    return Row(cells=tuple(cells), group="cases", item=True, keep=6)


def _reason(case: CaseRow) -> str:
    if case.reports:
        return ngettext("{n} report", "{n} reports", case.reports).format(n=case.reports)
    if case.rules:
        return _("rule: {name}").format(name=case.rules[0])
    return reason_in_words(case.reasons[0], case.rules) if case.reasons else ""


def reason_in_words(reason: str, rules: Sequence[str]) -> str:
    """A stored reason, which is English, in the chosen language; what people wrote stays theirs."""
    if reason == "reported":
        return _("reported")
    if reason.startswith("reported: "):
        return _("reported: {said}").format(said=reason.removeprefix("reported: "))
    for rule in rules:
        if reason.startswith(told := f'rule "{rule}": '):
            return _('rule "{name}": {why}').format(name=rule, why=reason.removeprefix(told))
    return reason


def _details(case: CaseRow) -> list[str]:
    """What else speaks for looking at it: rules beside the reports, further rules."""
    others = case.rules if case.reports else case.rules[1:]
    return [_("rule: {name}").format(name=name) for name in others]
