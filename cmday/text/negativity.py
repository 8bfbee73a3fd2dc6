"""Whether a text speaks against somebody, in English and French: by its words alone, without a model.

Words weigh one or two, a word after a negation weighs nothing, thanks and praise take away, shouting adds to what is
there. Two are enough. It is light on purpose: what it says is counted over hours and people, and never acted upon for a
single text.
"""

from __future__ import annotations

import re
from typing import Final

from cmday.text import negative_words as lists
from cmday.text.matching import fold, words

ENOUGH: Final = 2
_MOST: Final = 2_000
_REACH: Final = 3


_SYMBOLS: Final = re.compile("[😡🤬😠👎💩🤮🤢😤🖕]")
_SHOUT: Final = re.compile(r"!\s?!|[?!]{3,}")
_WHOLE: Final = {**dict.fromkeys(lists.MILD, 1), **dict.fromkeys(lists.STRONG, 2)}
_STEMS: Final = {**dict.fromkeys(lists.MILD_STEMS, 1), **dict.fromkeys(lists.STRONG_STEMS, 2)}
_PHRASES: Final = {**dict.fromkeys(lists.MILD_PHRASES, 1), **dict.fromkeys(lists.STRONG_PHRASES, 2)}
_FEW_LETTERS: Final = 12
_MOSTLY: Final = 0.7
_LEAST_STEM: Final = 3
_LONGEST_STEM: Final = max(map(len, _STEMS))
_LONGEST_PHRASE: Final = max(map(len, _PHRASES))
_BEGINNINGS: Final = frozenset(one[0] for one in _PHRASES)
_CENSORSHIP: Final = ("censur", "censor")
_DELETED: Final = re.compile(
    r"\b(?:comments?|posts?|messages?|tweets?)\b.{0,30}\b(?:deleted|removed|erased|hidden)\b"
    r"|\b(?:delet|remov|eras|hid)(?:ed|es|ing|e)\b.{0,30}\b(?:comments?|posts?|messages?|tweets?|criticism)\b"
    r"|\b(?:supprim|effac|vir|mas)(?:e|es|ez|ent|er|ee|ees|que|quez|quent)\b.{0,30}\b(?:commentaires?|messages?|posts?|critiques?)\b"
    r"|\b(?:commentaires?|messages?|posts?|critiques?)\b.{0,30}\b(?:supprime|efface|vire|masque)(?:e|es|ees|s)?\b"
)


def weight(text: str) -> int:
    """How much a text speaks against somebody: 0 for nothing, from ``ENOUGH`` on it is negative."""
    own = text[:_MOST]
    there = words(own)
    found = _weigh(there) + ENOUGH * bool(_SYMBOLS.search(own))
    if found > 0 and (_SHOUT.search(own) or _is_shouted(own)):
        found += 1
    return max(0, found)


def is_negative(text: str) -> bool:
    """Whether a text speaks against somebody."""
    return weight(text) >= ENOUGH


def speaks_of_censorship(text: str) -> bool:
    """Whether a text says that words were censored or deleted: to delete more would prove it right."""
    folded = fold(text[:_MOST])
    return any(part in folded for part in _CENSORSHIP) or _DELETED.search(folded) is not None


def _weigh(there: list[str]) -> int:
    """Praise takes away from mild words only: "merci, mais c'est une honte" speaks against somebody."""
    strong = mild = praise = at = 0
    while at < len(there):
        word = there[at]
        length = _phrase_at(there, at) if word in _BEGINNINGS else 0
        heavy = _PHRASES[tuple(there[at : at + length])] if length else _of_word(word)
        if heavy and (length or not _is_negated(there, at)):
            strong, mild = (strong + heavy, mild) if heavy >= ENOUGH else (strong, mild + heavy)
        elif word in lists.PRAISE and not _is_negated(there, at):
            praise += 1
        at += length or 1
    return strong + max(0, mild - praise)


def _phrase_at(there: list[str], at: int) -> int:
    """How many words the phrase that begins here has; 0 where none does."""
    for length in range(min(_LONGEST_PHRASE, len(there) - at), 1, -1):
        if tuple(there[at : at + length]) in _PHRASES:
            return length
    return 0


def _of_word(word: str) -> int:
    if found := _WHOLE.get(word):
        return found
    if word in lists.INNOCENT:
        return 0
    for length in range(min(len(word), _LONGEST_STEM), _LEAST_STEM, -1):
        if found := _STEMS.get(word[:length]):
            return found
    return 0


def _is_negated(there: list[str], at: int) -> bool:
    return not lists.NEGATIONS.isdisjoint(there[max(0, at - _REACH) : at])


def _is_shouted(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= _FEW_LETTERS and sum(char.isupper() for char in letters) > _MOSTLY * len(letters)


def praises(text: str) -> bool:
    """Whether a text thanks or praises, and says nothing against anybody."""
    there = words(text[:_MOST])
    return not weight(text) and any(
        word in lists.PRAISE and not _is_negated(there, at) for at, word in enumerate(there)
    )
