"""The options that every command takes, lifted out of the command line wherever they stand.

Typer then sees the command and its own words only, so ``cmday --json feeds`` and ``cmday feeds --json`` are one.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from cmday.cli.app import COMMANDS
from cmday.errors import WrongUse
from cmday.i18n import phrase

FLAGS: Final = {
    "--json": "json",
    "--offline": "offline",
    "--plain": "plain",
    "--debug": "debug",
    "--quiet": "quiet",
    "-q": "quiet",
    "--verbose": "verbose",
    "-v": "verbose",
    "--version": "version",
}
VALUES: Final = {"--config": "config", "--community": "communities", "-c": "communities", "--color": "color"}
COLORS: Final = ("auto", "always", "never")
# In these commands -c names what is written for or to; it is theirs, wherever it stands.
KEEP_COMMUNITY: Final = (("plan", "add"), ("plan", "edit"), ("post",))


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The options that stand before or after any command."""

    config: str | None = None
    communities: tuple[str, ...] = ()
    json: bool = False
    offline: bool = False
    plain: bool = False
    color: Literal["auto", "always", "never"] = "auto"
    debug: bool = False
    quiet: bool = False
    verbose: bool = False
    version: bool = False


def lift(argv: list[str]) -> tuple[Options, list[str]]:
    """The common options, and the words that are left for the command; nothing after ``--`` is touched."""
    found: dict[str, object] = {}
    communities: list[str] = []
    rest: list[str] = []
    waiting = list(argv)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            rest += [word, *waiting]
            break
        name, value = _split(word)
        if name in VALUES:
            if value is None:
                value = _value_of(name, waiting)
            if VALUES[name] == "communities":
                communities.append(value)
                # Its place is kept until the command is known: it may be the command's own.
                rest.append(f"{_MARK}{value}")
            else:
                found[VALUES[name]] = value
        elif word in FLAGS:
            found[FLAGS[word]] = True
        elif _short_flags(word):
            found.update((FLAGS[f"-{letter}"], True) for letter in word[1:])
        else:
            rest.append(word)
    _check_color(found.get("color"))
    words, own = _place_communities(rest)
    focus = () if own else tuple(part for named in communities for part in named.split(",") if part)
    return msgspec.convert({**found, "communities": focus}, Options), words


_MARK: Final = "\0community="


def _split(word: str) -> tuple[str, str | None]:
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return name, value if equals else None
    if word.startswith("-c") and len(word) > len("-c"):
        return "-c", word[2:].removeprefix("=")
    return word, None


def _short_flags(word: str) -> bool:
    return len(word) > len("-q") and word[0] == "-" and set(word[1:]) <= {"q", "v"}


def _value_of(name: str, waiting: list[str]) -> str:
    if not waiting or waiting[0] == "--":
        raise WrongUse(phrase("{option} needs a value", option=name), phrase("cmday --help shows how it is written"))
    return waiting.pop(0)


def _check_color(value: object) -> None:
    if value is not None and value not in COLORS:
        raise WrongUse(
            phrase('--color knows no "{value}"', value=value),
            phrase("write --color auto, --color always or --color never"),
        )


def _place_communities(rest: list[str]) -> tuple[list[str], bool]:
    """The words without the marks, or with them as options of a command whose own they are."""
    words = [word for word in rest if not word.startswith(_MARK)]
    length = _owner(words)
    if not length:
        return words, False
    own = [part for word in rest if word.startswith(_MARK) for part in ("--community", word.removeprefix(_MARK))]
    places = [place for place, word in enumerate(words) if not word.startswith("-")]
    after = places[length - 1] + 1
    return [*words[:after], *own, *words[after:]], True


def _owner(words: list[str]) -> int:
    """How many words name a command that keeps ``-c`` for itself; 0 where it does not."""
    path = [word for word in words if not word.startswith("-")]
    if not path:
        return 0
    begun = [name for name in COMMANDS if name.startswith(path[0])]
    whole = [begun[0] if len(begun) == 1 and path[0] not in COMMANDS else path[0], *path[1:]]
    for names in KEEP_COMMUNITY:
        if len(whole) >= len(names) and whole[0] == names[0] and all(map(str.startswith, names[1:], whole[1:])):
            return len(names)
    return 0
