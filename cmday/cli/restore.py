"""``cmday restore``: a backup checked, then put into the place of what is there, which is kept aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.asking import can_ask, confirm
from cmday.cli.run import Run, current
from cmday.errors import DONE, WrongUse
from cmday.i18n import _, ngettext, phrase

if TYPE_CHECKING:
    from cmday.keeping.restoring import Restored


def command(
    file: Annotated[Path, typer.Argument(help=_("A file that cmday backup wrote."))],
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Ask nothing."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help=_("Check it all; change nothing."))] = False,
) -> int:
    run = current()
    from cmday.keeping.restoring import prepared

    if not (yes or dry_run) and (run.options.json or not can_ask()):
        raise WrongUse(
            phrase("nothing was restored: there is nobody to ask"),
            phrase("cmday restore {file} --yes restores it, --dry-run checks it", file=file),
        )
    with prepared(run.home, run.clock, file.expanduser()) as ready:
        if dry_run:
            return _tell(run, ready.said)
        if not yes:
            run.remark(_("a backup of {moment}").format(moment=ready.said.made_at.strftime("%Y-%m-%d %H:%M")))
            if not confirm(_("Put it into the place of what is here? What is here is kept aside."), default=False):
                run.remark(_("nothing was changed"))
                return DONE
        done = ready.carry_out()
    return _tell(run, done)


command.__doc__ = _("Bring a backup back, after checking all of it; what was there is kept aside.")


def _tell(run: Run, done: Restored) -> int:
    return run.print_data("restore", done, "\n".join(_lines(done)))


def _lines(done: Restored) -> Iterator[str]:
    moment, parts = done.made_at.strftime("%Y-%m-%d %H:%M"), ", ".join(done.restored)
    if done.dry_run:
        yield _("it is whole, of {moment}; would be restored: {parts}").format(moment=moment, parts=parts)
    else:
        yield _("restored as of {moment}: {parts}").format(moment=moment, parts=parts)
        for folder in done.aside:
            yield _("what was there is kept in {folder}").format(folder=folder)
    if done.held:
        yield ngettext(
            "{n} thing that waited to go out is held back, as it may have gone since: cmday outbox",
            "{n} things that waited to go out are held back, as they may have gone since: cmday outbox",
            done.held,
        ).format(n=done.held)
    if done.doubtful:
        yield ngettext(
            "{n} thing was on its way, nobody knows whether it arrived: cmday send asks",
            "{n} things were on their way, nobody knows whether they arrived: cmday send asks",
            done.doubtful,
        ).format(n=done.doubtful)
    if done.sent:
        yield ngettext("{n} thing has gone out since", "{n} things have gone out since", done.sent).format(n=done.sent)
