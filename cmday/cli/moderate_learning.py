"""``cmday moderate learning``: what one's own decisions taught; written out, or begun anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cmday.cli.group import new_app
from cmday.cli.run import current
from cmday.errors import DONE
from cmday.i18n import _, ngettext

_learning = new_app(_("What your own decisions taught, by community."))


def register(app: typer.Typer) -> None:
    """Hang these commands on ``cmday moderate``."""
    app.add_typer(_learning, name="learning")


@_learning.callback(invoke_without_command=True)
def learning(context: typer.Context) -> int:
    """What speaks for refusing and for letting stand; silent below fifty decisions of each."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    from cmday.steps.moderation.learning import learnt

    return run.show_data(
        "moderate learning", learnt.told(run.session), "cmday.steps.moderation.learning.learnt_view:draw"
    )


@_learning.command(help=_("Write what was learnt to a file, as JSON."))
def export(file: Annotated[Path, typer.Argument(help=_("The file to write."))]) -> int:
    run = current()
    from cmday.steps.moderation.learning import learnt

    done = learnt.export(run.session, file)
    n = done.features
    said = ngettext("{n} word or sign written to {file}", "{n} words and signs written to {file}", n)
    return run.print_data("moderate learning export", done, said.format(n=run.view.number(n), file=file))


@_learning.command(help=_("Begin anew: what was decided until now teaches no more. cmday undo takes that back."))
def reset(
    communities: Annotated[list[str] | None, typer.Argument(help=_("Communities; all where none is named."))] = None,
) -> int:
    run = current()
    from cmday.steps.moderation.learning import learnt

    done = learnt.reset(run.session, communities or [])
    names = ", ".join(one.community or _("no community") for one in done.communities)
    return run.print_data("moderate learning reset", done, _("begun anew: {communities}").format(communities=names))
