"""Many lists of words looked for at once: a text is gone through once, however many lists there are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from cmday.text.disguise import Reading, may_be, pieces, runs
from cmday.text.matching import UNSPACED, as_blanks, fold

_THRICE: Final = re.compile(r"([^\W\d_])\1\1+")


class Found(msgspec.Struct, frozen=True):
    """A wanted word in a text: as it was given, and the places of the words that are it (``last`` exclusive).

    ``first`` is -1 where it was found anywhere in the text and not among its words.
    """

    wanted: str
    first: int
    last: int


class _Entry(msgspec.Struct, frozen=True):
    list: int
    wanted: str
    parts: tuple[str, ...]
    beginning: bool = False


class WordIndex:
    """Lists of words and phrases. ``spam*`` finds longer words too; a phrase stands with its words side by side.

    A list is known by its number. What has no letters (an emoji) and what is written without blanks between words is
    found anywhere; every other word is found whole.
    """

    def __init__(self) -> None:
        self._plain: dict[str, list[_Entry]] = {}
        self._beginnings: dict[str, list[_Entry]] = {}
        self._beginning_lengths: frozenset[int] = frozenset()
        self._veiled: dict[str, list[tuple[tuple[int, ...], _Entry]]] = {}
        self._whole: dict[str, list[tuple[tuple[int, ...], _Entry]]] = {}
        self._lengths: frozenset[int] = frozenset()
        self._by_length: dict[tuple[int, str], list[_Entry]] = {}
        self._anywhere: list[tuple[str, _Entry]] = []
        self.count = 0

    def add(self, wanted: Iterable[str]) -> int:
        """Take a list in; returns its number."""
        number = self.count
        self.count += 1
        for original in dict.fromkeys(wanted):
            folded = fold(original).strip()
            parts = tuple(as_blanks(folded).split())
            if not folded:
                continue
            beginning = original.rstrip().endswith("*") and len(parts) == 1
            entry = _Entry(number, original, parts, beginning)
            if not parts or UNSPACED.search(folded):
                self._anywhere.append((folded, entry))
            else:
                self._keep(entry)
        return number

    def _keep(self, entry: _Entry) -> None:
        first, whole = entry.parts[0], "".join(entry.parts)
        if entry.beginning:
            self._beginnings.setdefault(first, []).append(entry)
            self._beginning_lengths |= {len(first)}
        else:
            self._plain.setdefault(first, []).append(entry)
            letters, counts = runs(first)
            self._veiled.setdefault(letters, []).append((counts, entry))
            self._by_length.setdefault((len(first), first[0]), []).append(entry)
        letters, counts = runs(whole)
        self._whole.setdefault(letters, []).append((counts, entry))
        self._lengths |= {len(whole)}

    def find(self, reading: Reading) -> dict[int, list[Found]]:
        """What of each list stands in the text, by the list's number; every time that it stands there."""
        hits: list[tuple[_Entry, int, int]] = []
        words = reading.words
        for place, word in enumerate(words):
            for entry in self._plain.get(word, ()):
                if len(entry.parts) == 1:
                    hits.append((entry, place, place + 1))
                elif self._goes_on(entry, reading, place):
                    hits.append((entry, place, place + len(entry.parts)))
            for length in self._beginning_lengths:
                hits += [(entry, place, place + 1) for entry in self._beginnings.get(word[:length], ())]
        for place, meant in reading.veiled.items():
            for letters in meant:
                hits += self._unveil(letters, reading, place)
        for first, last, letters, within in reading.joined:
            hits += [(entry, first, last) for entry in self._together(letters, within=within)]
        hits += [(entry, -1, -1) for piece, entry in self._anywhere if piece in reading.folded]
        found: dict[int, dict[Found, None]] = {}
        for entry, first, last in hits:
            found.setdefault(entry.list, {})[Found(entry.wanted, first, last)] = None
        return {number: list(some) for number, some in found.items()}

    def _goes_on(self, entry: _Entry, reading: Reading, place: int) -> bool:
        """Whether the words of a phrase behind its first one stand there too."""
        there = reading.words[place : place + len(entry.parts)]
        if tuple(there) == entry.parts:
            return True
        if len(there) < len(entry.parts):
            return False
        return all(
            word == part or any(_is(letters, part) for letters in reading.veiled.get(place + offset, ()))
            for offset, (word, part) in enumerate(zip(there, entry.parts, strict=True))
            if offset
        )

    def _unveil(self, letters: str, reading: Reading, place: int) -> list[tuple[_Entry, int, int]]:
        if "*" in letters:
            found = [
                entry for entry in self._by_length.get((len(letters), letters[0]), ()) if _fits(letters, entry.parts[0])
            ]
        else:
            bare, counts = runs(letters)
            found = [entry for wanted, entry in self._veiled.get(bare, ()) if may_be(counts, wanted)]
        hits = [(one, place, place + len(one.parts)) for one in found if self._goes_on(one, reading, place)]
        plain = _THRICE.sub(r"\1", letters)
        for length in self._beginning_lengths:
            hits += [(entry, place, place + 1) for entry in self._beginnings.get(plain[:length], ())]
        return hits

    def _together(self, letters: str, *, within: bool) -> list[_Entry]:
        """What letters kept apart make: a whole word or phrase, or one of four letters and more among others."""
        if "*" in letters:
            same = self._by_length.get((len(letters), letters[0]), ())
            return [entry for entry in same if len(entry.parts) == 1 and _fits(letters, entry.parts[0])]
        tried = [letters, *(pieces(letters, self._lengths) if within else ())]
        found: dict[int, _Entry] = {}
        for part in tried:
            bare, counts = runs(part)
            found |= {id(entry): entry for wanted, entry in self._whole.get(bare, ()) if may_be(counts, wanted)}
        plain = _THRICE.sub(r"\1", letters)
        for length in self._beginning_lengths:
            found |= {id(entry): entry for entry in self._beginnings.get(plain[:length], ())}
        return list(found.values())


def _is(letters: str, wanted: str) -> bool:
    if "*" in letters:
        return len(letters) == len(wanted) and _fits(letters, wanted)
    (bare, counts), (other, wanted_counts) = runs(letters), runs(wanted)
    return bare == other and may_be(counts, wanted_counts)


def _fits(masked: str, wanted: str) -> bool:
    return all(have in ("*", want) for have, want in zip(masked, wanted, strict=True))
