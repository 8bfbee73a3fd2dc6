"""From words to a command: Typer parses, and what it complains of becomes our own error."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any, Final

import typer

from cmday.cli import app as table
from cmday.cli.arguments import FLAGS, VALUES
from cmday.cli.group import Group, as_command
from cmday.cli.help_text import in_words, speak
from cmday.errors import DONE, INTERRUPTED, WrongUse
from cmday.i18n import Phrase, _, phrase

# The class of all that Typer says about a wrong command line; it has no public name.
UsageError: Final[type[Any]] = typer.BadParameter.__bases__[0]
_EXTRA: Final = re.compile(r"unexpected extra argument\S* \((.*)\)")


class Commands(Group):
    """All commands of cmday, none of them imported before it is named."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  Typer's signature
        return list(table.COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  Typer's signature
        return as_command(table.load(cmd_name), cmd_name) if cmd_name in table.COMMANDS else None

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  Typer's signature
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, str(text)) for name, (_where, text) in table.COMMANDS.items()])
        with formatter.section(_("Options, before or after the command")):
            formatter.write_dl(common_options())


def common_options() -> list[tuple[str, str]]:
    """The options that every command takes, as help shows them."""
    return [
        ("-c, --community NAME", _("Show this community only; may be repeated.")),
        ("--config FILE", _("Use another settings file.")),
        ("--json", _("Print JSON.")),
        ("--offline", _("Ask no network; show what is stored.")),
        ("--plain", _("No colours, no drawing characters.")),
        ("--color WHEN", _("auto, always or never.")),
        ("-q, --quiet", _("No progress, no remarks.")),
        ("-v, --verbose", _("Say more.")),
        ("--debug", _("Show a traceback when cmday itself fails.")),
        ("--version", _("Print the version.")),
        ("--help", _("Show this help, or that of a command.")),
    ]


def carry_out(words: list[str]) -> int:
    """Parse and run; returns what the command returns."""
    root = Commands(name="cmday", help=_("A daily planner for community managers."), rich_markup_mode=None)
    speak(root)
    try:
        with root.make_context("cmday", list(words)) as context:
            code = root.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        return INTERRUPTED
    except UsageError as error:
        raise _in_our_words(error) from None
    return code if isinstance(code, int) else DONE


def _in_our_words(error: Any) -> WrongUse:
    path = error.ctx.command_path if error.ctx else "cmday"
    help_hint = phrase("{command} shows how it is written", command=f"{path} --help")
    kind = type(error).__name__
    if kind == "NoSuchOption":
        near = _near_option(error)
        hint = phrase("did you mean {option}?", option=near) if near else help_hint
        return WrongUse(phrase('{path} has no option "{option}"', path=path, option=error.option_name), hint)
    if kind == "MissingParameter" and error.param is not None:
        name = in_words(error.param.human_readable_name)
        if error.param.param_type_name == "option":
            name = max(error.param.opts, key=len)
        return WrongUse(phrase("{path} needs {name}", path=path, name=name), help_hint)
    return WrongUse(_other(error, path), help_hint)


def _other(error: Any, path: str) -> Phrase:
    param = getattr(error, "param", None)
    kind = type(error).__name__
    if kind == "BadOptionUsage":
        return phrase("{option} needs a value", option=error.option_name)
    if kind == "BadParameter" and param is not None and isinstance(getattr(param.type, "min", None), int):
        bounds = {"option": max(param.opts, key=len), "least": param.type.min, "most": param.type.max}
        return phrase("{option} takes a number from {least} to {most}", **bounds)
    if extra := _EXTRA.search(error.format_message()):
        return phrase("{path} does not take {words} as well", path=path, words=extra[1])
    # Typer's own words, as a sentence of ours: no capital, no full stop.
    said = error.format_message().strip().rstrip(".")
    return phrase("{said}", said=said[:1].lower() + said[1:])


def _near_option(error: Any) -> str | None:
    own = [name for param in error.ctx.command.get_params(error.ctx) for name in param.opts] if error.ctx else []
    names = [name for name in (*own, *FLAGS, *VALUES) if name.startswith("--")]
    near = get_close_matches(error.option_name, names, n=1, cutoff=0.6)
    return near[0] if near else None
