"""``cmday plan begin``, ``pause``, ``done``, ``drop`` and ``list``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.plan_words import read_spent
from cmday.cli.run import Run, current
from cmday.errors import DONE
from cmday.i18n import _, ngettext

if TYPE_CHECKING:
    from cmday.steps.planning.record import Acted

Handles = Annotated[list[str], typer.Argument(metavar="HANDLE...", help=_("p1, p2-4 or an id."))]


def register(app: typer.Typer) -> None:
    """Hang these commands on ``cmday plan``."""
    app.command(help=_("Begin operations, or go on with them; what else runs is paused."))(begin)
    app.command(help=_("Pause what runs; the time spent counts."))(pause)
    app.command(help=_("Operations are done."))(done)
    app.command(help=_("Give operations up; what waited for them is told."))(drop)
    app.command("list", help=_("All operations that are open."))(list_)


def begin(words: Handles) -> int:
    from cmday.steps.planning import actions

    return _said(current(), actions.begin(current().session, words), _("begun: {what}"))


def pause(words: Handles) -> int:
    from cmday.steps.planning import actions

    return _said(current(), actions.pause(current().session, words), _("paused: {what}"))


def done(
    words: Handles,
    spent: Annotated[
        str | None, typer.Option("--spent", metavar="LENGTH", help=_("How long it really took: 1h30, 40m."))
    ] = None,
) -> int:
    from cmday.steps.planning import actions

    run = current()
    acted = actions.done(run.session, words, spent=read_spent(spent))
    if spent is not None and len(acted) > 1:
        run.remark(_("The same time is noted for each of them."))
    for one in acted:
        took = run.view.duration(one.operation.spent) if one.operation.spent else None
        what = run.view.join(f"{one.handle} {one.operation.title}", took)
        run.say(_("done: {what}").format(what=what))
    return DONE


def drop(
    words: Handles,
    series: Annotated[
        bool, typer.Option("--series", help=_("With all that is open of the same contest, event or other series."))
    ] = False,
) -> int:
    from cmday.steps.planning import dropping

    run = current()
    before = dropping.living(run.session)
    acted = dropping.drop(run.session, words, series=series)
    _said(run, acted, _("dropped: {what}"))
    left = dropping.left_by(run.session, acted, before)
    for one in left.gone:
        run.say("  " + _("with it goes {what}").format(what=f"{one.handle} {one.operation.title}"))
    for one in left.freed:
        run.say("  " + _("{what} waited for it, and waits no more").format(what=f"{one.handle} {one.operation.title}"))
    groups = {one.operation.group for one in acted if one.operation.group}
    rest = [one for one in dropping.living(run.session) if one.group in groups]
    if rest and not series:
        said = ngettext("{n} more of its series is open", "{n} more of its series are open", len(rest))
        run.remark(
            _("{rest}; all of them: cmday plan drop {handle} --series").format(
                rest=said.format(n=len(rest)), handle=dropping.handle_of(run.session, rest[0])
            )
        )
    return DONE


def list_() -> int:
    from cmday.steps.planning import listing

    run = current()
    return run.show_data("plan list", listing.listed(run.session), "cmday.steps.planning.list_view:draw")


def _said(run: Run, acted: Iterable[Acted], said: str) -> int:
    for one in acted:
        run.say(said.format(what=f"{one.handle} {one.operation.title}"))
    return DONE
