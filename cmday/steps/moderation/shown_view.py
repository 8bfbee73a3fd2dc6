"""Cases whole, and the rules, on the screen."""

from __future__ import annotations

from typing import Final

from cmday.i18n import _, ngettext
from cmday.steps.moderation.report import CaseRow
from cmday.steps.moderation.shown import CaseData, RulesData
from cmday.steps.moderation.view import reason_in_words
from cmday.terminal.block import Block, Cell, Row, community, handle, note, sentence, space
from cmday.terminal.view import View
from cmday.text.cells import wrap
from cmday.text.safe_text import safe

_INDENT: Final = 5
_MOST_LINES: Final = 400


def draw_shown(data: CaseData, view: View) -> Block:
    """The cases one below the other: who, what was said, and every reason to look at it."""
    rows: list[Row] = []
    for case in data.cases:
        if rows:
            rows.append(space())
        rows += _case(case, view)
    return Block(title=_("MODERATION"), command="cmday moderate show", rows=tuple(rows))


def draw_rules(data: RulesData, view: View) -> Block:
    """Each rule with how often it fits, and why it is there."""
    rows: list[Row] = []
    for rule in data.rules:
        hits = ngettext("{n} item", "{n} items", rule.hits).format(n=view.number(rule.hits))
        why = f"{rule.why} ({_('only counts')})" if rule.mode == "observe" else rule.why
        cells = (Cell(text=rule.name, style="bold", most=18), Cell(text=hits, right=True), Cell(text=why, flex=True))
        rows.append(Row(cells=cells, group="rules"))
    if not rows:
        rows += sentence(_("no rules yet: {file}").format(file=data.file), view)
    n = len(data.rules)
    summary = ngettext("{n} rule watches", "{n} rules watch", n).format(n=n) if n else ""
    return Block(title=_("MODERATION"), command="cmday moderate rules", summary=summary, rows=tuple(rows))


def _case(case: CaseRow, view: View) -> list[Row]:
    head = view.join(case.author, case.account, case.network, view.when(case.opened_at))
    rows = [Row(cells=(handle(case.handle), community(case.community, view), Cell(text=head, flex=True)))]
    if case.url:
        rows.append(note(case.url, link=case.url, style="dim"))
    room = view.width - _INDENT - 2
    text = [part for line in case.text.splitlines() for part in wrap(safe(line), room)]
    rows += [note(line, indent=_INDENT + 2) for line in text[:_MOST_LINES]]
    for reason in case.reasons:
        first, *rest = wrap(safe(reason_in_words(reason, case.rules)), room) or [""]
        rows.append(note(f"{view.glyphs.arrow} {first}"))
        rows += [note(line, indent=_INDENT + 2) for line in rest]
    return rows
