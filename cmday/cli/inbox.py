"""``cmday inbox``: step 2, what came on the networks, and what one does with it."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cmday.cli import inbox_query as q
from cmday.cli.group import new_app
from cmday.cli.inbox_verbs import add_verbs, named_or_asked
from cmday.cli.reply import reply as answer
from cmday.cli.run import Run, current
from cmday.errors import DONE
from cmday.i18n import _
from cmday.steps.protocol import Outcome

app = new_app(_("Step 2: messages, mentions and notifications."))

# A screen's worth; JSON has all.
_LINES: Final = 50
_GRACE: Final = 2.0


@app.callback(invoke_without_command=True)
def inbox(
    context: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help=_("All lines, done and snoozed ones too."))] = False,
    kind: q.Kinds = None,
    network: q.Networks = None,
    account: q.Accounts = None,
    author: q.Authors = None,
    label: q.Labels = None,
    before: q.Before = None,
    older: q.Older = None,
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

    query = q.asked(
        run, kinds=kind, networks=network, accounts=account, authors=author, labels=label, before=before, older=older
    )
    outcomes = {} if run.options.offline else _sweep(run)
    bound = limit or (None if everything or run.options.json else _LINES)
    report = step.digest(run.session, outcomes, limit=bound, everything=everything, query=query)
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


@app.command(help=_("Read items whole, with their thread; they are seen then."))
def read(
    handles: q.Handles = None,
    *,
    kind: q.Kinds = None,
    network: q.Networks = None,
    account: q.Accounts = None,
    author: q.Authors = None,
    label: q.Labels = None,
    before: q.Before = None,
    older: q.Older = None,
) -> int:
    run = current()
    from cmday.steps.notifications import reading

    query = q.asked(
        run, kinds=kind, networks=network, accounts=account, authors=author, labels=label, before=before, older=older
    )
    data = reading.read(run.session, handles or [], named_or_asked(handles or [], query))
    return run.show_data("inbox read", data, "cmday.steps.notifications.reading_view:draw")


app.command("reply", help=_("Answer items; the answers wait in the outbox until cmday send."))(answer)


@app.command(help=_("The templates for answers, and whom each is for."))
def templates() -> int:
    run = current()
    from cmday.cli.template_list import show_templates

    return show_templates(run)


add_verbs(app)
