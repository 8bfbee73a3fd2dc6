"""``cmday plan add``: one operation, or a series of them from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cmday.cli.plan_settling import settle
from cmday.cli.plan_words import read_community, read_event, read_kind, read_span, read_when
from cmday.cli.run import Run, current
from cmday.core.operation_kinds import KINDS
from cmday.core.operations import OpenHours, Operation, Wants
from cmday.errors import WrongUse
from cmday.i18n import _, phrase
from cmday.text.durations import parse_duration
from cmday.text.offsets import parse_offset

_KINDS = ", ".join(KINDS)


def register(app: typer.Typer) -> None:
    app.command(help=_("Add an operation, or a series of them, and find their places."))(add)


def add(
    title: Annotated[str | None, typer.Argument(metavar="TITLE", help=_("What is to be done."))] = None,
    length: Annotated[
        str | None, typer.Option("--for", metavar="LENGTH", help=_("How long it takes: 2h, 90m, 1h30."))
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="WHEN", help=_("Its deadline: fri, ven 18h, 12/11."))
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="WHEN", help=_("Not before."))] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="WHEN", help=_("Fixed at this time: fri 15h."))] = None,
    lock: Annotated[bool, typer.Option("--lock", help=_("Fixed where it is placed now."))] = False,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help=_("What it is: {kinds}.").format(kinds=_KINDS))
    ] = None,
    wants: Annotated[Wants | None, typer.Option("--wants", help=_("quiet, peak or any hours."))] = None,
    community: Annotated[str | None, typer.Option("--community", "-c", help=_("The community it is for."))] = None,
    after: Annotated[
        list[str] | None, typer.Option("--after", metavar="HANDLE", help=_("Only after this one; may be repeated."))
    ] = None,
    gap: Annotated[
        str | None, typer.Option("--gap", metavar="SPAN", help=_("So long after the one before: 2h, 1d."))
    ] = None,
    buffer: Annotated[
        str | None, typer.Option("--buffer", metavar="LENGTH", help=_("Time kept free behind it: 15m."))
    ] = None,
    every: Annotated[
        str | None, typer.Option("--every", metavar="SPAN", help=_("Comes back so long after it was done: 1w, 30d."))
    ] = None,
    at_event: Annotated[
        str | None, typer.Option("--at-event", metavar="WORDS", help=_("Hang it on a calendar event, by its title."))
    ] = None,
    offset: Annotated[
        str | None, typer.Option("--offset", metavar="OFFSET", help=_("How far from the event: D-7, H-1, live, D+1."))
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file", metavar="FILE", help=_("Linked operations from a file; contest and event come with cmday.")
        ),
    ] = None,
    hours: Annotated[
        OpenHours, typer.Option("--hours", help=_("work, or extended: evenings and week-ends that you open too."))
    ] = "work",
    priority: Annotated[int, typer.Option("--priority", min=1, max=3, help=_("1 is the highest."))] = 2,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Write without asking."))] = False,
) -> int:
    run = current()
    if file is not None:
        alone = {
            "--for": length, "--from": from_, "--kind": kind, "--wants": wants, "--at": at, "--lock": lock,
            "--after": after, "--gap": gap, "--buffer": buffer, "--every": every, "--offset": offset,
        }  # fmt: skip
        return _add_series(run, file, title, by, community, at_event, yes=yes, unfit=alone)
    if title is None:
        raise WrongUse(phrase("an operation needs a title"), phrase('cmday plan add "Christmas contest" --for 2h'))
    from cmday.steps.planning.adding import Wanted
    from cmday.steps.planning.adding import add as add_one

    event = read_event(run, at_event, offset)
    added = add_one(
        run.session,
        Wanted(
            title=title,
            kind=read_kind(kind),
            length=parse_duration(length) if length else None,
            community=read_community(run, community) or (event.community if event else None),
            wants=wants,
            due=read_when(run, by, "end"),
            not_before=read_when(run, from_, "start"),
            priority=priority,
            after=tuple(after or ()),
            gap=read_span(gap),
            buffer=parse_duration(buffer) if buffer else None,
            hours=hours,
            every=read_span(every) or None,
            event=event,
            offset=parse_offset(offset) if offset else None,
            at=read_when(run, at, "start"),
            locked=lock,
        ),
    )
    _say_what_was_learnt(run, added[0], length)
    return settle(run, added, "plan add", yes=yes)


def _add_series(
    run: Run,
    file: str,
    title: str | None,
    by: str | None,
    community: str | None,
    at_event: str | None,
    *,
    yes: bool,
    unfit: dict[str, Any],
) -> int:
    if named := [option for option, value in unfit.items() if value]:
        raise WrongUse(
            phrase("{options} cannot go with --file", options=", ".join(named)), phrase("write it into the file")
        )
    from cmday.config.series import read_series
    from cmday.steps.planning.series_adding import add_series

    series = read_series(file, Path.cwd())
    event = read_event(run, at_event, "D" if at_event else None)
    added = add_series(
        run.session,
        series,
        title=title,
        community=read_community(run, community),
        event=event,
        due=read_when(run, by, "end"),
    )
    return settle(run, added, "plan add", yes=yes)


def _say_what_was_learnt(run: Run, one: Operation, length: str | None) -> None:
    from cmday.steps.planning.kind_words import kind_word
    from cmday.steps.planning.learning import ratio_of

    ratio = ratio_of(run.session, one.kind) if length else None
    if ratio is not None and not 0.9 <= ratio <= 1.1:  # noqa: PLR2004  a tenth is no news
        view = run.view
        run.remark(
            _("For {kind} you take {ratio} × what you plan: {length}?").format(
                kind=kind_word(one.kind), ratio=view.number(ratio, 1), length=view.duration(one.duration * ratio)
            )
        )
