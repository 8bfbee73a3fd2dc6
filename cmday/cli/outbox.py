"""``cmday outbox``: what waits to leave this machine, and what one does with it before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.group import new_app
from cmday.cli.run import Run, current
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, language, phrase
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmday.core.outbox import Outgoing
    from cmday.outbox.queue import Acted

app = new_app(_("What waits to leave this machine: replies, posts and actions."))

_MOST = 60

Handles = Annotated[list[str], typer.Argument(help=_("Handles, ranges (o1-3) or ids."))]
SomeHandles = Annotated[list[str], typer.Argument(metavar="[HANDLE...]", help=_("Handles, ranges (o1-3) or ids."))]
_NONE: list[str] = []


@app.callback(invoke_without_command=True)
def outbox(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=_("What was sent or cancelled before today too."))] = False,
) -> int:
    """List what waits, and what was sent or cancelled today."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    from cmday.outbox.listing import listed

    report = listed(run.session, everything=everything)
    if run.options.json:
        return run.show_data("outbox", report.data, "")
    return run.show_data("outbox", report, "cmday.outbox.view:draw")


@app.command(help=_("Show items whole, with all that was done to them."))
def show(handles: Handles) -> int:
    run = current()
    from cmday.outbox.listing import whole

    return run.show_data("outbox show", whole(run.session, handles), "cmday.outbox.view:draw_whole")


@app.command(help=_("Change what has not left: its text in your editor, or by the options."))
def edit(
    handle: Annotated[str, typer.Argument(metavar="HANDLE")],
    text: Annotated[str | None, typer.Option("--text", help=_("The new text."))] = None,
    subject: Annotated[str | None, typer.Option("--subject", help=_("The new subject of a mail."))] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="WHEN", help=_('Its time: 18:30, fri, "now".'))] = None,
) -> int:
    run = current()
    from cmday.core.outbox import UNSENT
    from cmday.outbox import queue
    from cmday.outbox.naming import found, insist

    [(_handle, one)] = found(run.session, [handle])
    insist(_handle, one, UNSENT)
    changes: dict[str, object] = {}
    if text is not None:
        changes["text"] = text.strip()
    if subject is not None:
        changes["subject"] = subject.strip() or None
    if at is not None:
        changes["due"] = _moment(run, at)
    if not changes:
        changes["text"] = _in_editor(one)
    acted = queue.edit(run.session, one.id, **changes)
    return _tell(run, "outbox edit", [acted])


def _moment(run: Run, words: str) -> object:
    from cmday.text.dates import parse_when

    now = run.session.clock.now()
    if words.lower() in {"now", "maintenant"}:
        return None
    return parse_when(words, now, run.settings.hours, language=language(), bare="start")


def _in_editor(one: Outgoing) -> str:
    """The text as it comes out of the person's editor."""
    import tempfile
    from pathlib import Path

    from cmday.cli.editor import edit as open_editor

    with tempfile.TemporaryDirectory(prefix="cmday-") as folder:  # mode 700
        file = Path(folder) / f"{one.id}.md"
        file.write_text(f"{one.text}\n", encoding="utf-8")
        open_editor(file)
        return file.read_text(encoding="utf-8", errors="replace").strip()


@app.command(help=_("Take items back; nothing of them leaves this machine."))
def drop(handles: Handles) -> int:
    run = current()
    from cmday.outbox import queue

    return _tell(run, "outbox drop", queue.drop(run.session, handles))


@app.command(help=_("Hold items back until they are released; --all for a day of mourning."))
def hold(
    handles: SomeHandles = _NONE,
    all_: Annotated[bool, typer.Option("--all", help=_("All that is queued, in one go."))] = False,
    why: Annotated[str | None, typer.Option("--why", metavar="TEXT", help=_("The reason, with --all."))] = None,
) -> int:
    run = current()
    from cmday.outbox import freezing, queue

    _insist_on_one(handles, all_=all_, command="cmday outbox hold")
    if all_:
        held = freezing.hold_all(run.session, why)
        if not held:
            run.remark(_("Nothing is queued, so nothing is held."))
        return _tell(run, "outbox hold", held)
    return _tell(run, "outbox hold", queue.hold(run.session, handles))


@app.command(help=_("Let items go that wait for your word, were held back, or failed; --all what hold --all held."))
def release(
    handles: SomeHandles = _NONE,
    all_: Annotated[bool, typer.Option("--all", help=_("All that hold --all held, in one go."))] = False,
) -> int:
    run = current()
    from cmday.outbox import freezing, queue

    _insist_on_one(handles, all_=all_, command="cmday outbox release")
    if all_:
        return _tell(run, "outbox release", freezing.release_all(run.session))
    return _tell(run, "outbox release", queue.release(run.session, handles))


def _insist_on_one(handles: list[str], *, all_: bool, command: str) -> None:
    """Either handles or all of it; raises ``WrongUse``."""
    if bool(handles) == all_:
        raise WrongUse(
            phrase("say which items, or --all"),
            phrase("{command} o1, or {command} --all", command=command),
        )


@app.command(help=_("Say of items in doubt that they did go out."))
def arrived(handles: Handles) -> int:
    return _answer(handles, "outbox arrived", went_out=True)


@app.command(help=_("Say of items in doubt that they did not go out; they wait to be sent again."))
def again(handles: Handles) -> int:
    return _answer(handles, "outbox again", went_out=False)


def _answer(words: list[str], command: str, *, went_out: bool) -> int:
    run = current()
    from cmday.outbox import recovery
    from cmday.outbox.naming import found
    from cmday.outbox.queue import Acted

    recovery.take_stock(run.session)
    named = found(run.session, words)
    for handle, one in named:
        if one.state != "doubtful":
            raise WrongUse(
                phrase("{handle} is not in doubt", handle=handle), phrase("cmday outbox shows what is asked about")
            )
    answered = recovery.answer(run.session, [one for _handle, one in named], went_out=went_out)
    handles = {one.id: handle for handle, one in named}
    return _tell(run, command, [Acted(handles[one.id], one) for one in answered])


def _tell(run: Run, command: str, acted: Sequence[Acted]) -> int:
    """Say what was hit and how it is now."""
    from cmday.outbox.naming import excerpt
    from cmday.outbox.report import OutboxData, row
    from cmday.outbox.view import state_word

    data = OutboxData(items=tuple(row(one.outgoing, one.handle) for one in acted))
    lines = [
        _("{handle} is {state}: {what}").format(
            handle=one.handle, state=_state(run, one.outgoing, state_word), what=safe(excerpt(one.outgoing), _MOST)
        )
        for one in ([] if run.options.json else acted)
    ]
    return run.print_data(command, data, "\n".join(lines))


def _state(run: Run, one: Outgoing, word: object) -> str:
    said = str(word(one.state))  # type: ignore[operator]
    return f"{said}, {run.view.when(one.due)}" if one.due and one.state in {"queued", "held", "draft"} else said
