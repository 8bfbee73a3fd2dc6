"""The keys that a rule may ask for, and what each may be given. Every key has its ``not_``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from cmday.config import values as v
from cmday.config.measures import Measure, age, measures, number, repeats, share
from cmday.config.tables import Table
from cmday.config.word_lists import WordLists
from cmday.core.items import KINDS
from cmday.i18n import phrase
from cmday.text.languages import LANGUAGES

MOST_REGEX: Final = 1_000
# The library writes out what must repeat: a{500} within {500} within {500} takes more memory than there is.
MOST_REPEATS: Final = 100_000
_REPEATS: Final = r"\{(\d+)"
KEYS: Final = (
    "kind",
    "community",
    "top_level",
    "edited",
    "link",
    "label",
    "role",
    "age",
    "score",
    "reports",
    "length",
    "word",
    "domain",
    "name",
    "starts",
    "ends",
    "url",
    "mentions",
    "caps",
    "lang",
    "mixed_script_link",
    "regex",
    "repeat",
    "spam",
)
# What others or the network say of a thing and its author. A rule that asks for none of them goes by the text alone.
FACTS: Final = frozenset({"role", "age", "score", "reports", "label"})

Wanted = bool | tuple[str, ...] | tuple[Measure, ...]


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One key of a rule: what is wanted, or with ``negated`` what is not. Of a list any will do."""

    key: str
    negated: bool
    wanted: Any

    @property
    def name(self) -> str:
        return f"not_{self.key}" if self.negated else self.key


def read_conditions(table: Table, lists: WordLists) -> tuple[Condition, ...]:
    """What a rule's ``when`` asks for, in the order in which it is cheap to answer; mistakes are noted in the table."""
    readers = _readers(lists)
    asked = any(key in table for key in KEYS)
    found = []
    for key in KEYS:
        for name, negated in ((key, False), (f"not_{key}", True)):
            if name in table:
                wanted = table.take(name, readers[key], None)
                if wanted is not None:
                    found.append(Condition(key=key, negated=negated, wanted=wanted))
            table.known.add(name)
    if not asked and not table.left:
        table.wrong(None, phrase("must ask for something"), phrase("it may hold {keys}", keys=", ".join(sorted(KEYS))))
    table.finish()
    return tuple(found)


def _readers(lists: WordLists) -> Mapping[str, Callable[[Any], Any]]:
    how_many = measures(number, phrase('a number, or a comparison like ">=40" or "5..10"'))
    how_much = measures(share, phrase('a share like ">=0.8", from 0 to 1'))
    how_old = measures(age, phrase('an age like "<7d", ">=12h" or "7d..30d"'))
    return {
        "kind": v.some_of(KINDS),
        "community": v.texts,
        "top_level": v.flag,
        "edited": v.flag,
        "link": v.flag,
        "label": v.texts,
        "role": v.texts,
        "age": how_old,
        "score": how_many,
        "reports": how_many,
        "length": how_many,
        "word": lists.texts,
        "domain": lists.texts,
        "name": lists.texts,
        "starts": lists.texts,
        "ends": lists.texts,
        "url": lists.texts,
        "mentions": how_many,
        "caps": how_much,
        "lang": v.some_of(LANGUAGES),
        "mixed_script_link": v.flag,
        "regex": _regexes,
        "repeat": repeats,
        "spam": how_much,
    }


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
