"""Taking somebody's names out of text: handles, addresses and names as runs of words, whatever stands between them.

A name is compared as its words, so ``@zo@m.example``, ``zo%40m.example`` and ``Zo (M.example)`` are one. The other side
of the comparison may be a set of names or a set of their hashes: a text is cut into runs, and each run is asked about.
A key that begins with ``@`` is a word that names somebody only behind ``@`` or ``/``, as in a mention or an address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import pairwise
from typing import Final

# Stands in the place of a name. No brackets: it may stand within TOML, an address or JSON and leaves them whole.
FORGOTTEN: Final = "forgotten"
# What percent-encoding makes of the signs in a handle parts words, as the signs themselves do.
_WORD: Final = re.compile(r"(?:%(?:40|3[aA]|2[fF]|20))|(\w+)")
_NEAR: Final = 3
_LONGEST: Final = 12


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name as they are compared."""
    return tuple(_level(found[1]) for found in _WORD.finditer(text) if found[1])


def key_of(text: str) -> str:
    """A name as it is compared; empty for one without a letter or digit."""
    return " ".join(words_of(text)[:_LONGEST])


def redact(text: str, is_known: Callable[[str], bool], lengths: Collection[int]) -> str:
    """The text with every run of words that ``is_known`` replaced; ``lengths`` are how many words a run may have."""
    out, end = [], 0
    for start, stop in _spans(text, is_known, sorted(lengths, reverse=True)):
        out += [text[end:start].removesuffix("@"), FORGOTTEN]
        end = stop
    return "".join([*out, text[end:]]) if out else text


def names(text: str, is_known: Callable[[str], bool], lengths: Collection[int]) -> bool:
    """Whether a text names one that ``is_known``."""
    return any(True for _ in _spans(text, is_known, sorted(lengths, reverse=True)))


def tell_tales(keys: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of ASCII words: any text (in lower case) that holds one of these names holds all words of a group.

    They let a database look through itself; empty where a name has no such word, and then everything is to be read.
    """
    found: set[tuple[str, ...]] = set()
    for key in keys:
        group = {word for word in key.lstrip("@").split() if word.isascii()}
        if not group:
            return []
        found.add(tuple(sorted(group, key=len, reverse=True)))
    return sorted(one for one in found if not any(other != one and _within(other, one) for other in found))


def _within(small: tuple[str, ...], large: tuple[str, ...]) -> bool:
    return all(any(word in other for other in large) for word in small)


def _spans(text: str, is_known: Callable[[str], bool], lengths: list[int]) -> Iterator[tuple[int, int]]:
    found = [(match.start(), match.end(), _level(match[1])) for match in _WORD.finditer(text) if match[1]]
    at = 0
    while at < len(found):
        for length in lengths:
            run = found[at : at + length]
            if len(run) == length and _together(run) and is_known(" ".join(word for _, _, word in run)):
                yield run[0][0], run[-1][1]
                at += length
                break
        else:
            start, stop, word = found[at]
            if start and text[start - 1] in "@/" and is_known(f"@{word}"):
                yield start, stop
            at += 1


def _together(run: list[tuple[int, int, str]]) -> bool:
    return all(after[0] - before[1] <= _NEAR for before, after in pairwise(run))


def _level(word: str) -> str:
    return word.lower() if word.isascii() else unicodedata.normalize("NFC", word).casefold()
