"""``cmday undo``: takes back what was done last, or what was done to an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cmday.cli.asking import can_ask, confirm
from cmday.cli.run import Run, current
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, ngettext, phrase
from cmday.steps.verbs import verb_word
from cmday.text.cells import cut
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.steps.undoing import Leaving, UndoableData, Undone

_LISTED: Final = 20
_MOST: Final = 100


def command(
    what: Annotated[
        list[str], typer.Argument(metavar="[N | HANDLE...]", help=_("The last N actions, or the last one on an item."))
    ] = [],  # noqa: B006  Typer's way
    list_: Annotated[bool, typer.Option("--list", help=_("List what can be undone, newest first."))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Take back what was sent without asking."))] = False,
) -> int:
    run = current()
    from cmday.steps import undoing

    if list_:
        data = undoing.listed(run.session, _LISTED)
        return run.print_data("undo --list", data, _listing(run, data))
    actions = undoing.chosen(run.session, what)
    sent = undoing.leaving(run.session, actions)
    if sent and not yes and not _agrees(run, sent):
        run.remark(_("Nothing was undone."))
        return DONE
    # Each is undone for good before the next, and told at the end: a network that refuses loses nothing of it.
    undone: list[Undone] = []
    try:
        for action in actions:
            undone.append(undoing.carry_out(run.session, action))  # noqa: PERF401  what was undone is told if one fails
    finally:
        if undone:
            _tell(run, undone)
    return DONE


command.__doc__ = _("Take back what was done last: on this machine for good, on a network where it has an inverse.")


def _agrees(run: Run, sent: list[Leaving]) -> bool:
    n = len(sent)
    if run.options.json or not can_ask():
        raise WrongUse(
            phrase("it is sent: taking it back asks the network, and there is nobody to ask"),
            phrase("cmday undo --yes takes it back"),
        )
    for one in sent:
        if one.irreversible:
            run.remark(_("{handle} {what}: irreversible there").format(handle=one.handle, what=safe(one.what, _MOST)))
        elif one.inverse:
            run.remark(f"{one.handle} {safe(one.what, _MOST)}: {one.inverse}")
    question = ngettext("{n} is sent. Take it back from the network?", "{n} are sent. Take them back?", n)
    return confirm(question.format(n=n))


def _tell(run: Run, undone: list[Undone]) -> None:
    from cmday.steps.undoing import UndoneData

    said = _("undone: {verb} {what}")
    lines = [said.format(verb=verb_word(one.verb), what=safe(one.what, _MOST)).rstrip() for one in undone]
    run.print_data("undo", UndoneData(undone=tuple(undone)), "\n".join(lines))


def _listing(run: Run, data: UndoableData) -> str:
    if not data.actions:
        return _("nothing can be undone")
    if run.options.json:
        return ""
    lines = [(run.view.when(one.at), verb_word(one.verb), safe(one.what, _MOST)) for one in data.actions]
    first, second = (max(len(line[column]) for line in lines) for column in (0, 1))
    return "\n".join(
        cut(f"{number:>3}  {at:>{first}}  {verb:<{second}}  {what}", run.view.width, run.view.glyphs.ellipsis).rstrip()
        for number, (at, verb, what) in enumerate(lines, 1)
    )
