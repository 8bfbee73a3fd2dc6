"""A text as named features: words, pairs of words, four characters in a row, and its shape (links, capitals...).

A name is what an explanation shows: ``free followers`` stands for itself, ``link`` is the shape of that name. Words are
folded as ``text.matching`` does, so that look-alike letters, accents and hidden marks make no new word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from math import sqrt
from typing import Final

from cmday.text.matching import fold

# Longer texts say nothing more about what they are.
MOST_CHARACTERS: Final = 2_000
WORD: Final = "word:"
PAIR: Final = "pair:"
GRAM: Final = "gram:"
SHAPE: Final = "shape:"
# What each sort weighs beside the others: the squares of a sort's values add up to its weight's square.
_WEIGHT: Final = {WORD: 1.0, PAIR: 0.6, GRAM: 0.8, SHAPE: 1.0}
_GRAM_LENGTH: Final = 4
_MOSTLY_CAPITALS: Final = 0.6
_FEW_LETTERS: Final = 8
_VERY_SHORT: Final = 20
_SHORT: Final = 60
_LONG: Final = 160

_ADDRESS: Final = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|\b[\w-]{2,}\.(?:com|net|org|info|biz|ru|xyz|shop|site|online|top|fr|io|me|tv)\b\S*"
)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[$€£%#@♥❤]")
_CALL: Final = re.compile(
    r"\b(?:check(?:ing)? (?:it |this |out|my|us|me)|subscrib\w*|sub (?:me|4|to)|visit|click|follow (?:me|us|my)"
    r"|listen to my|look at my|go to|come (?:see|check)|sign up|join|buy|order|vote|share|add me|like my"
    r"|abonn\w+|cliqu\w+|visit(?:ez|e)|suiv\w+[- ]moi|suis[- ]moi|rejoign\w+|achet\w+|votez|partag\w+|regard\w+ ma)\b"
)
_OWN: Final = re.compile(
    r"\b(?:my|our|me|ma|mon|mes|notre|nos) (?:\w+ ){0,2}"
    r"(?:channel|page|site|website|blog|video|vid|music|song|cover|remix|mixtape|profile|group|shop|store"
    r"|chaine|musique|profil|groupe|boutique|offre)s?\b"
)
_GAIN: Final = re.compile(
    r"\b(?:free|earn|money|cash|win|winner|prize|gift|discount|cheap|sale|deal|promo|casino|crypto|bitcoin|forex|loan"
    r"|income|gratuit\w*|gagn\w+|argent|cadeau\w*|remise|pas cher|solde\w*|revenu\w*)\b|[$€£] ?\d|\d ?[$€£%]"
)


def _found(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    return lambda _raw, level: bool(pattern.search(level))


# Shapes by name, asked of the text as it is and of the text as it is compared.
_SHAPES: Final[tuple[tuple[str, Callable[[str, str], bool]], ...]] = (
    ("link", _found(_ADDRESS)),
    ("mail address", _found(_MAIL)),
    ("call to do something", _found(_CALL)),
    ("something of one's own", _found(_OWN)),
    ("something to gain", _found(_GAIN)),
    ("capitals", lambda raw, _level: _capitals(raw) >= _MOSTLY_CAPITALS),
    ("exclamation", lambda raw, _level: raw.count("!") > 1),
    ("question", lambda raw, _level: "?" in raw),
    ("very short", lambda raw, _level: len(raw) <= _VERY_SHORT),
    ("short", lambda raw, _level: _VERY_SHORT < len(raw) <= _SHORT),
    ("long", lambda raw, _level: len(raw) > _LONG),
)


def features(text: str, also: Iterable[str] = ()) -> dict[str, float]:
    """The features of a text with their values; ``also`` are facts from outside it (``new account``), as shapes."""
    raw = text[:MOST_CHARACTERS]
    level = fold(raw)
    words = [_number(word) for word in _TOKEN.findall(_ADDRESS.sub(" ", level))]
    joined = f" {' '.join(words)} "
    found: dict[str, float] = {}
    _add(found, WORD, words)
    _add(found, PAIR, (f"{one} {two}" for one, two in pairwise(words)))
    _add(found, GRAM, (joined[at : at + _GRAM_LENGTH] for at in range(len(joined) - _GRAM_LENGTH + 1)))
    _add(found, SHAPE, (*(name for name, holds in _SHAPES if holds(raw, level)), *also))
    return found


def _add(found: dict[str, float], sort: str, names: Iterable[str]) -> None:
    """Each name once, however often it stands there: a word that is repeated says no more."""
    different = dict.fromkeys(names)
    if different:
        value = _WEIGHT[sort] / sqrt(len(different))
        for name in different:
            found[sort + name] = value


def _number(word: str) -> str:
    """Of numbers only how long they are."""
    return "0" * min(len(word), 4) if word.isdecimal() else word


def _capitals(text: str) -> float:
    letters = [char for char in text if char.isalpha()]
    return sum(char.isupper() for char in letters) / len(letters) if len(letters) >= _FEW_LETTERS else 0.0
