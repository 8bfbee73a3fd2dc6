"""``cmday plan draw``: rules and a seed published beforehand, then winners that anyone can check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.plan_settling import moment
from cmday.cli.plan_words import read_when
from cmday.cli.run import Run, current
from cmday.errors import WrongUse
from cmday.i18n import _, ngettext, phrase
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.steps.planning.draws import DrawData

_WORDS = 200


def register(app: typer.Typer) -> None:
    app.command(help=_("Draw the winners of a contest by rules and a seed published before."))(draw)


def draw(
    contest: Annotated[str, typer.Argument(metavar="HANDLE", help=_("Any operation of the contest: p1 or an id."))],
    thread: Annotated[
        str | None,
        typer.Option("--thread", metavar="ITEM", help=_("Any item of the thread that people answer in: i3.")),
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="WHEN", help=_("When the contest closes."))] = None,
    winners: Annotated[int, typer.Option("--winners", min=1, max=1000, help=_("How many win."))] = 1,
    substitutes: Annotated[
        int, typer.Option("--substitutes", min=0, max=1000, help=_("How many follow if a winner gives up."))
    ] = 0,
    word: Annotated[str | None, typer.Option("--word", help=_("A word that the answer must hold."))] = None,
    excluded: Annotated[
        list[str] | None, typer.Option("--except", metavar="AUTHOR", help=_("Who cannot win; may be repeated."))
    ] = None,
) -> int:
    run = current()
    from cmday.steps.planning import actions, draws

    operation = actions.operation(run.session, contest)
    if thread is None and until is None:
        data = draws.run(run.session, operation)
    else:
        closes = read_when(run, until, "end")
        if thread is None or closes is None:
            raise WrongUse(
                phrase("the rules need a thread and a closing time"), phrase("write --thread i3 --until fri")
            )
        data = draws.prepare(
            run.session,
            operation,
            draws.Asked(
                thread=thread,
                closes=closes,
                winners=winners,
                substitutes=substitutes,
                word=word,
                excluded=tuple(excluded or ()),
            ),
        )
    return run.print_data("plan draw", data, "\n".join(_lines(run, data)))


def _lines(run: Run, data: DrawData) -> list[str]:
    rules = data.rules
    lines = [
        safe(data.title, _WORDS),
        "  "
        + _("Everybody who answers until {when} takes part once, however often they answer.").format(
            when=moment(run, rules.closes)
        ),
    ]
    if rules.word:
        lines.append("  " + _('The answer must hold "{word}".').format(word=safe(rules.word, _WORDS)))
    if rules.excluded:
        lines.append("  " + _("Not taking part: {names}.").format(names=safe(", ".join(rules.excluded), _WORDS)))
    lines += [
        "  " + ngettext("{n} winner", "{n} winners", rules.winners).format(n=rules.winners),
        "  " + _("Seed: {seed}").format(seed=data.seed),
        "  " + _("The lowest SHA-256 of seed, hash of the list of entrants, and name wins (docs/contests.md)."),
    ]
    if data.drawn_at is None:
        return [*lines, _("Publish this now: it stands, and the draw follows once the contest is closed.")]
    entrants = ngettext("{n} took part", "{n} took part", len(data.tickets)).format(n=len(data.tickets))
    lines.append("  " + _("{entrants}; hash of the list: {hash}").format(entrants=entrants, hash=data.entrants_hash))
    numbers = {ticket.entrant: ticket.number for ticket in data.tickets}
    for title, names in ((_("winner"), data.winners), (_("substitute"), data.substitutes)):
        lines += [f"  {title}  {safe(name, _WORDS)}  {numbers[name][:16]}" for name in names]
    if not data.tickets:
        lines.append("  " + _("nobody took part"))
    return lines
