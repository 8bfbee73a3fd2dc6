"""``cmday purge``: what ended long ago goes for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.run import current
from cmday.errors import FAILED, WrongUse
from cmday.i18n import _, ngettext, phrase

if TYPE_CHECKING:
    from cmday.keeping.purging import PurgedData
    from cmday.terminal.view import View


def command(
    older: Annotated[str, typer.Option("--older", help=_("What ended before so many months or years: 12m, 2y."))],
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help=_("Count it; take nothing out."))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
) -> int:
    run = current()
    from cmday.keeping import purging

    before = purging.moment(older, run.session.clock.now())
    planned = purging.plan(run.session, before)
    if dry_run or not planned.tables:
        return run.print_data("purge", planned, _text(planned, run.view))
    if not yes:
        from cmday.cli.asking import can_ask, confirm

        if not can_ask():
            raise WrongUse(
                phrase("purging asks first, and nobody is there to answer"),
                phrase("cmday purge --older 12m --dry-run tells what would go, --yes does it"),
            )
        run.remark(_text(planned, run.view))
        if not confirm(_("Take it out? Nothing brings this back."), default=False):
            return FAILED
    done = purging.carry_out(run.session, before)
    code = run.print_data("purge", done, _text(done, run.view))
    run.remark(_("backups and the pages in journal/ are yours to look through"))
    return code


command.__doc__ = _("Take out for good what ended long ago; counts and the shape of the log stay.")


def _text(data: PurgedData, view: View) -> str:
    day = view.day(data.before.date())
    rows = sum(one.rows for one in data.tables)
    if not rows:
        return _("nothing ended before {day}").format(day=day)
    return ngettext("{n} row from before {day}: {where}", "{n} rows from before {day}: {where}", rows).format(
        n=view.number(rows), day=day, where=", ".join(f"{one.table} {one.rows}" for one in data.tables)
    )
