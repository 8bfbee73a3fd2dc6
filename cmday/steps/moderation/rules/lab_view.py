"""The rules and the rule lab on the screen."""

from __future__ import annotations

from typing import Final

from cmday.i18n import _, ngettext
from cmday.steps.moderation.rules.explaining import ExplainedData, ExplainedKey, ExplainedRule
from cmday.steps.moderation.rules.lab import Count, Differing, TestedData
from cmday.steps.moderation.rules.listing import RulesData
from cmday.terminal.block import Block, Cell, Row, command_row, handle, note, sentence, space
from cmday.terminal.view import View

_MOST_NAME: Final = 24
_MOST_DIFFERING: Final = 5


def draw_rules(data: RulesData, view: View) -> Block:
    """Each rule with how often it fits, and why it is there."""
    rows: list[Row] = []
    for rule in data.rules:
        hits = ngettext("{n} item", "{n} items", rule.hits).format(n=view.number(rule.hits))
        more = {"observe": f" ({_('only counts')})", "act": f" ({_('acts by itself')})"}.get(rule.mode, "")
        cells = (
            Cell(text=rule.name, style="bold", most=18),
            Cell(text=hits, right=True),
            Cell(text=", ".join(rule.do), style="dim", most=18),
            Cell(text=f"{rule.why}{more}", flex=True),
        )
        rows.append(Row(cells=cells, group="rules"))
    if not rows:
        rows += sentence(_("no rule is in force: {file}").format(file=data.file), view)
        rows += sentence(_("docs/rules.md has four to begin with; they only suggest."), view)
        rows.append(command_row("cmday moderate rules import automod.yaml", _("or AutoModerator's"), view))
    n = len(data.rules)
    summary = ngettext("{n} rule watches", "{n} rules watch", n).format(n=n) if n else ""
    return Block(title=_("MODERATION"), command="cmday moderate rules", summary=summary, rows=tuple(rows))


def draw_tested(data: TestedData, view: View) -> Block:
    """What the rules of a file would have hit, beside what the rules in force hit."""
    rows = [
        _figures(_("these rules"), data.new, view, bold=True),
        _figures(_("rules in force"), data.present, view),
        space(),
    ]
    for rule in data.rules:
        rows.append(_figures(rule.name, rule.new, view, bold=True))
        if rule.present is not None and rule.present != rule.new:
            rows.append(_figures(f"  {_('in force')}", rule.present, view))
    rows += _differing(_("only these rules hit"), data.only_new, view)
    rows += _differing(_("only the rules in force hit"), data.only_present, view)
    summary = ngettext("{n} thing of {days} days", "{n} things of {days} days", data.things).format(
        n=view.number(data.things), days=data.days
    )
    return Block(title=_("MODERATION"), command="cmday moderate rules test", summary=summary, rows=tuple(rows))


def _figures(name: str, count: Count, view: View, *, bold: bool = False) -> Row:
    text = ngettext("would hit {n}", "would hit {n}", count.hits).format(n=view.number(count.hits))
    parts = [
        ngettext("{n} you removed", "{n} you removed", count.removed).format(n=view.number(count.removed)),
        ngettext("{n} you approved", "{n} you approved", count.approved).format(n=view.number(count.approved)),
    ]
    if count.undecided:
        parts.append(ngettext("{n} undecided", "{n} undecided", count.undecided).format(n=view.number(count.undecided)))
    cells = (
        Cell(text=name, style="bold" if bold else "", most=_MOST_NAME),
        Cell(text=f"{text}: {', '.join(parts)}" if count.hits else _("would hit nothing"), flex=True),
    )
    return Row(cells=cells, group="figures")


def _differing(title: str, several: tuple[Differing, ...], view: View) -> list[Row]:
    if not several:
        return []
    verdicts = {"removed": _("you removed it"), "approved": _("you approved it"), "undecided": _("undecided")}
    rows = [space(), note(title, indent=2)]
    for one in several[:_MOST_DIFFERING]:
        cells = (
            Cell(text=verdicts[one.verdict], most=18),
            Cell(text=", ".join(one.rules), most=18),
            Cell(text=view.join(one.author, view.quote(one.text)), flex=True),
        )
        rows.append(Row(cells=cells, group="differing", indent=4))
    return rows


def draw_explained(data: ExplainedData, view: View) -> Block:
    """What each rule makes of a case: those that fit, those that nearly fit, and the others in one line each."""
    rows = [
        Row(cells=(handle(data.handle), Cell(text=data.author, most=20), Cell(text=view.quote(data.text), flex=True)))
    ]
    for rule in data.rules:
        rows.append(space())
        rows.append(_heading(rule, view))
        if rule.fits or rule.nearly:
            rows += [_key(key) for key in rule.keys]
        else:
            missing = ", ".join(key.key for key in rule.keys if not key.holds)
            rows.append(note(_("what does not hold: {keys}").format(keys=missing), style="dim"))
    if not data.rules:
        rows += sentence(_("There are no rules yet."), view)
    summary = _("the strictest wins: {deed}").format(deed=data.strictest) if data.strictest else ""
    return Block(title=_("MODERATION"), command="cmday moderate rules explain", summary=summary, rows=tuple(rows))


def _heading(rule: ExplainedRule, view: View) -> Row:
    if rule.fits:
        said = _("fits")
    elif rule.nearly:
        said = _("nearly fits")
    else:
        said = _("does not fit")
    more = [rule.why] if rule.fits else []
    if rule.spoken_of:
        more.append(_("only quoted, denied or named: at most queued"))
    if rule.automatic:
        more.append(_("does by itself: {deeds}").format(deeds=", ".join(rule.automatic)))
    elif rule.proposed and rule.mode != "observe":
        more.append(_("proposes: {deeds}").format(deeds=", ".join(rule.proposed)))
    if rule.mode == "observe":
        more.append(_("only counts"))
    cells = (Cell(text=rule.name, style="bold"), Cell(text=view.join(said, *more), flex=True))
    return Row(cells=cells)


def _key(key: ExplainedKey) -> Row:
    if key.holds:
        said = _("holds")
    elif key.holds is None:
        said = _("not told by the network")
    else:
        said = _("does not hold")
    shown = f"{said}: {', '.join(key.evidence)}" if key.evidence else said
    cells = (
        Cell(text=key.key, most=18),
        Cell(text=", ".join(key.wanted), most=30),
        Cell(text=shown, flex=True),
    )
    return Row(cells=cells, group="keys", indent=5)
