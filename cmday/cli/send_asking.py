"""The questions of ``cmday send``: one for all that is on the screen, and one for each that is late or in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from cmday.cli.asking import ask_text, confirm
from cmday.cli.run import Run
from cmday.errors import CmdayError
from cmday.i18n import _, ngettext
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.core.outbox import Outgoing
    from cmday.outbox.lateness import Sorted

_MOST: Final = 60


def choose(run: Run, piles: Sorted) -> tuple[list[Outgoing], list[Outgoing]]:
    """What is to be sent, and what was left although its time has come."""
    chosen: list[Outgoing] = []
    if piles.now:
        _show(run, piles.now)
        chosen = _among(run, piles.now)
    left: list[Outgoing] = []
    for one in piles.late:
        (chosen if _still_wanted(run, one) else left).append(one)
    for one in piles.doubtful:
        _settle(run, one)
    for one in _now(run, piles.doubtful):
        if one.state in ("queued", "doubtful"):
            (chosen if one.state == "queued" else left).append(one)
    return chosen, left


def _show(run: Run, listed: Sequence[Outgoing]) -> None:
    from cmday.outbox.report import report
    from cmday.outbox.view import draw_sending

    run.console.show(draw_sending(report(run.session, listed), run.view), run.view)


def _among(run: Run, offered: Sequence[Outgoing]) -> list[Outgoing]:
    """Yes to all, no, or some of them by their handles."""
    n = len(offered)
    question = ngettext("Send it?", "Send these {n}?", n).format(n=n)
    while True:
        answer = ask_text(f"{question} {_('[Y]es [n]o [c]hoose')}").lower()
        if not answer or answer[0] in {"y", _("yes")[0]}:
            return list(offered)
        if answer[0] == "n":
            return []
        if answer[0] in {"c", _("choose")[0]}:
            return _by_handles(run, offered)


def _by_handles(run: Run, offered: Sequence[Outgoing]) -> list[Outgoing]:
    from cmday.outbox.naming import found

    known = {one.id: one for one in offered}
    while True:
        words = ask_text(_("Which? (o1 o3-4, Enter for none)")).split()
        if not words:
            return []
        try:
            named = [one.id for _handle, one in found(run.session, words)]
        except CmdayError as error:
            run.remark(str(error.message))
            continue
        return [known[one] for one in known if one in named]


def _still_wanted(run: Run, one: Outgoing) -> bool:
    assert one.due is not None
    _show(run, [one])
    question = _("{handle} was due {time}. Send it now?").format(handle=_handle(run, one), time=run.view.when(one.due))
    return confirm(question, default=False)


def _settle(run: Run, one: Outgoing) -> None:
    """Ask whether something in doubt went out, and write down what the person says; Enter leaves it in doubt."""
    from cmday.outbox import recovery

    question = _("Did {handle} go out? {what}").format(
        handle=_handle(run, one), what=run.view.quote(safe(" ".join(one.text.split()), _MOST))
    )
    while True:
        answer = ask_text(f"{question} {_('[y]es [n]o [l]ook again, Enter for later')}").lower()
        if not answer:
            return
        if answer[0] in {"y", _("yes")[0]}:
            recovery.answer(run.session, [one], went_out=True)
            return
        if answer[0] == "n":
            recovery.answer(run.session, [one], went_out=False)
            return
        if answer[0] in {"l", _("look again")[0]}:
            [(now, error)] = recovery.look(run.session, [one])
            if now.state != "doubtful":
                return
            run.remark(str(error.message) if error else _("it is not known yet"))


def _handle(run: Run, one: Outgoing) -> str:
    from cmday.outbox.naming import handles_of

    return handles_of(run.session, [one.id])[one.id]


def _now(run: Run, some: Sequence[Outgoing]) -> list[Outgoing]:
    """These as they are now."""
    from cmday.outbox.naming import found

    return [one for _handle, one in found(run.session, [one.id for one in some])] if some else []
