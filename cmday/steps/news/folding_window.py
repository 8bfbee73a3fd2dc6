"""What folding remembers of the last two weeks: how rare words are, the stories, and which stories have which words.

All of it can lie in a database: what is not yet here is asked of the ``Shelf``, once, so that a fold reads only what
its words touch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

import msgspec

from cmday.steps.news.folding_words import is_worn

DAYS: Final = 14
WINDOW: Final = DAYS * 86_400
# How many headlines the program is taken to have read before the first, so that rarity means something from the start.
READ_BEFORE: Final = 3000.0
_BEFORE: Final = 2.5
_WORN_BEFORE: Final = 60.0
_INDEXED: Final = 9
_MOST_INDEXED: Final = 60
_MOST_WORDS: Final = 40
MOST_HAVING: Final = 400
_OFTEN: Final = 4
_MOSTLY: Final = 0.6


class Told(msgspec.Struct):
    """One story: the sum of the vectors of its headlines and of their texts, and what speaks against joining it.

    ``names`` are words that always stand side by side, each ``"one two"``: sharing both is sharing one thing.
    ``pairs`` are all words side by side, while there is one headline only.
    ``sources`` maps each feed to when it last told it; ``apart`` are the marks of stories that a person split: two that
    share one are never folded.
    """

    number: int
    size: int
    title: dict[str, float]
    lead: dict[str, float]
    texts: int
    first: int
    last: int
    sources: dict[str, int]
    numbers: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    apart: tuple[int, ...] = ()
    indexed: tuple[str, ...] = ()
    norm: float = 0.0
    lead_norm: float = 0.0


class Shelf(Protocol):
    """Where the window lies between two runs."""

    def counts(self, words: Iterable[str]) -> Mapping[str, float]:
        """How often each word was read of late; unknown ones may be missing."""

    def having(self, word: str) -> list[int]:
        """The stories that have this word, oldest first."""

    def story(self, number: int) -> Told | None:
        """One story; None where nothing can join it any more."""


class Window:
    """The window as it is worked with. What it changed since it was made or ``saved`` lies open.

    ``fresh`` are new counts of words, ``changed`` the stories, ``posted`` new words of stories, ``gone`` which story
    became part of which, ``lost`` the words of those that went.
    """

    def __init__(self, shelf: Shelf | None = None, read: float = 0.0, last_number: int = 0) -> None:
        self._shelf = shelf
        self.read = read
        self.last_number = last_number
        self._counts: dict[str, float] = {}
        self._having: dict[str, dict[int, None]] = {}
        self._stories: dict[int, Told] = {}
        self.fresh: dict[str, float] = {}
        self.changed: dict[int, Told] = {}
        self.gone: dict[int, int] = {}
        self.lost: dict[int, tuple[str, ...]] = {}
        self.posted: set[tuple[str, int]] = set()

    def saved(self) -> None:
        """Forget what was changed: it lies on the shelf now."""
        for changes in (self.fresh, self.changed, self.gone, self.lost, self.posted):
            changes.clear()

    def note(self, words: Iterable[str]) -> None:
        """Count one headline's words as read."""
        self.read += 1
        for word in words:
            self.count(word)
            self._counts[word] += 1
            self.fresh[word] = self.fresh.get(word, 0.0) + 1

    def count(self, word: str) -> float:
        found = self._counts.get(word)
        if found is None:
            found = self._shelf.counts((word,)).get(word, 0.0) if self._shelf else 0.0
            self._counts[word] = found
        return found

    def expect(self, words: Iterable[str]) -> None:
        """Ask the shelf for the counts of many words at once."""
        if self._shelf:
            unknown = [word for word in words if word not in self._counts]
            found = self._shelf.counts(unknown)
            self._counts.update((word, found.get(word, 0.0)) for word in unknown)

    def rarity(self, word: str) -> float:
        """The logarithm of how rare a word is among headlines."""
        before = _WORN_BEFORE if is_worn(word) else _BEFORE
        return math.log((READ_BEFORE + self.read) / (before + self.count(word)))

    def is_name(self, pair: str) -> bool:
        """Whether two words seldom stand alone: then they are one name ("New York")."""
        together = self.count(pair)
        if together < _OFTEN:
            return False
        one, _, two = pair.partition(" ")
        return together >= _MOSTLY * min(self.count(one), self.count(two))

    def having(self, word: str) -> dict[int, None]:
        """The stories that have this word, oldest first."""
        found = self._having.get(word)
        if found is None:
            found = dict.fromkeys(self._shelf.having(word)) if self._shelf else {}
            for number in [number for number in found if number in self.gone]:
                del found[number]
            self._having[word] = found
        return found

    def story(self, number: int) -> Told:
        found = self._stories.get(number)
        if found is None:
            found = self._shelf.story(number) if self._shelf else None
            if found is None:
                raise KeyError(number)
            self._stories[number] = found
        return found

    def has(self, number: int) -> bool:
        """Whether something may still join a story of that number."""
        if number in self._stories:
            return True
        found = self._shelf.story(number) if self._shelf and number not in self.gone else None
        if found is not None:
            self._stories[number] = found
        return found is not None

    def begin(self, told: Told) -> Told:
        """Take a new story in, and give it its number."""
        self.last_number += 1
        told.number = self.last_number
        self._stories[told.number] = told
        self.settle(told)
        return told

    def settle(self, told: Told) -> None:
        """Bring norms and index up to date after a story changed."""
        for vector in (told.title, told.lead):
            if len(vector) > 2 * _MOST_WORDS:
                for word in sorted(vector, key=lambda one: (-vector[one], one))[_MOST_WORDS:]:
                    del vector[word]
        told.norm = math.sqrt(sum(weight * weight for weight in told.title.values()))
        told.lead_norm = math.sqrt(sum(weight * weight for weight in told.lead.values()))
        top = sorted(told.title, key=lambda one: (-told.title[one], one))[:_INDEXED]
        wanted = dict.fromkeys((*told.indexed, *top, *(f"@{link}" for link in told.links)))
        told.indexed = tuple(wanted)[:_MOST_INDEXED]
        for word in told.indexed:
            having = self.having(word)
            if told.number not in having:
                having[told.number] = None
                self.posted.add((word, told.number))
                if len(having) > MOST_HAVING:
                    del having[min(having)]
        self.changed[told.number] = told

    def root(self, number: int) -> int:
        """The story that a story is part of by now, itself if it still is one."""
        while number in self.gone:
            number = self.gone[number]
        return number

    def forget(self, told: Told, into: int) -> None:
        """Take a story out that became part of another."""
        for word in told.indexed:
            self.having(word).pop(told.number, None)
            self.posted.discard((word, told.number))
        self.lost[told.number] = told.indexed
        self._stories.pop(told.number, None)
        self.changed.pop(told.number, None)
        self.gone[told.number] = into
