"""From a headline to what of it can be compared: its telling words, each with how much it tells, and its numbers.

English and French are known by their small words and endings; of every other language each word counts as it stands,
and scripts without blanks between words are taken two characters at a time.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import msgspec

from cmday.text.matching import fold
from cmday.text.small_words import SMALL, WORN

LONGEST: Final = 300
_LEAD: Final = 500
_MOST: Final = 24

_LABEL: Final = re.compile(
    r"""^\W*(?:
      (?:update|wrapup|refile|corrected|timeline|factbox|snapshot|preview|insight|special\ report)\s*\d*\s*[-:—–]
    | (?:breaking(?:\ news)?|videos?|watch|listen|photos?|pictures|live|live\ updates?|exclusive|opinion|analysis
      |exclusif|alerte|vid[ée]o|en\ direct|direct|en\ images|entretien|tribune)\s*(?:[:|—–]|\s-\s|\.\s)
    | \[[^\]]{2,16}\] | \([A-Z]{4,9}\))\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_MARKET: Final = re.compile(r"\(?\b(?:NYSE|NASDAQ|AMEX|LON|LSE|TSE|ASX|EPA|OTCMKTS)\s*:\s*", re.IGNORECASE)
_TAIL: Final = re.compile(r"\s(?:[-–—|»]|::)\s(?P<tail>[^-–—|»]{2,40})$")
_TOKEN: Final = re.compile(r"[^\W_]+(?:[.,]\d[^\W_]*)*")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_VERSION: Final = re.compile(r"^v?\d+(?:\.\d+){2,}|^v\d")
_FIGURE: Final = re.compile(r"^\d+(?:[.,]\d+)*")
_YEAR: Final = re.compile(r"^(?:19|20)\d\d$")
_TRACKING: Final = re.compile(r"(?:^|&)(?:utm_[a-z]+|fbclid|gclid|xtor|ref|source|cmp|ns_[a-z]+)=[^&]*", re.IGNORECASE)
_NUMBERS: Final = {
    **{
        word: str(n)
        for n, word in enumerate(
            ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 2
        )
    },
    **{
        word: str(n)
        for n, word in enumerate(
            ["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"], 2
        )
    },
}

_WORN_TELLS: Final = 0.4
_NUMBER_TELLS: Final = 0.7
_SMALL_NUMBER_TELLS: Final = 0.45
_TAIL_TELLS: Final = 0.35
_NAME_TELLS: Final = 1.25
_LONG_NUMBER: Final = 2
_TITLE_CASE: Final = 0.6


class Headline(msgspec.Struct, frozen=True):
    """What can be compared of an entry.

    ``title`` maps each telling word to how much it tells by its form (1 is an ordinary word); ``lead`` the same of the
    beginning of its text. ``numbers`` are the numbers of the title, ``versions`` those that look like a release.
    ``pairs`` are the telling words of the title that stand side by side, as ``"one two"``: a name may be among them.
    ``link`` is the address without what only counts visits; ``source`` the feed.
    """

    title: dict[str, float]
    lead: dict[str, float]
    numbers: tuple[str, ...]
    versions: tuple[str, ...]
    pairs: tuple[str, ...]
    link: str
    source: str
    at: int


def headline(title: str, source: str, at: int, *, name: str = "", lead: str = "", url: str = "") -> Headline:
    """Read a headline; ``name`` is what the source calls itself, ``at`` epoch seconds. Never raises."""
    head, tail = _parted(_labelled(title[:LONGEST]), name)
    terms, numbers, versions = _terms(head)
    for term, tells in _terms(tail)[0].items() if tail else ():
        terms.setdefault(term, tells * _TAIL_TELLS)
    own = _own_words(name)
    if own and len(terms.keys() - own) > 1:
        terms = {term: tells for term, tells in terms.items() if term not in own}
    return Headline(
        terms,
        _terms(lead[:_LEAD])[0] if lead else {},
        numbers,
        versions,
        _pairs(head, terms),
        _link(url),
        source,
        at,
    )


def _labelled(title: str) -> str:
    """The title without what only says which kind of piece it is."""
    bare = unicodedata.normalize("NFC", title.replace("’", "'"))
    for _ in range(2):
        bare = _LABEL.sub("", bare, count=1)
    return _MARKET.sub(" ", bare) if ":" in bare else bare


