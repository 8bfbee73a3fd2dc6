"""Help in the chosen language: what Typer writes itself in English is said in our words here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from cmday.i18n import _

if TYPE_CHECKING:
    _Formatter = Any
    _Context = Any
else:
    _Formatter = typer.Context.formatter_class
    _Context = typer.Context.__bases__[0]


# What stands for a value: Typer's own <str>, a word in capitals, an argument's name.
_VALUE: Final = re.compile(r"<[a-z ]+>|(?<![\w-])(?:[A-Z]{2,}(?!\w)|[a-z]+(?=\]?\.\.\.)|file(?![\w-]))")
# What Typer says of a number's bounds, which the help text says where it matters.
_RANGE: Final = re.compile(r"\s*\[-?\d*(?:<=?)?x[<>]=?\d+\]")


class Formatter(_Formatter):  # type: ignore[misc]  # Typer gives this class no public name
    """Writes the same help with translated headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        plain = args.replace("{", "").replace("}", "")
        words = plain.replace("[OPTIONS]", _("[OPTIONS]")).replace("COMMAND [ARGS]...", _("COMMAND [ARGS]..."))
        words = _VALUE.sub(_named, words)
        super().write_usage(prog, words, prefix or _("Usage: "))

    def write_heading(self, heading: str) -> None:
        headings = {"Options": _("Options"), "Arguments": _("Arguments"), "Commands": _("Commands")}
        self.write(_("{heading}:").format(heading=headings.get(heading, heading)) + "\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], *more: int, **named: int) -> None:
        super().write_dl([(_VALUE.sub(_named, first), _own_words(second)) for first, second in rows], *more, **named)


class Context(_Context):  # type: ignore[misc]  # nor this one
    """A context whose help is written by our formatter."""

    formatter_class = Formatter


def speak(command: Any) -> None:
    """Make a command and all below it write their help in the chosen language."""
    command.context_class = Context
    if command.help and not command.short_help:
        command.short_help = command.help.partition("\n\n")[0]  # whole: Typer would cut it to fit the line
    for param in command.params:
        if not getattr(param, "default", None) or getattr(param, "secondary_opts", None):
            param.show_default = False  # "0" and the name of a flag say nothing
    for inner in getattr(command, "commands", {}).values():
        speak(inner)


def in_words(name: str) -> str:
    """What stands for an argument in help and complaints, in the chosen language."""
    return _VALUE.sub(_named, f"{name}...").removesuffix("...").upper()


def _named(token: re.Match[str]) -> str:
    words = {
        "WHEN": _("WHEN"),
        "LENGTH": _("LENGTH"),
        "SPAN": _("SPAN"),
        "OFFSET": _("OFFSET"),
        "KIND": _("KIND"),
        "WORDS": _("WORDS"),
        "ITEM": _("ITEM"),
        "AUTHOR": _("AUTHOR"),
        "FIRST": _("FIRST"),
        "LAST": _("LAST"),
        "ROLE": _("ROLE"),
        "TITLE": _("TITLE"),
        "NAME": _("NAME"),
        "STEP": _("STEP"),
        "NETWORK": _("NETWORK"),
        "COMMUNITY": _("COMMUNITY"),
        "COMMAND": _("COMMAND"),
        "FILE": _("FILE"),
        "HANDLE": _("HANDLE"),
        "TEXT": _("TEXT"),
        "words": _("TEXT"),
        "handles": _("HANDLE"),
        "targets": _("ADDRESS"),
        "feeds": _("ADDRESS"),
        "file": _("FILE"),
        "files": _("FILE"),
        "text": _("TEXT"),
        "<str>": _("TEXT"),
        "<path>": _("FILE"),
        "<int>": "N",
        "<int range>": "N",
    }
    return words.get(token[0], token[0])


def _own_words(text: str) -> str:
    if text == "Show this message and exit.":
        return _("Show this help.")
    text = _RANGE.sub("", text)
    return text.replace("[required]", _("[required]")).replace("[default: ", _("[default: "))
