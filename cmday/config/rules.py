"""rules.toml: what holds an item for a moderator's decision. All mistakes are told at once; one costs its rule only.

Within a key any value will do; every key that a rule holds must fit. ``not_word`` and its like must not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from cmday.config import values as v
from cmday.config.tables import Source, Table
from cmday.config.toml_file import parse_toml, read_file
from cmday.core.cases import RuleMode
from cmday.core.items import KINDS, Kind
from cmday.errors import ConfigError
from cmday.i18n import phrase

ACTIONS: Final = ("hold", "label", "remove", "warn", "mute", "ban", "lock")
MODES: Final[tuple[RuleMode, ...]] = ("observe", "suggest", "act")
MOST_REGEX: Final = 1_000
# The library writes out what must repeat: a{500} within {500} within {500} takes more memory than there is.
MOST_REPEATS: Final = 100_000
_REPEATS: Final = r"\{(\d+)"


class When(msgspec.Struct, frozen=True, kw_only=True):
    """What must fit, and what must not; an empty tuple asks nothing. ``link`` asks whether the text holds a link."""

    word: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    regex: tuple[str, ...] = ()
    kind: tuple[Kind, ...] = ()
    community: tuple[str, ...] = ()
    link: bool | None = None
    not_word: tuple[str, ...] = ()
    not_domain: tuple[str, ...] = ()
    not_regex: tuple[str, ...] = ()
    not_kind: tuple[Kind, ...] = ()
    not_community: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. ``why`` is the person's own reason, shown with every case.

    ``observe`` counts what fits and holds nothing; ``suggest`` (usual) and ``act`` open a case. ``do`` is what the rule
    would have done, which a person confirms.
    """

    name: str
    when: When
    why: str
    do: tuple[str, ...] = ("hold",)
    mode: RuleMode = "suggest"


class RuleBook(msgspec.Struct, frozen=True):
    """The rules that can be used, in the order of the file, and what is wrong with the others."""

    rules: tuple[Rule, ...] = ()
    problems: tuple[ConfigError, ...] = ()


def read_rules(file: Path) -> RuleBook:
    """The rules of a file; none where there is no file. Never raises for what stands in it."""
    try:
        content = read_file(file) or ""
        return parse_rules(content, file)
    except ConfigError as error:
        error.subject = file.name
        return RuleBook(problems=(error,))


def parse_rules(content: str, file: Path) -> RuleBook:
    """The rules in a text; raises ``ConfigError`` where it is no TOML at all."""
    source = Source(file, content)
    top = Table(source, "", parse_toml(content, file), "")
    rules = []
    for name, table in top.each("rule"):
        before = len(source.mistakes)
        rule = _rule(name, table)
        if len(source.mistakes) == before:
            rules.append(rule)
    top.finish()
    for mistake in source.mistakes:
        mistake.subject = file.name
    return RuleBook(tuple(rules), tuple(source.mistakes))


def _rule(name: str, table: Table) -> Rule:
    condition = table.table("when")
    when = When()
    if condition is None:
        table.wrong("when", phrase("is missing"), phrase("write when = {example}", example='{ word = ["..."] }'))
    else:
        when = _when(condition)
    rule = Rule(
        name=name,
        when=when,
        why=table.require("why", v.text, ""),
        do=table.take("do", v.some_of(ACTIONS), ("hold",)),
        mode=table.take("mode", v.one_of(MODES), "suggest"),
    )
    table.finish()
    return rule


def _when(table: Table) -> When:
    readers: dict[str, Callable[[Any], Any]] = {
        "word": v.texts,
        "domain": v.texts,
        "regex": _regexes,
        "kind": v.some_of(KINDS),
        "community": v.texts,
    }
    asked = {name for name in (*readers, "link") if name in table}
    found = {name: table.take(name, reader, ()) for name, reader in readers.items()}
    found |= {f"not_{name}": table.take(f"not_{name}", reader, ()) for name, reader in readers.items()}
    link = table.take("link", v.flag, None)
    if not asked and not table.left:
        table.wrong(None, phrase("must ask for something"), phrase("it may hold word, domain, regex, kind or link"))
    table.finish()
    return When(link=link, **found)


def _regexes(value: Any) -> tuple[str, ...]:
    """Regular expressions, compiled once so that a wrong one is told where it stands."""
    import regex

    patterns = v.texts(value)
    for pattern in patterns:
        if len(pattern) > MOST_REGEX:
            raise v.Unfit(phrase("regular expressions of at most {most} characters", most=MOST_REGEX))
        if _repeats(pattern) > MOST_REPEATS:
            raise v.Unfit(phrase("regular expressions that repeat less often than {pattern}", pattern=pattern))
        try:
            regex.compile(pattern)
        except (regex.error, ValueError, OverflowError, RecursionError) as why:
            raise v.Unfit(
                phrase('regular expressions, and "{pattern}" is none: {why}', pattern=pattern, why=why)
            ) from None
    return patterns


def _repeats(pattern: str) -> float:
    """How often something in the pattern must repeat at most, as if all its repeats lay within each other."""
    return math.prod(max(1.0, float(least)) for least in re.findall(_REPEATS, pattern, re.ASCII))
