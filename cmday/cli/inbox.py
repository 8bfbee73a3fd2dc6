"""``cmday inbox``: step 2, what came on the networks, and what one does with it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Annotated, Final

import typer

from cmday.cli.group import new_app
from cmday.cli.hits import show_hits
from cmday.cli.reply import reply as answer
from cmday.cli.run import Run, current
from cmday.core.items import KINDS, Kind
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, phrase
from cmday.steps.protocol import Outcome

app = new_app(_("Step 2: messages, mentions and notifications."))

# A screen's worth; JSON has all.
_LINES: Final = 50
_GRACE: Final = 2.0
_TOMORROW: Final = "tomorrow"
# A handle, a range of them, or an id, which has its account before a colon.
_HANDLE: Final = re.compile(r"i?\d+(-i?\d+)?|.*:.*", re.IGNORECASE)

Handles = Annotated[list[str], typer.Argument(help=_("Handles, ranges (i5-8) or ids."))]


@app.callback(invoke_without_command=True)
def inbox(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=_("All lines, done and snoozed ones too."))] = False,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help=_("Only this kind: message, question, mention..."))
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, max=1_000_000, help=_("At most so many lines."))] = 0,
    guide: Annotated[bool, typer.Option("--guide", help=_("Item by item, one key each."))] = False,
    resume: Annotated[bool, typer.Option("--resume", help=_("Go on with the guide where it was left."))] = False,
) -> int:
    """Ask the networks and list what waits for an answer."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    if guide or resume:
        return _guided(run, resume=resume)
    from cmday.steps.notifications import step

    kinds = [_kind(word) for words in kind or () for word in words.split(",") if word]
    outcomes = {} if run.options.offline else _sweep(run)
    bound = limit or (None if everything or run.options.json else _LINES)
    report = step.digest(run.session, outcomes, limit=bound, everything=everything, kinds=kinds)
    return run.show("inbox", report, "cmday.steps.notifications.view:draw")


def _guided(run: Run, *, resume: bool) -> int:
    from cmday.cli.guide import guide, insist_on_terminal

    insist_on_terminal(run)
    outcomes = {} if run.options.offline or resume else _sweep(run)
    errors = [outcome.error for outcome in outcomes.values() if outcome.error and outcome.status != "waiting"]
    return guide(run, ["notifications"], "cmday inbox --guide", resume=resume, errors=errors)


def _sweep(run: Run) -> dict[str, Outcome]:
    from cmday.routine import ask_all, load_steps

    session = run.session
    with run.progress() as line:
        return ask_all(
            session,
            load_steps(["notifications"]),
            budget=session.settings.limits.deadline + _GRACE,
            progress=line.tell,
        )


def _kind(word: str) -> Kind:
    for kind in KINDS:
        if word.lower() in (kind, f"{kind}s", f"{kind[:-1]}ies"):
            return kind
    near = get_close_matches(word.lower(), KINDS, n=1, cutoff=0.5)
    hint = phrase("did you mean {word}?", word=near[0]) if near else phrase("kinds are {kinds}", kinds=", ".join(KINDS))
    raise WrongUse(phrase('"{word}" is no kind of notification', word=word), hint)


@app.command(help=_("Read items whole, with their thread; they are seen then."))
def read(
    handles: Handles,
) -> int:
    run = current()
    from cmday.steps.notifications import actions

    data = actions.read(run.session, handles)
    return run.show_data("inbox read", data, "cmday.steps.notifications.reading_view:draw")


app.command("reply", help=_("Answer items; the answers wait in the outbox until cmday send."))(answer)


@app.command(help=_("The templates for answers, and whom each is for."))
def templates() -> int:
    run = current()
    from cmday.cli.template_list import show_templates

    return show_templates(run)


@app.command(help=_("Set items as done: answered, or wanting no answer."))
def done(
    handles: Handles,
) -> int:
    run = current()
    from cmday.steps.notifications import actions

    return show_hits(run, "inbox done", actions.done(run.session, handles))


@app.command("open", help=_("Open items in the browser; what was done is listed again."))
def open_(
    handles: Handles,
) -> int:
    run = current()
    from cmday.cli.browser import open_addresses
    from cmday.steps.notifications import actions

    hits = actions.open_items(run.session, handles)
    open_addresses(run, [hit.url for hit in hits.items])
    return show_hits(run, "inbox open", hits)


@app.command(help=_("Put items off until a moment; they come back by themselves."))
def snooze(
    handles: Handles,
    until: Annotated[
        str,
        typer.Option("--until", metavar="WHEN", show_default=_("tomorrow"), help=_("When: 14h, fri, demain, 12/11...")),
    ] = _TOMORROW,
) -> int:
    run = current()
    from cmday import i18n
    from cmday.steps.notifications import actions
    from cmday.text.dates import parse_when

    session = run.session
    if until == _TOMORROW and len(handles) > 1 and not _HANDLE.fullmatch(handles[-1]):
        *handles, until = handles  # "inbox snooze i2 friday", as one says it
    moment = parse_when(until, session.clock.now(), session.settings.hours, language=i18n.language(), bare="start")
    return show_hits(run, "inbox snooze", actions.snooze(session, handles, moment))
