"""What the words of a text stand for, where they are dressed up so that a list of words would not know them.

Seen through are: hidden and fancy characters, digits and signs for letters (``sh1t``, ``a$$``), letters kept apart
(``s p a m``, ``s.p.a.m``), letters repeated three times or more, a star for a letter, and words spelled with another
alphabet's look-alikes. A number stays a number, a word of one script stays as it is, and a word is never looked for
inside another. What is plain stays beside what it may stand for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from typing import Final

from cmday.text.matching import HOST, LOOK_ALIKE, as_blanks, fold

_CAPITALS: Final = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"
_FANCY: Final[dict[int, str | None]] = {
    **dict(zip(map(ord, _CAPITALS), "abcdefghijklmnoprstuvwyz", strict=True)),
    **{first + place: chr(0x61 + place) for first in (0x1F150, 0x1F170, 0x1F1E6) for place in range(26)},
    **{ord(mark): letter for mark, letter in zip("ɑɡɩʏɪƨ", "agiyis", strict=True)},
    # What is drawn as nothing, or on top of a letter.
    **dict.fromkeys((0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x17B4, 0x17B5)),
    **dict.fromkeys((*range(0x1AB0, 0x1B00), *range(0x1DC0, 0x1E00), *range(0x20D0, 0x2100), *range(0xFE20, 0xFE30))),
}
_SIGNS: Final = str.maketrans("013456789@$!|€£+(¡¢", "oieasgtbgasiieltcic")
_ONE_STROKE: Final = str.maketrans("l", "i")
_SIGN: Final = re.compile(r"[\d@$!|€£+(¡¢]")
_STRONG_SIGN: Final = re.compile(r"[@$|€£!¡¢]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_UNIT: Final = re.compile(
    r"\d+(?:[.,:]\d+)?(?:[^\W\d_]|er|ers|re|eme|emes|nd|nde|st|th|rd|km|cm|mm|kg|mg|cl|ml|min|mn|am|pm|go|mo|gb|mb|kb|px"
    r"|fps|hz|kwh|kw|ans|jrs|sec|ms)?"
)
_EDGE: Final = ".,;:?!…\"'’`«»“”()[]{}<>*_~#-"
_EDGE_START: Final = _EDGE.replace("(", "")
_APART: Final = re.compile(r"[._~*|/\\-]+")
_THRICE: Final = re.compile(r"([^\W\d_])\1\1")
# One character, and then another behind a few blanks or signs.
_LONE: Final = r"[^\W_]|[@$!€£¡¢]"
_RUN: Final = re.compile(rf"(?<![^\W_])(?:{_LONE})(?:[ \t._*~|/\\-]{{1,4}}(?:{_LONE})){{2,59}}(?![^\W_])")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+")
_OTHER_SCRIPT: Final = re.compile(r"[\u0370-\u052f]+")
# Whether it is worth while to look closer, so that plain prose costs one search.
_SUSPECT: Final = re.compile(
    r"[^\W\d_][\d@$!|€£+(¡¢*#]\w|[\d@$|€£+(¡¢!][^\W\d_]|[^\W\d_][$€£]|[^\W_][._~*|/\\-]+[^\W_]|([^\W\d_])\1\1"
    r"|(?<!\w)\w[ \t]{1,2}\w[ \t]{1,2}\w(?!\w)|[\u0370-\u052f]"
)
_SHORTEST_WITHIN: Final = 4
_MOST: Final = 20_000


class Reading:
    """A text made ready to be looked through; made once a text, whatever number of lists is looked for in it.

    ``words`` are its plain words in order. ``veiled`` has the letters that a word may stand for, by its place in
    ``words``; ``joined`` what letters kept apart make together: first and last place (exclusive), letters, and whether
    a word may be a part of it.
    """

    def __init__(self, text: str) -> None:
        short = text[:_MOST]
        self.folded = fold(short if short.isascii() else short.translate(_FANCY))
        self.blank = as_blanks(self.folded)
        self.words = self.blank.split()
        self.veiled: dict[int, list[str]] = {}
        self.joined: list[tuple[int, int, str, bool]] = []
        if _SUSPECT.search(self.folded):
            self._look_closer()

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Where each word begins and ends in ``folded``."""
        return [(found.start(), found.end()) for found in re.finditer(r"\S+", self.blank)]

    def _look_closer(self) -> None:
        place = 0
        for chunk in self.folded.split():
            count = len(as_blanks(chunk).split())
            if count and not _leads_somewhere(chunk):
                self._look_at(chunk, place, count)
            place += count
        for found in _RUN.finditer(_ADDRESS.sub(lambda one: "x" * len(one[0]), self.folded)):
            self._join(found)
        if _OTHER_SCRIPT.search(self.folded):
            self._compare_scripts()

    def _look_at(self, chunk: str, place: int, count: int) -> None:
        bare = chunk.rstrip(_EDGE).lstrip(_EDGE_START)
        letters = len(_LETTER.findall(bare))
        if not letters:
            return
        if count == 1 and _THRICE.search(bare):
            self._veil(place, bare)
        if _SIGN.search(bare) and not _UNIT.fullmatch(bare) and (letters > 1 or _STRONG_SIGN.search(bare)):
            meant = bare.translate(_SIGNS)
            if _is_word(meant):
                self._stand_for(place, count, meant)
            elif not _is_word(meant := _APART.sub("", meant)):
                return
            else:
                self.joined.append((place, place + count, meant, False))
        elif count > 1 and _is_word(whole := _APART.sub("", bare)):
            self.joined.append((place, place + count, whole, False))
        if "*" in bare or "#" in bare[1:]:
            masked = bare.replace("#", "*").translate(_SIGNS)
            if _is_word(masked.replace("*", "")) and _LETTER.match(masked):
                self._stand_for(place, count, masked)

    def _stand_for(self, place: int, count: int, meant: str) -> None:
        if count == 1:
            self._veil(place, meant)
        else:
            self.joined.append((place, place + count, meant, False))

    def _veil(self, place: int, meant: str) -> None:
        self.veiled.setdefault(place, []).append(meant)

    def _join(self, found: re.Match[str]) -> None:
        letters = _APART.sub("", "".join(found[0].split())).rstrip("!¡")
        if 2 * len(_LETTER.findall(letters)) < len(letters):
            return
        meant = letters.translate(_SIGNS)
        if _is_word(meant):
            first = len(as_blanks(self.folded[: found.start()]).split())
            count = len(as_blanks(found[0]).split())
            self.joined.append((first, first + count, meant, len(meant) >= _SHORTEST_WITHIN))

    def _compare_scripts(self) -> None:
        """A word all of look-alikes, alone among Latin ones, stands for the Latin word."""
        foreign = [place for place, word in enumerate(self.words) if _OTHER_SCRIPT.fullmatch(word)]
        latin = sum(word.isascii() for word in self.words)
        meant = {place: self.words[place].translate(LOOK_ALIKE) for place in foreign}
        if latin > len(foreign) and all(word.isascii() for word in meant.values()):
            for place, word in meant.items():
                self._veil(place, word)


