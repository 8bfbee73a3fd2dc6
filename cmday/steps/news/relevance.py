"""What an entry is worth to each community: the points that do not depend on time, and why, in plain English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from cmday.core.communities import Community
from cmday.core.feeds import Entry
from cmday.text.matching import WordList

IN_TITLE: Final = 3.0
IN_TEXT: Final = 1.0
MOST: Final = 9.0
_LOOK_AT: Final = 600
_MOST_FOR_SOURCES: Final = 4
_LONG_ENOUGH: Final = 4


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: for whom it is (empty means for all), how many points, and what for.

    ``hidden`` is true where everybody it could be for has muted a word of it.
    """

    communities: tuple[str, ...]
    score: float
    why: tuple[str, ...]
    hidden: bool


class Relevance:
    """The keywords and muted words of all communities, looked for together in one reading of the text."""

    def __init__(self, communities: Iterable[Community]) -> None:
        listed = tuple(communities)
        self._all = tuple(community.short for community in listed)
        self._wanted = {community.short: frozenset(community.keywords) for community in listed}
        self._muted = {community.short: frozenset(community.muted) for community in listed}
        words = {word for community in listed for word in (*community.keywords, *community.muted)}
        self._meant: dict[str, list[str]] = {}
        for word in sorted(words):
            for form in _forms(word):
                self._meant.setdefault(form, []).append(word)
        self._words = WordList(self._meant) if words else None

    def judge(self, entry: Entry, communities: tuple[str, ...], feed_url: str = "") -> Verdict:  # noqa: ARG002
        """What an entry of a feed for these communities is worth; a feed of none is for whoever its words name."""
        if self._words is None:
            return Verdict(communities=communities, score=0.0, why=(), hidden=False)
        in_title = self._find(self._words, entry.title)
        in_text = [word for word in self._find(self._words, entry.summary[:_LOOK_AT]) if word not in in_title]
        found = frozenset(in_title) | frozenset(in_text)
        if not found:
            return Verdict(communities=communities, score=0.0, why=(), hidden=False)
        candidates = communities or self._all
        muting = {name for name in candidates if found & self._muted.get(name, frozenset())}
        left = tuple(name for name in candidates if name not in muting)
        points = {name: self._points(name, in_title, in_text) for name in left}
        hits = tuple(name for name in left if points[name][0])
        score, why = max((points[name] for name in hits), key=lambda one: one[0], default=(0.0, ()))
        whose = left if communities else hits or (left if muting else ())
        return Verdict(communities=whose, score=score, why=why, hidden=bool(muting) and not left)

    def _find(self, words: WordList, text: str) -> list[str]:
        return list(dict.fromkeys(word for form in words.find(text) for word in self._meant[form]))

    def _points(self, name: str, in_title: list[str], in_text: list[str]) -> tuple[float, tuple[str, ...]]:
        wanted = self._wanted.get(name, frozenset())
        why = [(IN_TITLE, f'+{IN_TITLE:.0f} "{word}" in title') for word in in_title if word in wanted]
        why += [(IN_TEXT, f'+{IN_TEXT:.0f} "{word}" in text') for word in in_text if word in wanted]
        return min(sum(points for points, _ in why), MOST), tuple(text for _, text in why)


def source_points(sources: int) -> float:
    """What it is worth that so many sources tell a story; nothing for one, and no more for ten than for five."""
    return float(min(max(sources - 1, 0), _MOST_FOR_SOURCES))


def _forms(word: str) -> list[str]:
    """A keyword and its plural in ``s`` (English and French alike), and the singular of one that is given as plural."""
    if len(word) < _LONG_ENOUGH or not word[-1].isalpha():
        return [word]
    return [word, word[:-1] if word.endswith("s") else f"{word}s"]
