"""Words looked for in a text, without regard to case and accents: where they stand, and the piece around them.

A *term* is one word or a phrase of several; ``prefix`` lets its last word be the beginning of a longer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from cmday.text.matching import fold

_TOKEN: Final = re.compile(r"[^\W_]+")
_QUOTED: Final = re.compile(r'"([^"]*)"(\*?)|(\S+)')
_BEFORE: Final = 40


class Term(msgspec.Struct, frozen=True):
    """What is looked for: folded words that stand one behind the other."""

    words: tuple[str, ...]
    prefix: bool = False


def read_terms(typed: Iterable[str]) -> list[Term]:
    """What a person typed as terms: each word one; what stands in quotation marks, or came in one piece, a phrase.

    A ``*`` behind a word asks for all words that begin so. What has no letter or digit is passed over.
    """
    terms = []
    for piece in typed:
        if '"' not in piece and len(piece.split()) > 1:
            found = [(piece.rstrip("* "), piece.rstrip().endswith("*"))]
        else:
            found = [
                (one[1], bool(one[2])) if one[3] is None else (one[3].rstrip("*"), one[3].endswith("*"))
                for one in _QUOTED.finditer(piece)
            ]
        terms += [Term(words, prefix) for text, prefix in found if (words := tuple(_TOKEN.findall(fold(text))))]
    return list(dict.fromkeys(terms))


def places(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms stand in the text, as spans in order that do not overlap."""
    tokens = [(fold(found[0]), found.start(), found.end()) for found in _TOKEN.finditer(text)]
    found: list[tuple[int, int]] = []
    for number, (_, start, _end) in enumerate(tokens):
        ends = [
            tokens[number + len(term.words) - 1][2]
            for term in terms
            if _stands(term, [word for word, *_ in tokens[number : number + len(term.words)]])
        ]
        if ends and (not found or start >= found[-1][1]):
            found.append((start, max(ends)))
    return found


def excerpt(text: str, terms: Sequence[Term], most: int) -> str:
    """At most ``most`` characters of the text, around the first place where a term stands; else its beginning."""
    whole = " ".join(text.split())
    spots = places(whole, terms)
    start = 0
    if spots and spots[0][1] > most:
        start = whole.find(" ", max(spots[0][0] - _BEFORE, 0), spots[0][0]) + 1 or spots[0][0]
    return ("…" if start else "") + whole[start : start + most].strip() + ("…" if start + most < len(whole) else "")


def marked(text: str, terms: Sequence[Term], before: str = "[", after: str = "]") -> str:
    """The text with signs around what was looked for, so that it is seen without any colour."""
    parts, last = [], 0
    for start, end in places(text, terms):
        parts += [text[last:start], before, text[start:end], after]
        last = end
    return "".join([*parts, text[last:]])


def _stands(term: Term, words: Sequence[str]) -> bool:
    if len(words) < len(term.words) or tuple(words[:-1]) != term.words[:-1]:
        return False
    return words[-1].startswith(term.words[-1]) if term.prefix else words[-1] == term.words[-1]
