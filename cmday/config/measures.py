"""How much a rule asks for: ``"<7d"``, ``">=0.8"``, ``"5..10"``, a bare number (at least so much), ``">=3 in 10m"``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import msgspec

from cmday.config.values import Unfit
from cmday.i18n import Phrase, phrase

_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "j": 86_400, "w": 604_800, "y": 31_536_000}
_NUMBER: Final = r"-?\d{1,9}(?:\.\d{1,6})?"
_ONE: Final = r"(<=|>=|==|=|<|>|≤|≥)?\s*([^<>=≤≥\s]+)"
_MOST: Final = 50
_LONGEST_SPAN: Final = timedelta(days=30)


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What a number must lie between; ``written`` is how the person wrote it.

    ``above`` and ``below`` leave their bound out. ``within`` is for how often something must happen, in seconds.
    """

    written: str
    least: float = -math.inf
    most: float = math.inf
    above: bool = False
    below: bool = False
    within: float | None = None

    def holds(self, number: float) -> bool:
        """Whether a number is what is asked for."""
        return (self.least < number if self.above else self.least <= number) and (
            number < self.most if self.below else number <= self.most
        )


Read = Callable[[str], float]


def number(word: str) -> float:
    """A plain number."""
    if not re.fullmatch(_NUMBER, word, re.ASCII):
        raise ValueError(word)
    return float(word)


def share(word: str) -> float:
    """A share of one: ``0.8``, or ``80%``."""
    found = number(word.removesuffix("%")) / (100 if word.endswith("%") else 1)
    if not 0 <= found <= 1:
        raise ValueError(word)
    return found


def age(word: str) -> float:
    """A length of time in seconds: ``7d``, ``12h``, ``2w``, ``1y``."""
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([a-z]{1,3})", word, re.ASCII)
    if not found or found[2] not in _UNITS:
        raise ValueError(word)
    return float(found[1]) * _UNITS[found[2]]


def measures(read: Read, expected: Phrase) -> Callable[[Any], tuple[Measure, ...]]:
    """What reads a value of a rule as measures, one or a list of which any will do."""

    def convert(value: Any) -> tuple[Measure, ...]:
        return tuple(_measure(one, read, expected) for one in _several(value, expected))

    return convert


def repeats(value: Any) -> tuple[Measure, ...]:
    """How often in which time: ``">=3 in 10m"``."""
    expected = phrase('how often in which time, like ">=3 in 10m", at most 30 days')
    found = []
    for one in _several(value, expected):
        often, word, span = str(one).partition(" in ")
        times = _measure(often, number, expected)
        try:
            within = age(span.strip()) if word else 0.0
        except ValueError:
            within = 0.0
        if not 0 < within <= _LONGEST_SPAN.total_seconds() or not 1 <= times.least < math.inf:
            raise Unfit(expected)
        found.append(msgspec.structs.replace(times, written=str(one), within=within))
    return tuple(found)


def _several(value: Any, expected: Phrase) -> list[Any]:
    several = value if isinstance(value, list) else [value]
    if not 0 < len(several) <= _MOST or any(
        isinstance(one, bool) or not isinstance(one, str | int | float) for one in several
    ):
        raise Unfit(expected)
    return several


def _measure(value: object, read: Read, expected: Phrase) -> Measure:
    written = str(value).strip()
    words = written.casefold()
    try:
        first, dots, last = words.partition("..")
        if dots:
            least, most = read(first.strip()), read(last.strip())
            if least <= most:
                return Measure(written=written, least=least, most=most)
        elif found := re.fullmatch(_ONE, words):
            return _bounded(written, found[1] or ">=", read(found[2]))
    except ValueError:
        pass
    raise Unfit(expected)


def _bounded(written: str, sign: str, bound: float) -> Measure:
    if sign in ("<", "<=", "≤"):
        return Measure(written=written, most=bound, below=sign == "<")
    if sign in (">", ">=", "≥"):
        return Measure(written=written, least=bound, above=sign == ">")
    return Measure(written=written, least=bound, most=bound)
