"""Giving a rule another mode in a person's rules.toml: one word changes, every comment and space stays."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cmday.config.paths import write_private
from cmday.config.toml_file import parse_toml, read_file
from cmday.core.cases import RuleMode
from cmday.errors import ConfigError
from cmday.i18n import phrase

_MODE: Final = re.compile(r"""(\bmode\s*=\s*)(?:"[a-z]*"|'[a-z]*')""")


def set_mode(file: Path, rule: str, mode: RuleMode) -> None:
    """Write the mode of a rule into the file; the file then says of everything else what it said before.

    Raises ``ConfigError`` with the line to change where that cannot be made sure.
    """
    content = read_file(file) or ""
    present = parse_toml(content, file)
    if _mode_of(present, rule) == mode:
        return
    for after in _tries(content, rule, mode):
        if _is_what_was_meant(present, after, rule, mode, file):
            write_private(file.resolve(), after)
            return
    raise ConfigError(
        phrase('the mode of "{rule}" cannot be written into {file} without harm', rule=rule, file=file.name),
        phrase('write it by hand: mode = "{mode}"', mode=mode),
        file.name,
    )


def _mode_of(tables: Any, rule: str) -> object:
    try:
        return tables["rule"][rule].get("mode")
    except (KeyError, TypeError, AttributeError):
        return None


def _tries(content: str, rule: str, mode: RuleMode) -> Iterator[str]:
    """What the file may be afterwards, by the places where the rule could say its mode; each is then checked."""
    name = rf"""(?:{re.escape(rule)}|"{re.escape(rule)}"|'{re.escape(rule)}')"""
    begins = [
        *re.finditer(rf"^[ \t]*{name}[ \t]*=[ \t]*\{{", content, re.MULTILINE),
        *re.finditer(rf"^[ \t]*\[\s*rule\s*\.\s*{name}\s*\][^\n]*\n?", content, re.MULTILINE),
    ]
    for begin in begins:
        for word in _MODE.finditer(content, begin.end()):
            yield f'{content[: word.start()]}{word[1]}"{mode}"{content[word.end() :]}'
        if begin[0].rstrip().endswith("{"):
            for brace in re.finditer(r"\}", content[begin.end() :]):
                place = begin.end() + brace.start()
                yield f'{content[:place].rstrip()}, mode = "{mode}" {content[place:]}'
        else:
            head = content[: begin.end()]
            yield f'{head}{"" if head.endswith(chr(10)) else chr(10)}mode = "{mode}"\n{content[begin.end() :]}'


def _is_what_was_meant(present: Any, after: str, rule: str, mode: RuleMode, file: Path) -> bool:
    wanted = copy.deepcopy(present)
    try:
        wanted["rule"][rule]["mode"] = mode
        return bool(parse_toml(after, file) == wanted)
    except (ConfigError, KeyError, TypeError):
        return False