def _parted(title: str, name: str) -> tuple[str, str]:
    """The title and what stands behind its last dash, which may be the publisher; nothing where it surely is."""
    found = _TAIL.search(title)
    if found is None or found.start() < len(title) // 3:
        return title, ""
    tail = found["tail"].strip()
    words = tail.split()
    if len(words) > 5:  # noqa: PLR2004  no publisher's name is longer
        return title, ""
    head = title[: found.start()]
    if name and frozenset(_terms(tail)[0]) & _own_words(name):
        return head, ""
    named = all(word[:1].isupper() or word in {"of", "the", "de", "la", "du", "&"} for word in words)
    return (head, tail) if named or "." in tail else (title, "")


@lru_cache(maxsize=4096)
def _own_words(name: str) -> frozenset[str]:
    return frozenset(_terms(name)[0]) if name else frozenset()


def _terms(text: str) -> tuple[dict[str, float], tuple[str, ...], tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    known = [_term(token) for token in tokens]
    capitals = [token[:1].isupper() for token, (term, _) in zip(tokens, known, strict=True) if term]
    mixed = bool(capitals) and sum(capitals) <= _TITLE_CASE * len(capitals)
    terms: dict[str, float] = {}
    numbers: list[str] = []
    versions: list[str] = []
    for place, (token, (term, tells)) in enumerate(zip(tokens, known, strict=True)):
        if not term:
            continue
        telling = tells
        if term[0].isdigit() or tells == _NUMBER_TELLS:
            (versions if _VERSION.match(token) else numbers).append(term)
        elif mixed and place and token[0].isupper():
            telling = tells * _NAME_TELLS
        if _UNSPACED.search(token):
            terms.update((token[at : at + 2], 0.7) for at in range(max(1, len(token) - 1)))
        else:
            terms[term] = max(telling, terms.get(term, 0.0))
        if len(terms) >= _MOST:
            break
    return terms, tuple(numbers), tuple(versions)


def _pairs(text: str, terms: dict[str, float]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    before = ""
    for token in _TOKEN.findall(text):
        term = _term(token)[0]
        if before and term != before and terms.get(term, 0.0) >= _NUMBER_TELLS:
            found[f"{before} {term}"] = None
        before = term if terms.get(term, 0.0) >= _NUMBER_TELLS else ""
    return tuple(found)


@lru_cache(maxsize=65536)
def _term(token: str) -> tuple[str, float]:
    """A word as it is compared, and how much it tells; an empty one says nothing."""
    word = fold(token)
    word = _NUMBERS.get(word, word)
    if word[:1].isdigit():
        return _number(word)
    if word in SMALL or (len(word) == 1 and word.isascii()):
        return "", 0.0
    stem = _stem(word)
    return stem, _WORN_TELLS if is_worn(stem) else 1.0


def is_worn(term: str) -> bool:
    """Whether a word, as it is compared, is one that any headline may have."""
    return term in _worn()


@lru_cache(maxsize=1)
def _worn() -> frozenset[str]:
    return frozenset(map(_stem, WORN))


def _number(word: str) -> tuple[str, float]:
    """A number without its marks of thousands and what hangs on it (``5bn``); years and small ones tell little."""
    found = _FIGURE.match(word)
    figure = found[0] if found else word
    if _VERSION.match(word) or (found and word[found.end() :].isalpha() and len(word) - found.end() > 2):  # noqa: PLR2004
        return word, _NUMBER_TELLS
    figure = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", figure).replace(",", ".")
    if len(figure) < _LONG_NUMBER or _YEAR.match(figure):
        return figure, _SMALL_NUMBER_TELLS
    return figure, _NUMBER_TELLS


_VERBAL: Final = re.compile(r"(?<=[a-z]{3})(?:ing|ed)$")
_DOUBLED: Final = re.compile(r"([bdfgklmnprt])\1$")


def _stem(word: str) -> str:
    """One form for the plural, the possessive and the common verb endings of English, and the agreement of French."""
    if len(word) <= 3 or not word.isascii():  # noqa: PLR2004  shorter ones have no ending to lose
        return word
    if word.endswith(("ies", "ied")):
        return word[:-3] + "y"
    if word.endswith(("aux",)) and len(word) > 5:  # noqa: PLR2004
        return word[:-3] + "al"
    bare = word[:-1] if word[-1] in "sx" and word[-2] not in "sui" else word
    short = _VERBAL.sub("", bare)
    bare = _DOUBLED.sub(r"\1", short)
    while len(bare) > 3 and bare[-1] == "e":  # noqa: PLR2004
        bare = bare[:-1]
    return bare


def _link(url: str) -> str:
    """An address without scheme, fragment and what counts visits; empty for a bare host."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    query = _TRACKING.sub("", parts.query).strip("&")
    if not parts.netloc or (not path and not query):
        return ""
    return f"{parts.netloc.lower().removeprefix('www.')}{path}?{query}"[:LONGEST]
