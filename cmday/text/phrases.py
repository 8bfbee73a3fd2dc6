"""What many say in the same words: the phrases that stand in several of the texts, each counted once a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Final

import msgspec

from cmday.text.masking import prose
from cmday.text.matching import fold
from cmday.text.small_words import SMALL

_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST: Final = 4
_LEAST_LETTERS: Final = 6
_LEAST: Final = 3
_WORTH: Final = 0.4
_MOST_TEXTS: Final = 2_000
_MOST_CHARS: Final = 1_000
_MOST_TRIED: Final = 200


class Repeated(msgspec.Struct, frozen=True):
    """A phrase as it is mostly written, and in how many texts it stands."""

    text: str
    count: int


def repeated(texts: Iterable[str], most: int, *, least: int = _LEAST) -> list[Repeated]:
    """At most so many phrases of one to four words that stand in ``least`` texts or more, the most telling first.

    A phrase begins and ends with a word that says something. Of two that share a word the more telling one stays.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    forms: dict[tuple[str, ...], Counter[str]] = {}
    for text in islice(texts, _MOST_TEXTS):
        for gram, form in _grams(text).items():
            counts[gram] += 1
            forms.setdefault(gram, Counter())[form] += 1
    common = [(gram, count) for gram, count in counts.items() if count >= least]
    common.sort(key=lambda one: (-one[1] * (1 + _WORTH * (len(one[0]) - 1)), one[0]))
    chosen: list[tuple[tuple[str, ...], int]] = []
    for gram, count in common[:_MOST_TRIED]:
        if len(chosen) == most:
            break
        if all(set(gram).isdisjoint(other) for other, _count in chosen):
            chosen.append((gram, count))
    chosen.sort(key=lambda one: -one[1])
    return [Repeated(forms[gram].most_common(1)[0][0], count) for gram, count in chosen]


def _grams(text: str) -> dict[tuple[str, ...], str]:
    """The phrases of a text, folded, each with how it is written there."""
    whole = prose(text[:_MOST_CHARS]).lower()
    places = [found.span() for found in _WORD.finditer(whole)]
    folded = [fold(whole[start:end]) for start, end in places]
    found: dict[tuple[str, ...], str] = {}
    for start, first in enumerate(folded):
        if _says_nothing(first):
            continue
        for length in range(1, min(_LONGEST, len(folded) - start) + 1):
            gram = tuple(folded[start : start + length])
            if _says_nothing(gram[-1]) or (length == 1 and (len(first) < _LEAST_LETTERS or first.isdigit())):
                continue
            found.setdefault(gram, _one_line(whole[places[start][0] : places[start + length - 1][1]]))
    return found


def _says_nothing(word: str) -> bool:
    """Words of grammar, and what an apostrophe left of one."""
    return word in SMALL or len(word) == 1


def _one_line(text: str) -> str:
    return " ".join(text.split())
