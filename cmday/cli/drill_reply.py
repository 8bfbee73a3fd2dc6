"""``cmday drill reply``: false messages to answer, one by one, each held to a checklist that is told in words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cmday import i18n
from cmday.cli.asking import ask_text, can_ask, choose
from cmday.cli.run import Run, current
from cmday.errors import DONE, NotFound, WrongUse
from cmday.i18n import _, phrase

if TYPE_CHECKING:
    from cmday.drills.answering import Practice

_MOST = 20_000


def register(app: typer.Typer) -> None:
    """Hang the command on ``cmday drill``."""
    app.command("reply", help=_("Answer false messages, each judged at once, in words."))(reply)


def reply(
    message: Annotated[
        str | None, typer.Option("--message", "-m", metavar="N", help=_("Its number or name; else all, one by one."))
    ] = None,
    text: Annotated[str | None, typer.Option("--text", "-t", metavar="TEXT", help=_("The answer; - reads it."))] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="NAME", help=_("The messages of a scenario."))
    ] = None,
) -> int:
    run = current()
    from cmday.drills.answering import Practice

    practice = Practice(run.session, i18n.language(), scenario)
    if message is None:
        if text is not None:
            raise WrongUse(phrase("which message is answered?"), phrase("cmday drill reply --message 1 --text ..."))
        if run.options.json or not can_ask():
            return run.show_data("drill reply", practice.listed(), "cmday.drills.view_reply:draw")
        return _one_by_one(run, practice)
    number = practice.number(message)
    if text is None and can_ask() and not run.options.json:
        _ask(run, practice, number)
        return DONE
    return _show(run, practice, number, _given(text))


def _given(text: str | None) -> str:
    """The answer on the line, or what is piped in."""
    if text is not None and text != "-":
        return text
    if text is None and sys.stdin.isatty():
        raise WrongUse(phrase("there is no answer"), phrase("cmday drill reply --message 1 --text ..."))
    return sys.stdin.read(_MOST)


def _show(run: Run, practice: Practice, number: int, text: str) -> int:
    return run.show_data("drill reply", practice.answer(number, text), "cmday.drills.view_reply:draw")


def _one_by_one(run: Run, practice: Practice) -> int:
    """All messages, from the first that was not answered yet, until the person has enough."""
    number = practice.begin_with()
    while True:
        try:
            _ask(run, practice, number)
        except NotFound:
            return DONE
        sys.stderr.write("\n")
        way = choose(_("and now?"), _("[N]ext  [a]gain  [q]uit"))
        if way == 2:  # noqa: PLR2004  the third of the choices
            return DONE
        number += way == 0
        if number > practice.count:
            run.remark(_("That was the last one."))
            return DONE


def _ask(run: Run, practice: Practice, number: int) -> None:
    """Show a message, take the answer, say how it does."""
    run.show_data("drill reply", practice.shown(number), "cmday.drills.view_reply:draw")
    lines: list[str] = []
    while line := ask_text(">" if lines else _("your answer, an empty line ends it:")):
        lines.append(line)
    if not lines:
        raise NotFound(phrase("there is no answer"))
    _show(run, practice, number, "\n".join(lines))
