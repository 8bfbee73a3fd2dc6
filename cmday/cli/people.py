"""``cmday people``: who is behind the items, whom to turn to, and what is held of a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmday.cli.group import Group, new_app
from cmday.cli.run import current
from cmday.errors import DONE
from cmday.i18n import _
from cmday.text.safe_text import safe

if TYPE_CHECKING:
    from cmday.people.report import AddressRow


class People(Group):
    """A group whose first word may be a person: then it is the command ``show``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The verb that the first word is, whole; every other word begins a name."""
        if args[0] in self.list_commands(ctx):
            return args[0], self.get_command(ctx, args[0]), args[1:]
        return "show", self.get_command(ctx, "show"), args


app = new_app(_("The people behind the items: cmday people NAME tells of one."))
app.info.cls = People

Name = Annotated[list[str], typer.Argument(metavar="NAME", help=_("A name, a handle, network:handle, or i3."))]
One = Annotated[str, typer.Argument(metavar="NAME", help=_("A name, a handle, network:handle, or i3."))]


@app.callback(invoke_without_command=True)
def people(context: typer.Context) -> int:
    """Newcomers to welcome, first anniversaries, regulars gone silent, and who speaks of you without following."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    from cmday.people import turning

    return run.show_data("people", turning.listed(run.session), "cmday.people.view:draw")


@app.command(help=_("One person: what was said, noted and decided."))
def show(name: Name) -> int:
    run = current()
    from cmday.people import profile

    return run.show_data("people show", profile.of_name(run.session, name), "cmday.people.view:draw_person")


@app.command(help=_("Say that two addresses are one person."))
def link(
    handle: Annotated[str, typer.Argument(metavar="HANDLE")],
    other: Annotated[str, typer.Argument(metavar="OTHER")],
) -> int:
    run = current()
    from cmday.people.profile import address_row
    from cmday.people.report import LinkedData
    from cmday.steps import knowing

    rows = tuple(map(address_row, knowing.link(run.session, handle, other)))
    return run.print_data("people link", LinkedData(addresses=rows), _("one person: {who}").format(who=_listed(rows)))


@app.command(help=_("Part an address from the person it was linked to."))
def unlink(handle: Annotated[str, typer.Argument(metavar="HANDLE")]) -> int:
    run = current()
    from cmday.people.profile import address_row
    from cmday.people.report import LinkedData
    from cmday.steps import knowing

    rows = (address_row(knowing.unlink(run.session, handle)),)
    said = _("on its own again: {who}").format(who=_listed(rows))
    return run.print_data("people unlink", LinkedData(addresses=rows), said)


@app.command(help=_("Write a note on a person."))
def note(name: One, text: Annotated[list[str], typer.Argument(metavar="TEXT")]) -> int:
    run = current()
    from cmday.people.report import NotedData
    from cmday.steps import knowing

    one, said = knowing.note(run.session, name, text)
    data = NotedData(network=one.network, handle=one.handle, text=said)
    return run.print_data(
        "people note", data, _("noted on {who}: {text}").format(who=safe(one.handle), text=safe(said))
    )


@app.command(help=_("Write everything held of a person into two files: JSON and Markdown."))
def export(
    name: Name,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help=_("Where; else exports/ of the home."))
    ] = None,
) -> int:
    run = current()
    from cmday.people import exporting

    data = exporting.export(run.session, name, to and to.expanduser())
    return run.print_data("people export", data, "\n".join(data.files))


@app.command(help=_("Forget a person: nothing of them stays, and a sweep does not bring them back."))
def forget(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help=_("Tell what would go; change nothing."))] = False,
) -> int:
    from cmday.cli.people_forget import forget as carry_out

    return carry_out(current(), name, yes=yes, dry_run=dry_run)


def _listed(rows: tuple[AddressRow, ...]) -> str:
    return " · ".join(safe(f"{one.network} {one.handle}") for one in rows)