def _is_word(letters: str) -> bool:
    return letters.isalpha()


def _leads_somewhere(chunk: str) -> bool:
    """Whether it is an address, or somebody's handle or mail: its letters are drawn by lot."""
    if "://" in chunk or chunk.startswith("www."):
        return True
    if "@" in chunk[1:] and "." in chunk.partition("@")[2]:
        return True
    return "/" in chunk and HOST.match(chunk) is not None


def runs(word: str) -> tuple[str, tuple[int, ...]]:
    """A word as letters that differ from their neighbours, and how often each stands there; ``l`` counts as ``i``."""
    letters, counts = [], []
    for letter, group in groupby(word.translate(_ONE_STROKE)):
        letters.append(letter)
        counts.append(sum(1 for _ in group))
    return "".join(letters), tuple(counts)


def may_be(dressed: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether letters repeated so often are those of the wanted word: as often, or three times and more."""
    return all(have == want or (have > want and have >= 3) for have, want in zip(dressed, wanted, strict=True))  # noqa: PLR2004  no word repeats a letter three times


def pieces(letters: str, lengths: frozenset[int]) -> Iterator[str]:
    """All parts of these letters that are as long as a wanted word."""
    for length in lengths:
        if length >= _SHORTEST_WITHIN:
            for start in range(len(letters) - length + 1):
                yield letters[start : start + length]
