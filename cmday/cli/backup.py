"""``cmday backup``: everything in one file, while everything goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmday.cli.run import current
from cmday.i18n import _, ngettext

if TYPE_CHECKING:
    from cmday.terminal.view import View


def command(
    file: Annotated[Path, typer.Argument(help=_("The file to write, or a folder for one named by the moment."))],
    tokens: Annotated[
        bool,
        typer.Option("--with-tokens", help=_("Put in what signs you in, too: keep such a file as you keep a key.")),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help=_("Check it all; write nothing."))] = False,
) -> int:
    run = current()
    from cmday.keeping.archive import back_up

    done = back_up(run.home, run.clock, file.expanduser(), tokens=tokens, dry_run=dry_run)
    n = len(done.files)
    what = ngettext("{n} file, {size}", "{n} files, {size}", n).format(n=n, size=size_word(done.bytes, run.view))
    if dry_run:
        said = _("would be written to {file}: {what}").format(file=done.file, what=what)
    else:
        said = _("written to {file}: {what}").format(file=done.file, what=what)
    code = run.print_data("backup", done, said)
    if any(one.name.startswith("tokens/") for one in done.files):
        run.remark(_("this file can sign in as you: keep it where you keep keys"))
    if done.tokens_left_out:
        run.remark(_("what signs you in is not in it; --with-tokens puts it in, cmday login signs in anew"))
    return code


command.__doc__ = _("Keep everything safe in one file: settings, feeds, rules, templates, journal and database.")


def size_word(size: int, view: View) -> str:
    """``12 KB``, ``3.4 MB``."""
    if size < 1024**2:
        return _("{n} KB").format(n=max(size // 1024, 1))
    return _("{n} MB").format(n=view.number(size / 1024**2, digits=1))
