"""Finding words and domains in text as people write them: any case, any accents, hidden characters, look-alike letters.

``fold`` is the one way in which both sides of a comparison are written. It keeps every script's own letters apart: an
accent on a Latin or Greek letter goes, the breve of ``й`` stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

_ACCENTS: Final = re.compile(r"(?<=[a-zα-ω])[\u0300-\u036f]+")
_LATIN: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t"})
_JOINERS: Final = frozenset([*map(chr, range(0xFE00, 0xFE10)), "\u034f"])  # variation selectors, grapheme joiner
# Letters of other scripts that look Latin; only used within a word that also has Latin letters.
LOOK_ALIKE: Final = str.maketrans("асеорхуіјѕһԁмтвнкгӏԛԝүαεικνορτυχ", "aceopxyijshdmtbhkrlqwyaeiknoptux")
_WORD: Final = re.compile(r"\w+")
_MIXED: Final = re.compile(r"[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'\])}»]+", re.IGNORECASE)
HOST: Final = re.compile(r"(?<![\w@.-])(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}(?![\w@])")
# Scripts that put no blanks between words: there a word is looked for anywhere in the text.
UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class _Hidden(dict[int, "int | None"]):
    """What ``str.translate`` does to each character: marks that are not seen go, found out once per character."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        self[code] = None if unicodedata.category(char) == "Cf" or char in _JOINERS else code
        return self[code]


class _Words(dict[int, int]):
    """Letters, digits and marks stay; all else is a blank."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        self[code] = code if char.isalnum() or unicodedata.category(char)[0] == "M" else 0x20
        return self[code]


_hidden: Final = _Hidden()
_words: Final = _Words()


def fold(text: str) -> str:
    """The text as it is compared: compatibility forms, case, hidden characters and Latin and Greek accents levelled.

    Within a word that mixes scripts, look-alike letters become Latin; a word of one script is left alone.
    """
    if text.isascii():
        return text.lower()
    level = unicodedata.normalize("NFKD", text).casefold()
    level = unicodedata.normalize("NFKD", level.translate(_hidden))
    level = unicodedata.normalize("NFC", _ACCENTS.sub("", level)).translate(_LATIN)
    return _WORD.sub(_level_script, level) if _MIXED.search(level) else level


def _level_script(word: re.Match[str]) -> str:
    return word[0].translate(LOOK_ALIKE) if _MIXED.search(word[0]) else word[0]


def words(text: str) -> list[str]:
    """The words of a text, folded, in order; an apostrophe or a hyphen parts words."""
    return fold(text).translate(_words).split()


def as_blanks(folded: str) -> str:
    """A folded text, as long as before, with a blank for all that belongs to no word."""
    return folded.translate(_words)


class WordList:
    """Words and phrases to look for. ``spam*`` also finds longer words; a phrase stands with its words side by side.

    What has no letters (an emoji) and what is written without blanks between words is found anywhere.
    """

    def __init__(self, wanted: Iterable[str]) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._beginnings: list[tuple[str, str]] = []
        self._anywhere: list[tuple[str, str]] = []
        for original in wanted:
            folded = fold(original).strip()
            parts = tuple(folded.translate(_words).split())
            if not folded:
                continue
            if not parts or UNSPACED.search(folded):
                self._anywhere.append((folded, original))
            elif original.rstrip().endswith("*") and len(parts) == 1:
                self._beginnings.append((parts[0], original))
            else:
                self._phrases.setdefault(parts[0], []).append((parts, original))

    def find(self, text: str) -> list[str]:
        """The wanted words that stand in the text, as they were given, each once, in order of appearance."""
        folded = fold(text)
        there = folded.translate(_words).split()
        found: dict[str, None] = {}
        for at, word in enumerate(there):
            for parts, original in self._phrases.get(word, ()):
                if len(parts) == 1 or tuple(there[at : at + len(parts)]) == parts:
                    found[original] = None
            for beginning, original in self._beginnings:
                if word.startswith(beginning):
                    found[original] = None
        found.update((original, None) for piece, original in self._anywhere if piece in folded)
        return list(found)


def hosts(text: str) -> list[str]:
    """The hosts that a text names, by address or bare (``bit.ly/x``), lower-case, each once."""
    level = unicodedata.normalize("NFKC", text.translate(_hidden)).replace("。", ".")
    found: dict[str, None] = {}
    for address in _ADDRESS.findall(level):
        try:
            host = urlsplit(address).hostname
        except ValueError:
            continue
        if host:
            found[ascii_host(host)] = None
    for host in HOST.findall(_ADDRESS.sub(" ", level)):
        found[ascii_host(host)] = None
    return list(found)


def find_domains(text: str, wanted: Iterable[str]) -> list[str]:
    """The wanted domains that the text names, themselves or a host below them (``bit.ly`` finds ``www.bit.ly``)."""
    there = hosts(text)
    found = []
    for original in wanted:
        domain = ascii_host(original.strip().removeprefix("*.").removeprefix("."))
        if domain and any(host == domain or host.endswith("." + domain) for host in there):
            found.append(original)
    return found


def ascii_host(host: str) -> str:
    """A host name in the form of the DNS (RFC 3490), or lower-case as it is where it has none."""
    name = host.lower().rstrip(".")
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name
