"""People on the screen."""

from __future__ import annotations

from collections.abc import Iterator

from cmday.core.people import Occasion
from cmday.i18n import _, ngettext
from cmday.people.report import Exchange, PeopleData, PersonData, TurnRow
from cmday.terminal.block import Block, Cell, More, Row, command_row, community, note, space
from cmday.terminal.view import View


def draw(data: PeopleData, view: View) -> Block:
    """Whom to turn to, by occasion."""
    rows: list[Row] = []
    before: Occasion | None = None
    for one in data.people:
        if one.why != before:
            rows += [*([space()] if rows else []), note(title_of(one.why), style="bold", indent=2)]
        before = one.why
        rows.append(_turn(one, view))
    if not rows:
        rows.append(note(_("Nobody new, nobody missing."), indent=2))
    return Block(
        title=_("PEOPLE"),
        command="cmday people",
        summary=ngettext("{n} address known", "{n} addresses known", data.known).format(n=data.known),
        rows=tuple(rows),
    )


def title_of(why: Occasion) -> str:
    """What an occasion is called."""
    return {
        "newcomer": _("newcomers to welcome"),
        "anniversary": _("here for a year"),
        "silent": _("regulars, silent for 60 days"),
        "stranger": _("speak of you, without a follow seen"),
    }[why]


def _turn(one: TurnRow, view: View) -> Row:
    times = ngettext("{n} time", "{n} times", one.times).format(n=one.times)
    return Row(
        cells=(
            Cell(text=one.name, most=24),
            Cell(text=f"{one.network} {one.handle}", style="dim", flex=True),
            Cell(text=times, right=True),
            Cell(text=view.short_day(view.local(one.at).date()), right=True),
        ),
        group="people",
        item=True,
    )


def draw_person(data: PersonData, view: View) -> Block:
    """One person: addresses, what was said, notes and decisions."""
    rows = [*_addresses(data, view), *_said(data, view), *_noted(data, view)]
    return Block(
        title=data.name,
        command="cmday people",
        summary=view.join(*data.communities),
        rows=tuple(rows),
        more=More(command="cmday people NAME --json", hidden=data.hidden),
    )


def _addresses(data: PersonData, view: View) -> Iterator[Row]:
    for one in data.addresses:
        since = _("since {day}").format(day=view.short_day(view.local(one.first_at).date()))
        follows = _("follows") if one.follows else ""
        cells = (
            Cell(text=one.network, style="dim"),
            Cell(text=one.handle, flex=True),
            Cell(text=view.join(since, follows or None), right=True),
        )
        yield Row(cells=cells, group="addresses", item=True)
    for each in data.suggestions:
        why = {
            "handle": _("the same handle"),
            "site": _("the same site"),
            "name": _("the same name"),
        }[each.why]
        yield note(_("{who} may be the same: {why}").format(who=f"{each.network} {each.handle}", why=why), indent=2)
        yield command_row(each.command, _("if so"), view)


def _said(data: PersonData, view: View) -> Iterator[Row]:
    if data.exchanges:
        yield space()
    for one in data.exchanges:
        yield Row(cells=_exchange(one, data, view), group="said", item=True)


def _exchange(one: Exchange, data: PersonData, view: View) -> tuple[Cell, ...]:
    return (
        Cell(text=view.when(one.at), style="dim"),
        community(one.community, view),
        Cell(text=one.account if one.own else data.name, most=16, style="bold" if one.own else ""),
        Cell(text=one.text or one.kind, flex=True, link=one.url),
    )


def _noted(data: PersonData, view: View) -> Iterator[Row]:
    for title, lines in (
        (_("notes"), [(one.at, one.text) for one in data.notes]),
        (
            _("decisions"),
            [(one.at, view.join(state_word(one.state), one.text, *one.reasons)) for one in data.decisions],
        ),
    ):
        if lines:
            yield space()
            yield note(title, style="bold", indent=2)
        for at, text in lines:
            yield Row(cells=(Cell(text=view.when(at), style="dim"), Cell(text=text, flex=True)), group=title, item=True)


def state_word(state: str) -> str:
    """How a case stands, in the person's language."""
    return {"open": _("open"), "approved": _("approved"), "resolved": _("resolved")}.get(state, state)
