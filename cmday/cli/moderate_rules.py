"""``cmday moderate rules``: the rules in force, and the lab where they are tried before they do anything."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cmday.cli.group import new_app
from cmday.cli.run import Run, current
from cmday.errors import DONE, CmdayError, ConfigError
from cmday.i18n import _, ngettext, phrase

if TYPE_CHECKING:
    from cmday.core.cases import RuleMode

_VIEW: Final = "cmday.steps.moderation.rules.lab_view"
_DAYS: Final = 90
_MOST_DAYS: Final = 3_650

_rules = new_app(_("The rules, how often each fits, and what they would do."))


def register(app: typer.Typer) -> None:
    """Hang these commands on ``cmday moderate``."""
    app.add_typer(_rules, name="rules")


@_rules.callback(invoke_without_command=True)
def rules(context: typer.Context) -> int:
    """List the rules, and how often each fits."""
    if context.invoked_subcommand is not None:
        return DONE
    run = current()
    from cmday.steps.moderation.rules import listing

    data, problems = listing.rules(run.session)
    code = run.show_data("moderate rules", data, f"{_VIEW}:draw_rules", problems, "partial" if problems else "done")
    _remark(run, problems)
    return code


@_rules.command("test", help=_("Try the rules of a file on what was decided; nothing is done."))
def try_(
    file: Annotated[Path | None, typer.Argument(help=_("A file like rules.toml; without one, your own rules."))] = None,
    days: Annotated[
        int, typer.Option("--days", min=1, max=_MOST_DAYS, help=_("Of how many days things are looked at."))
    ] = _DAYS,
) -> int:
    run = current()
    from cmday.steps.moderation.rules import lab

    data, problems = lab.try_rules(run.session, file.expanduser() if file else run.session.home.rules, days)
    code = run.show_data(
        "moderate rules test", data, f"{_VIEW}:draw_tested", problems, "partial" if problems else "done"
    )
    _remark(run, problems)
    return code


@_rules.command(help=_("Say which keys of which rules a case fits, and which nearly."))
def explain(case: Annotated[str, typer.Argument(help=_("A handle like m3, or an id."))]) -> int:
    run = current()
    from cmday.steps.moderation.rules import explaining

    data, problems = explaining.explain(run.session, case)
    code = run.show_data(
        "moderate rules explain", data, f"{_VIEW}:draw_explained", problems, "partial" if problems else "done"
    )
    _remark(run, problems)
    return code


@_rules.command(help=_("Let a rule do more: act needs 95 % agreement on 50 past decisions."))
def promote(
    name: Annotated[str, typer.Argument(help=_("The name of a rule."))],
    to: Annotated[str, typer.Option("--to", help=_("observe, suggest or act."))] = "act",
) -> int:
    run = current()
    from cmday.config.rules import MODES
    from cmday.errors import WrongUse
    from cmday.steps.moderation.rules import promoting

    mode: RuleMode | None = next((one for one in MODES if one == to), None)
    if mode is None:
        raise WrongUse(phrase('"{word}" is no mode of a rule', word=to), phrase("write observe, suggest or act"))
    data = promoting.promote(run.session, name, mode)
    said = _("{rule}: {before} becomes {mode}").format(rule=data.rule, before=data.before, mode=data.mode)
    if data.mode == "act":
        more = _("you agreed in {agreed} of {decided} decisions; by itself it does: {deeds}")
        said += "\n" + more.format(agreed=data.agreed, decided=data.decided, deeds=", ".join(data.by_itself))
    return run.print_data("moderate rules promote", data, said)


@_rules.command("import", help=_("Write AutoModerator's rules as a rules.toml, and name what is lost."))
def import_(
    file: Annotated[Path, typer.Argument(help=_("A file of AutoModerator's YAML."))],
    output: Annotated[Path | None, typer.Option("--output", "-o", help=_("Where to; else standard output."))] = None,
) -> int:
    run = current()
    from cmday.steps.moderation.rules.importing import import_rules

    data, problems = import_rules(file.expanduser())
    if output is not None:
        _write(output.expanduser(), data.toml)
    text = data.toml if output is None else ""
    code = run.print_data("moderate rules import", data, text, problems, "partial" if problems else "done")
    n = len(data.rules)
    run.remark(ngettext("{n} rule that observes", "{n} rules that observe", n).format(n=n))
    lost = len({one.line for one in data.lost})
    if lost:
        told = ngettext(
            "{n} document lost something: see its comments", "{n} documents lost something: see the comments", lost
        )
        run.remark(told.format(n=lost))
    if output is not None and n:
        run.remark(_("to try them: cmday moderate rules test {file}").format(file=output))
    _remark(run, problems)
    return code


def _write(file: Path, text: str) -> None:
    from cmday.config.paths import write_private

    if file.exists():
        raise ConfigError(
            phrase("{file} is there already", file=file.name), phrase("name another file, or move it away")
        )
    try:
        write_private(file, text)
    except OSError as error:
        raise ConfigError(
            phrase("{file} cannot be written: {cause}", file=file, cause=error.strerror or error), None
        ) from error


def _remark(run: Run, problems: Iterable[CmdayError]) -> None:
    if not run.options.json:
        for problem in problems:
            run.remark(f"{problem.message}")
            if problem.hint:
                run.remark(f"  {problem.hint}")
