"""``cmday send``: shows what is about to leave this machine, asks once, and sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.asking import can_ask
from cmday.cli.run import Run, current
from cmday.errors import DONE, Busy, CmdayError, WrongUse
from cmday.i18n import Phrase, _, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmday.core.outbox import Outgoing
    from cmday.outbox.lateness import Sorted
    from cmday.outbox.rehearsal import Rehearsed
    from cmday.outbox.sending import Fate
    from cmday.steps.protocol import ReportStatus


def command(
    handles: Annotated[
        list[str], typer.Argument(metavar="[HANDLE...]", help=_("Only these, whatever their time: o1, o2-4 or ids."))
    ] = [],  # noqa: B006  Typer's way
    due: Annotated[
        bool, typer.Option("--due", help=_("Only what has a time, once it has come: for cron or a timer."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Ask nothing; what is late or in doubt stays."))] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help=_("Print the exact requests; send nothing."))
    ] = False,
) -> int:
    run = current()
    try:
        return _send(run, handles, due=due, yes=yes, dry_run=dry_run)
    except Busy as busy:
        if not (due and yes):
            raise
        run.remark(f"{busy.message}")  # a timer that strikes while a person sends: there is nothing left for it to do
        return DONE


command.__doc__ = _("Show all that is due on one screen, the sending account first, ask once, and send it.")


def _send(run: Run, words: list[str], *, due: bool, yes: bool, dry_run: bool) -> int:
    from cmday.outbox import departures

    piles = departures.to_send(run.session, words, due_only=due)
    if not (piles.now or piles.late or piles.doubtful):
        return _nothing(run, piles)
    if dry_run:
        return _rehearse(run, [*piles.now, *piles.late])
    asking = not yes and not run.options.json and can_ask()
    if not yes and not asking:
        if not run.options.json:
            _show(run, [*piles.now, *piles.late, *piles.doubtful])
        raise WrongUse(phrase("nothing was sent: there is nobody to ask"), _go_ahead(words, due=due))
    if run.session.offline:
        raise departures.offline()
    piles, found, doubts = departures.look(run.session, piles, due_only=due, named=bool(words))
    if asking:
        from cmday.cli.send_asking import choose

        chosen, left = choose(run, piles)
        settled = {one.id for one in (*chosen, *left)}
        found += [one for one in piles.doubtful if one.id not in settled]
    else:
        # To name what is late is the word it waits for; what nobody named stays until somebody does.
        chosen = [*piles.now, *(piles.late if words else ())]
        left = [*(() if words else piles.late), *piles.doubtful]
    fates = _carry_out(run, departures.release(run.session, chosen))
    return _tell(run, [*found, *(fate.outgoing for fate in fates)], left, fates, doubts)


def _go_ahead(words: list[str], *, due: bool) -> Phrase:
    """The same command without a question."""
    command = " ".join(["cmday send", *words, *(["--due"] if due else []), "--yes"])
    return phrase("{command} sends it", command=command)


def _carry_out(run: Run, chosen: Sequence[Outgoing]) -> list[Fate]:
    from cmday.outbox.sending import send

    if not chosen:
        return []
    with run.progress() as line:
        return send(run.session, chosen, progress=line.tell)


def _nothing(run: Run, piles: Sorted) -> int:
    """Say that nothing is to be sent now, and what has time yet."""
    from cmday.outbox import departures

    lines = []
    if not run.options.json:
        moment = departures.next_due(run.session)
        lines = [_("nothing is to be sent")]
        if piles.patient:
            lines = [_("nothing is to be sent now: the server asked to be left alone; cmday outbox says until when")]
        elif moment:
            lines = [_("nothing is to be sent before {time}").format(time=run.view.when(moment))]
    return run.print_data("send", departures.data(run.session, [], []), "\n".join(lines))


def _show(run: Run, listed: Sequence[Outgoing]) -> None:
    from cmday.outbox.report import report
    from cmday.outbox.view import draw_sending

    run.console.show(draw_sending(report(run.session, listed), run.view), run.view)


def _rehearse(run: Run, listed: Sequence[Outgoing]) -> int:
    from cmday.outbox.rehearsal import rehearse

    data, errors = rehearse(run.session, listed)
    parts = [request_text(one) for one in data.requests]
    code = run.print_data("send", data, "\n\n".join(parts), errors, "partial" if errors and data.requests else None)
    _complain(run, errors)
    return code


def request_text(one: Rehearsed) -> str:
    """A request as it would go out, without what is secret in it."""
    lines = [f"{one.handle} {one.account}", f"{one.method} {one.url}"]
    lines += [f"{name}: {value}" for name, value in one.headers]
    lines += [_("{name}: (secret)").format(name=name) for name in one.secret]
    return "\n".join([*lines, *(["", one.body] if one.body else [])])


def _tell(
    run: Run,
    tried: Sequence[Outgoing],
    left: Sequence[Outgoing],
    fates: Sequence[Fate],
    doubts: Sequence[CmdayError],
) -> int:
    """Say what became of each, and what stays because it asks first; returns the exit code."""
    from cmday.cli.send_lines import fate_lines, left_lines
    from cmday.outbox import departures

    data = departures.data(run.session, tried, left)
    errors = departures.errors_of(fates)
    lines = [] if run.options.json else [*fate_lines(data.items, fates), *left_lines(run, data.left)]
    code = run.print_data("send", data, "\n".join(lines), [*errors, *(doubts if left else ())], _status(data, fates))
    # Why something was held stands on its line already.
    _complain(run, [*(one for one in errors if one.kind != "asks"), *(doubts if left else ())])
    return code


def _status(data: object, fates: Sequence[Fate]) -> ReportStatus:
    from cmday.outbox.departures import SendData

    assert isinstance(data, SendData)
    whole = all(one.state == "sent" for one in data.items) and not data.left
    if whole:
        return "done"
    asks = any(fate.outgoing.state in {"doubtful", "held"} for fate in fates)
    return "partial" if data.sent or data.left or asks or not fates else "failed"


def _complain(run: Run, errors: Sequence[CmdayError]) -> None:
    if run.options.json:
        return
    from cmday.cli.complaints import warn

    for error in errors:
        warn(error)
