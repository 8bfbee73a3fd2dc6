"""``cmday plan edit``: whatever an operation says of itself."""

from __future__ import annotations

from typing import Annotated

import typer

from cmday.cli.plan_settling import settle
from cmday.cli.plan_words import Typed, plan_edit_changes
from cmday.cli.run import current
from cmday.core.operations import OpenHours, Wants
from cmday.i18n import _


def register(app: typer.Typer) -> None:
    """Hang this command on ``cmday plan``."""
    app.command(help=_("Change an operation; its place is kept where it still holds."))(edit)


def edit(
    handle: Annotated[str, typer.Argument(metavar="HANDLE")],
    title: Annotated[str | None, typer.Option("--title", help=_("Another title."))] = None,
    length: Annotated[str | None, typer.Option("--for", metavar="LENGTH", help=_("Another length."))] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="WHEN", help=_('Another deadline, or "none".'))] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="WHEN", help=_('Not before, or "none".'))] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="WHEN", help=_('Fixed at this time, or "none": free to move.'))
    ] = None,
    lock: Annotated[
        bool | None, typer.Option("--lock/--no-lock", help=_("Fixed where it is, or free to move."))
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help=_("Another kind."))] = None,
    wants: Annotated[Wants | None, typer.Option("--wants", help=_("quiet, peak or any hours."))] = None,
    community: Annotated[str | None, typer.Option("--community", "-c", help=_('Another community, or "none".'))] = None,
    after: Annotated[
        list[str] | None,
        typer.Option("--after", metavar="HANDLE", help=_('Only after this one; repeatable; "none".')),
    ] = None,
    gap: Annotated[
        str | None, typer.Option("--gap", metavar="SPAN", help=_('So long after the one before, or "none".'))
    ] = None,
    buffer: Annotated[
        str | None, typer.Option("--buffer", metavar="LENGTH", help=_('Time kept free behind it, or "none".'))
    ] = None,
    every: Annotated[
        str | None, typer.Option("--every", metavar="SPAN", help=_('Comes back so long after it was done, or "none".'))
    ] = None,
    at_event: Annotated[
        str | None, typer.Option("--at-event", metavar="WORDS", help=_('Hang it on this event, or "none".'))
    ] = None,
    offset: Annotated[
        str | None, typer.Option("--offset", metavar="OFFSET", help=_("How far from its event: D-7, H-1, live, D+1."))
    ] = None,
    hours: Annotated[OpenHours | None, typer.Option("--hours", help=_("work, or extended."))] = None,
    spent: Annotated[
        str | None, typer.Option("--spent", metavar="LENGTH", help=_("How long it took up to now."))
    ] = None,
    priority: Annotated[int | None, typer.Option("--priority", min=1, max=3, help=_("1 is the highest."))] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Write without asking."))] = False,
) -> int:
    run = current()
    from cmday.steps.planning import actions

    typed = Typed(
        title=title, length=length, by=by, from_=from_, at=at, lock=lock, kind=kind, wants=wants, community=community,
        after=tuple(after or ()), gap=gap, buffer=buffer, every=every, at_event=at_event, offset=offset, hours=hours,
        spent=spent, priority=priority,
    )  # fmt: skip
    one = actions.operation(run.session, handle)
    acted = actions.edit(run.session, handle, plan_edit_changes(run, one, typed))
    return settle(run, [acted.operation], "plan edit", yes=yes)
