"""``cmday crisis``: how each community stands, and the way through a crisis, with its log minute by minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.group import new_app
from cmday.cli.run import Run, current, unknown_community
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, ngettext, phrase

if TYPE_CHECKING:
    from cmday.core.crises import Crisis, Scheduled

app = new_app(_("Crises: how each community stands, the checklist, the log, the report."))

Community = Annotated[str, typer.Argument(metavar="COMMUNITY", help=_("Its short name."))]
Maybe = Annotated[str | None, typer.Argument(metavar="[COMMUNITY]", help=_("Its short name; else the only one."))]
Words = Annotated[list[str], typer.Argument(metavar="[TEXT]", help=_("A line for the log."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))]
_NONE: list[str] = []


@app.callback(invoke_without_command=True)
def crisis(
    context: typer.Context,
    md: Annotated[bool, typer.Option("--md", help=_("The report so far, as Markdown."))] = False,
) -> int:
    """Show what is going on, and how far every other community is from an alarm."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    from cmday.crisis import detecting, ending, picture

    detecting.look(run.session)
    data = picture.listed(run.session)
    if md:
        return run.print_data("crisis", data, "" if run.options.json else ending.so_far(run.session, run.view))
    return run.show_data("crisis", data, "cmday.crisis.view:draw")


@app.command(help=_("Take an alarm in hand, or begin a crisis without one; its posts are held back."))
def start(
    community: Annotated[str, typer.Argument(metavar="COMMUNITY", help=_("Its short name."))] = "",
    text: Words = _NONE,
    yes: Yes = False,
) -> int:
    run = current()
    from cmday.crisis import conducting

    begun, held = conducting.start(run.session, _known(run, community), " ".join(text))
    if held and not run.options.json:
        n = len(held)
        run.remark(ngettext("{n} post is held back", "{n} posts are held back", n).format(n=n))
    _servers(run, begun, yes=yes)
    return _show(run, "crisis start", begun)


@app.command(help=_("Write a line into the log, with its minute."))
def note(community: Community, text: Annotated[list[str], typer.Argument(metavar="TEXT")]) -> int:
    run = current()
    from cmday.crisis import conducting

    noted = conducting.note(run.session, _known(run, community), " ".join(text))
    now = run.view.time(run.session.clock.now())
    run.remark(_("noted at {time}; cmday crisis --md shows the log").format(time=now))
    return _show(run, "crisis note", noted)


@app.command(help=_("Tick a point of the checklist: 1 NAME says who speaks."))
def check(
    number: Annotated[int, typer.Argument(metavar="N")],
    text: Words = _NONE,
    undo: Annotated[bool, typer.Option("--undo", help=_("Take the tick away."))] = False,
) -> int:
    run = current()
    from cmday.crisis import conducting

    done = conducting.check(run.session, conducting.the_one(run.session), number, " ".join(text), undo=undo)
    return _show(run, "crisis check", done)


@app.command(help=_("It is over: what was held goes or stays, and the report is written."))
def end(
    community: Maybe = None,
    text: Words = _NONE,
    release: Annotated[
        bool | None, typer.Option("--release/--keep", help=_("Let go what was held, or keep it held; else it asks."))
    ] = None,
) -> int:
    run = current()
    from cmday.crisis import conducting, ending, servers

    name = _known(run, community) if community else conducting.the_one(run.session)
    found = conducting.insist(run.session, name)
    held = conducting.holds(run.session, found)
    away = servers.to_put_back(run.session, found)
    if release is None:
        release = bool(held or away) and _asked_to_release(run, len(held) + len(away))
    if release and away:
        for trouble in servers.put_back(run.session, found):
            run.remark(f"! {trouble.message}")
    data = ending.end(run.session, name, run.view, release=release, words=" ".join(text))
    lines = [_("{community} is over: {file}").format(community=name, file=data.report)]
    if data.released:
        lines.append(ngettext("{n} released", "{n} released", data.released).format(n=data.released))
    if data.kept:
        kept = ngettext("{n} stays held back: cmday outbox", "{n} stay held back: cmday outbox", data.kept).format(
            n=data.kept
        )
        lines.append(kept)
    return run.print_data("crisis end", data, "\n".join(lines))


def _asked_to_release(run: Run, n: int) -> bool:
    """Whether the person wants to let go what was held; without anybody to ask it stays held."""
    from cmday.cli.asking import can_ask, confirm

    if run.options.json or not can_ask():
        return False
    question = ngettext("Release the {n} that is held back?", "Release the {n} that are held back?", n).format(n=n)
    return confirm(question, default=False)


def _servers(run: Run, begun: Crisis, *, yes: bool) -> None:
    """Look for posts that wait on servers, and take off what the person agrees to."""
    from cmday.cli.asking import can_ask, confirm
    from cmday.crisis import servers

    if run.session.offline:
        return
    for trouble in servers.survey(run.session, begun):
        run.remark(f"! {trouble.subject}: {trouble.message}")
    found = servers.takeable(run.session, begun)
    if not found:
        return
    if not yes:
        if run.options.json or not can_ask():
            _name(run, found)
            return
        _name(run, found)
        n = len(found)
        if not confirm(ngettext("Take it off its server?", "Take the {n} off their servers?", n).format(n=n)):
            return
    for trouble in servers.take_off(run.session, begun, found):
        run.remark(f"! {trouble.subject}: {trouble.message}")


def _name(run: Run, found: list[Scheduled]) -> None:
    for one in found:
        when = run.view.when(one.at) if one.at else ""
        run.remark(
            _("on its server: {account} {time} {text}").format(
                account=one.account, time=when, text=run.view.quote_start(one.text, 60)
            )
        )


def _show(run: Run, command: str, begun: Crisis) -> int:
    from cmday.crisis import picture

    return run.show_data(command, picture.picture(run.session, begun), "cmday.crisis.view:draw_one")


def _known(run: Run, community: str) -> str:
    if not community:
        known = ", ".join(run.settings.communities)
        raise WrongUse(phrase("say which community"), phrase("cmday crisis start NAME: {names}", names=known))
    if community not in run.settings.communities:
        raise unknown_community(community, run.settings.communities)
    return community
