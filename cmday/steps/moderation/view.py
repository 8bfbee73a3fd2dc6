"""What needs a decision, on the screen: the reason stands before the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.i18n import _, ngettext, phrase
from cmday.steps.moderation.report import CaseRow, ModerationReport
from cmday.terminal.block import Block, Cell, More, Row, command_row, community, handle, sentence, space
from cmday.terminal.troubles import trouble_rows
from cmday.terminal.view import View
from cmday.text.cells import width

_NARROW: Final = 60
_REASON: Final = 18
_AUTHOR: Final = 18
_LEAST: Final = 12
# What the marks around a quotation and the dot behind it take.
_MARKS: Final = 7
_YOUNG: Final = 60
# Why a decided case is open again is worth a word in the list.
_AGAIN: Final = {
    "edited after it was approved": phrase("edited since"),
    "reported again after it was decided": phrase("reported again"),
    "open again in the queue of its network": phrase("open again"),
}


def draw(report: ModerationReport, view: View) -> Block:
    """The block of step 4, and all of ``cmday moderate``."""
    cases = report.data.cases if view.alone else report.data.cases[: view.cases]
    room = _room(cases, view)
    rows = [_case(case, report.before.get(case.id), room, view) for case in cases]
    rows += [_elsewhere(case, view) for case in report.elsewhere if all(case.id != one.id for one in cases)]
    rows += trouble_rows(report.errors, view)
    undecided = next((case.handle for case in cases if case.state == "open" and not case.waits), None)
    if view.alone and undecided:
        rows += [
            space(),
            command_row(f"cmday moderate show {undecided}", _("one case, and what can be done"), view, keep=3),
            command_row("cmday moderate --guide", _("case by case, one key each"), view, keep=3),
        ]
    if not cases and not report.accounts:
        rows += sentence(_("Fills with your accounts. Rules only watch at first: nothing leaves on its own."), view)
        if view.alone:
            rows.append(command_row("cmday login mastodon", _("or another: cmday config networks"), view))
    hidden = report.hidden + len(report.data.cases) - len(cases)
    return Block(
        title=_("MODERATION"),
        command="cmday moderate",
        summary=_summary(report, view, brief=False),
        brief=_summary(report, view, brief=True),
        rows=tuple(rows),
        more=More(command=_all_of_it(report) if view.alone else "cmday moderate", hidden=hidden),
    )


def _all_of_it(report: ModerationReport) -> str:
    return f"cmday moderate --limit {report.hidden + len(report.data.cases)}"


def _summary(report: ModerationReport, view: View, *, brief: bool) -> str:
    n = report.waiting
    if not n:
        return _("nothing to decide")
    rules = (
        ngettext("{n} rule watches", "{n} rules watch", report.rules).format(n=report.rules) if report.rules else None
    )
    return view.join(ngettext("{n} case", "{n} cases", n).format(n=view.number(n)), None if brief else rules)


def _columns(view: View) -> tuple[int, int, int]:
    """How wide the reason and the author may be, and the gap before each."""
    return (_REASON, _AUTHOR, 2) if view.width >= _NARROW else (12, 10, 1)


def _room(cases: Sequence[CaseRow], view: View) -> int:
    """How much the words of these have beside the columns before them."""
    reason, author, gap = _columns(view)
    before = (
        2 + max((width(case.handle) for case in cases), default=0),
        1 + max((width(case.community or "") for case in cases), default=0),
        gap + min(reason, max((width(_reason(case)) for case in cases), default=0)),
        gap + min(author, max((width(case.author) for case in cases), default=0)),
    )
    return view.width - sum(before) - 2


def _case(case: CaseRow, before: int | None, room: int, view: View) -> Row:
    reason, author, gap = _columns(view)
    cells = [handle(case.handle), community(case.community, view)]
    cells.append(Cell(text=_reason(case), most=reason, gap=gap))
    cells.append(Cell(text=case.author, most=author, gap=gap))
    cells.append(Cell(text=_words(case, before, room, view), flex=True, link=case.url))
    return Row(cells=tuple(cells), group="cases", item=True, keep=6)


def _words(case: CaseRow, before: int | None, room: int, view: View) -> str:
    """How it begins, cut so that what else speaks for looking at it has its place, up to half of the room."""
    if not case.text:
        return view.join(*_details(case, before, view))
    details = _details(case, before, view)
    while len(details) > 1 and width(view.join(*details)) > room // 2:
        details.pop()
    left = room - width(view.join("", *details)) - _MARKS if details else room
    return view.join(view.quote_start(case.text, left) if left > _LEAST else view.quote(case.text), *details)


def _elsewhere(case: CaseRow, view: View) -> Row:
    """``m4 sss  resolved elsewhere by @mod, 09:12  promo_tix_33``: what nobody need look at any more."""
    when = f", {view.when(case.decided_at)}" if case.decided_at else ""
    text = view.join(f"{elsewhere_in_words(case.elsewhere or '')}{when}", case.author)
    return Row(
        cells=(handle(case.handle), community(case.community, view), Cell(text=text, flex=True, style="dim")), keep=3
    )


def _reason(case: CaseRow) -> str:
    if case.waits or case.state != "open":
        decided = _("approved") if case.state == "approved" else _("resolved")
        return _("waits to be sent") if case.waits else decided
    if case.appeal:
        return _("appeal")
    if case.reports:
        return ngettext("{n} report", "{n} reports", case.reports).format(n=case.reports)
    if case.rules:
        return _("rule: {name}").format(name=case.rules[0])
    if case.held:
        return _("held ({network})").format(network=case.network)
    return reason_in_words(case.reasons[0], case.rules) if case.reasons else ""


def reason_in_words(reason: str, rules: Sequence[str]) -> str:
    """A stored reason, which is English, in the chosen language; what people wrote stays theirs."""
    if known := _fixed().get(reason):
        return known
    if reason.startswith("reported: "):
        return _("reported: {said}").format(said=reason.removeprefix("reported: "))
    for rule in rules:
        if reason.startswith(told := f'rule "{rule}": '):
            return _('rule "{name}": {why}').format(name=rule, why=reason.removeprefix(told))
    return reason


def _fixed() -> dict[str, str]:
    return {
        "reported": _("reported"),
        "taken up by hand": _("taken up by hand"),
        "its author asks to be heard": _("its author asks to be heard"),
        "held there until somebody decides": _("held there until somebody decides"),
        "edited after it was approved": _("edited after it was approved"),
        "reported again after it was decided": _("reported again after it was decided"),
        "open again in the queue of its network": _("open again in the queue of its network"),
    }


def elsewhere_in_words(said: str) -> str:
    """Who dealt with it outside cmday, in the chosen language; what they called it stays as it is."""
    who, _colon, done = said.removeprefix("resolved elsewhere").partition(": ")
    who = who.removeprefix(" by ")
    text = _("resolved elsewhere by {who}").format(who=who) if who else _("resolved elsewhere")
    return f"{text} ({done})" if done else text


def _details(case: CaseRow, before: int | None, view: View) -> list[str]:
    """What else speaks for looking at it, or for leaving it to a colleague, and who its author is."""
    found = []
    if case.waits:
        found.append(case.waits)
    if case.elsewhere:
        found.append(elsewhere_in_words(case.elsewhere))
    if case.claimed_by:
        found.append(_("claimed by {who}").format(who=case.claimed_by))
    if case.state == "open" and case.reasons and (again := _AGAIN.get(case.reasons[0])):
        found.append(str(again))
    found += author_in_words(case, before, view)
    others = case.rules if case.reports or case.appeal else case.rules[1:]
    found += [_("rule: {name}").format(name=name) for name in others]
    if case.held and (case.reports or case.rules or case.appeal):
        found.append(_("held"))
    return found


def author_in_words(case: CaseRow, before: int | None, view: View) -> list[str]:
    """How old the author's account is, and what was done against them before."""
    found = []
    if case.joined:
        days = (view.now - case.joined).days
        if 0 <= days < _YOUNG:
            found.append(
                ngettext("account of {n} day", "account of {n} days", days).format(n=days)
                if days
                else _("account of today")
            )
        else:
            found.append(_("there since {year}").format(year=view.local(case.joined).year))
    if before:
        found.append(ngettext("{n} measure before", "{n} measures before", before).format(n=before))
    return found
