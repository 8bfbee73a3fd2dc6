"""The regular expressions of all rules, each bounded: one that takes too long is not asked again in this run.

A search may take ``REGEX_SECONDS``; all searches of one expression together half a second, and a little for every text
beyond, so that ten thousand texts which each take a little less than too long cannot hold up a sweep either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from time import perf_counter
from typing import Any, Final

from cmday.steps.moderation.rules.literals import ATOM, needed

REGEX_SECONDS: Final = 0.05
_ALL_TOGETHER: Final = 0.5
_EACH: Final = 0.0003
_SLOW: Final = 0.001
_MOST: Final = 20_000
_STEPS: Final = 1_000_000
_SHORT: Final = re.compile(r"\{(\d*)(,?)(\d*)\}")


class Patterns:
    """Expressions by number. ``too_slow`` has those that were given up, by number."""

    def __init__(self) -> None:
        self._sources: list[str] = []
        self._compiled: list[Any] = []
        self._spent: list[float] = []
        self._asked: list[int] = []
        self._longest: list[int] = []
        self._needed: list[tuple[str, ...]] = []
        self.too_slow: dict[int, str] = {}

    def add(self, wanted: Iterable[str]) -> list[int]:
        """Take expressions in; returns their numbers."""
        import regex

        numbers = []
        for source in wanted:
            numbers.append(len(self._sources))
            self._sources.append(source)
            self._compiled.append(regex.compile(source, regex.IGNORECASE))
            self._spent.append(0.0)
            self._asked.append(0)
            self._longest.append(surely_quick_up_to(source))
            self._needed.append(needed(source))
        return numbers

    def __len__(self) -> int:
        return len(self._sources)

    def search(self, number: int, text: str, level: str) -> tuple[str, int, int] | None:
        """What the expression finds first, and where; None where it finds nothing or was given up.

        ``level`` is the text as ``rule_literals.level_of`` makes it. Of an expression that found nothing but a place it
        is the expression itself.
        """
        pieces = self._needed[number]
        if pieces and not any(piece in level for piece in pieces):
            return None
        if number in self.too_slow:
            return None
        if len(text) <= self._longest[number]:
            hit = self._compiled[number].search(text)
            return hit and (hit[0] or self._sources[number], *hit.span())
        began = perf_counter()
        try:
            hit = self._compiled[number].search(text[:_MOST], timeout=REGEX_SECONDS)
        except TimeoutError:
            self.too_slow[number] = self._sources[number]
            return None
        self._asked[number] += 1
        took = perf_counter() - began
        if took > _SLOW:
            self._spent[number] += took
            if self._spent[number] > _ALL_TOGETHER + _EACH * self._asked[number]:
                self.too_slow[number] = self._sources[number]
        return hit and (hit[0] or self._sources[number], *hit.span())


def surely_quick_up_to(source: str) -> int:
    """For how many characters of text the expression is done within a million steps, whatever they are.

    Asking the clock costs more than most searches. Without groups that repeat and without references back, ``k``
    repeats without end take at most the ``k + 1``-th power of the length in steps; 0 where that is not sure.
    """
    atoms = ATOM.findall(source)
    endless, steps = 0, 1.0
    for before, atom in pairwise(["", *atoms]):
        if before == ")" and (atom in "*+?" or atom[0] == "{"):
            return 0
        if atom in "*+":
            endless += 1
        if atom == "(?" or (len(atom) == 2 and atom[0] == "\\" and atom[1] in "123456789gkRXKGpPNL"):  # noqa: PLR2004
            return 0
    if "&" in source or "~" in source:
        return 0
    for least, comma, most in _SHORT.findall(source):
        if comma and not most:
            endless += 1
        steps *= float(most or least or 1) + 1
    steps *= source.count("|") + source.count("?") * 2 + 1
    return int((_STEPS / steps) ** (1 / (endless + 1))) if steps < _STEPS else 0
