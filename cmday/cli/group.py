"""Groups of commands: loaded when named, abbreviated while unique, and with "did you mean" at every level.

The only private thing of Typer used here is the class behind its groups, ``typer.core.TyperGroup``; ``test_door`` calls
all that is overridden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from difflib import get_close_matches
from typing import Any, Final

import typer
from typer.core import TyperGroup

from cmday.cli.help_text import speak
from cmday.errors import WrongUse
from cmday.i18n import phrase


class Group(TyperGroup):
    """A group that takes unique abbreviations of its commands and explains the unknown ones."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  Typer's signature
        """The names, for which no command need be made."""
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the first word names, whole or abbreviated."""
        name = full_name(args[0], self.list_commands(ctx), ctx.command_path)
        return name, self.get_command(ctx, name), args[1:]


_SHOWS: Final = ("show", "read")


def full_name(word: str, names: list[str], path: str) -> str:
    """The one name that a word is, begins, or was meant to be; raises ``WrongUse`` otherwise."""
    if word in names:
        return word
    begun = [name for name in names if name.startswith(word)]
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise WrongUse(
            phrase('"{word}" could be {names}', word=word, names=", ".join(begun)), phrase("write one more letter")
        )
    near = get_close_matches(word, names, n=1, cutoff=0.5)
    if not near and word[:1].isalpha() and word[1:].isdecimal():  # a handle, which wants to be seen
        near = [f"{name} {word}" for name in _SHOWS if name in names][:1]
    hint = phrase("did you mean {command}?", command=f"{path} {near[0]}") if near else _help(path)
    raise WrongUse(phrase('{path} has no command "{word}"', path=path, word=word), hint)


def new_app(text: str) -> typer.Typer:
    """A group of commands in the manner of the house: plain help, our groups, errors left to the one door."""
    return typer.Typer(
        cls=Group,
        help=text,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
    )


def as_command(thing: typer.Typer | Callable[..., Any], name: str) -> Any:
    """What Typer runs, from a module's ``app`` or from a single function."""
    if not isinstance(thing, typer.Typer):
        app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        app.command(name)(thing)
        thing = app
    _house_style(thing)
    verbs = Verbs(thing) if thing.registered_callback else None
    command = typer.main.get_command(_without_commands(thing) if verbs else thing)
    command.name = name
    speak(command)
    if verbs:
        command.commands = verbs  # type: ignore[attr-defined]  # a Typer with a callback is a group
    return command


class Verbs(Mapping[str, Any]):
    """The commands of a group by name, each made when it is asked for: Typer takes a millisecond for every one."""

    def __init__(self, thing: typer.Typer) -> None:
        self._commands = {one.name or _name_of(one.callback): one for one in thing.registered_commands}
        self._groups = {one.name: one for one in thing.registered_groups if isinstance(one.name, str)}
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Any:
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        if name in self._commands:
            alone.registered_commands = [self._commands[name]]
            command = typer.main.get_command(alone)
        else:
            alone.registered_groups = [self._groups[name]]
            command = typer.main.get_command(alone).commands[name]  # type: ignore[attr-defined]  # as above
        speak(command)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter([*self._commands, *self._groups])

    def __len__(self) -> int:
        return len(self._commands) + len(self._groups)


def _name_of(function: Callable[..., Any] | None) -> str:
    return function.__name__.lower().replace("_", "-") if function else ""


def _without_commands(thing: typer.Typer) -> typer.Typer:
    bare = copy(thing)
    bare.registered_commands, bare.registered_groups = [], []
    return bare


def _house_style(app: typer.Typer) -> None:
    if not (isinstance(app.info.cls, type) and issubclass(app.info.cls, Group)):
        app.info.cls = Group
    app.rich_markup_mode = None
    app._add_completion = False  # noqa: SLF001  the only way to take it off a Typer made without add_completion=False
    for group in app.registered_groups:
        if group.typer_instance:
            _house_style(group.typer_instance)


def _help(path: str) -> Any:
    return phrase("{command} lists the commands", command=f"{path} --help")
