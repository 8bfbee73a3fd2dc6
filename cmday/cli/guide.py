"""``--guide``: item by item, one key each; on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from cmday.cli.run import Run
from cmday.errors import DONE, CmdayError, WrongUse
from cmday.guide.answering import prepare
from cmday.guide.walk import Walk
from cmday.i18n import Phrase, _, language, phrase
from cmday.terminal.console import Console
from cmday.terminal.view import View
from cmday.text.safe_text import safe

_MOST_TOLD: Final = 3


def insist_on_terminal(run: Run) -> None:
    """Raise ``WrongUse`` where nobody could press a key, before anything is asked of a network."""
    if run.options.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUse(
            phrase("the guide asks for keys, and there is no terminal here"),
            phrase("cmday start shows everything on one screen"),
        )


def guide(run: Run, steps: Sequence[str], command: str, *, resume: bool, errors: Iterable[CmdayError] = ()) -> int:
    """Walk through these steps; ``command`` is what goes on with it, ``errors`` what the networks could not give."""
    from cmday.terminal.keys import Ended

    session = run.session
    console = run.console
    walk = Walk(session, steps, resume=resume)
    if not (resume or session.offline):
        with run.progress():
            prepare(session, walk.stops)
    walk.notice = _trouble(errors)

    def view_of(console: Console) -> View:
        return console.view(session.clock.now(), language(), session.settings.communities, offline=session.offline)

    try:
        finished = _walk(walk, console, view_of)
    except Ended as ended:
        return ended.exit_code
    finally:
        walk.leave()
    _tell(run, walk, command, finished=finished)
    return DONE


def _walk(walk: Walk, console: Console, view_of: Callable[[Console], View]) -> bool:
    from cmday.cli.editor import edit

    if console.plain or not console.interactive:
        from cmday.guide.typed import Typed

        return Typed(walk, console, view_of, _browse, edit).run()
    from cmday.guide.keyed import Keyed
    from cmday.terminal.stage import Stage

    with Stage(console) as stage:
        return Keyed(walk, stage, view_of, _browse, edit).run()


def _trouble(errors: Iterable[CmdayError]) -> Phrase | None:
    told = [f"{error.subject}: {error.message}" if error.subject else str(error.message) for error in errors]
    return phrase("{what}", what=" · ".join(told[:_MOST_TOLD])) if told else None


def _tell(run: Run, walk: Walk, command: str, *, finished: bool) -> None:
    """What the scrollback keeps: what was done, and how to go on."""
    from cmday.guide import page
    from cmday.outbox import queue

    for line in page.told(walk, run.view):
        run.say(line)
    if queue.ready(run.session):
        run.say(_("What was written waits: cmday send"))
    if not finished and walk.stop:
        where = safe(walk.stop.handle) or walk.stop.step
        run.say(_("Paused at {where}. To go on there: {command}").format(where=where, command=f"{command} --resume"))


def _browse(url: str) -> bool:
    from cmday.cli.browser import open_address

    return open_address(url)
