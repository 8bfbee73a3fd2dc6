"""Which headlines tell the same story: each joins the story it agrees with most, and stories that agree become one.

Precision comes first: a story missed costs a line on the screen, two stories taken for one hide news. So a headline is
held against a whole story, never against one headline of it (no chains), at least two telling words must be shared,
and what looks like an episode of a series (a release, a weather forecast) stays alone. docs/folding.md has figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from cmday.steps.news.folding_window import WINDOW, Told, Window
from cmday.steps.news.folding_words import Headline

_DAY: Final = 86_400
_MILESTONES: Final = frozenset({2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256})
_MOST_NUMBERS: Final = 24
_MOST_DOUBLINGS: Final = 5
# Two words that stand side by side in both of two headlines may be a name that is not known for one yet.
_MAY_BE_ONE: Final = 0.6
_MOST_SOURCES: Final = 64
# The two words of a name weigh together what one word weighs.
_HALF: Final = math.sqrt(0.5)


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How much must agree. Cosines between 0 and 1; chosen on the tuning half of the headlines (docs/folding.md)."""

    pair: float = 0.45
    join: float = 0.34
    a_doubling: float = 0.01
    merge: float = 0.45
    a_day_apart: float = 0.04
    a_day_long: float = 0.03
    same_source: float = 0.20
    text_for: float = 0.15
    text_against: float = 0.14
    shared: float = 1.5


BOUNDS: Final = Bounds()


class Folder:
    """Folds headlines into the stories of a window, one after the other."""

    def __init__(self, window: Window, bounds: Bounds = BOUNDS) -> None:
        self.window = window
        self.bounds = bounds

    def fold(self, line: Headline) -> int:
        """Put a headline into its story, its own if there is none yet; returns the story's number.

        A story may become part of another later: then the window's ``gone`` says of which.
        """
        self.window.note((*line.title, *line.pairs))
        mine = self._told(line)
        found = self._best(mine, line)
        if found is None:
            return self.window.begin(mine).number
        self._add(found, mine)
        return self._consolidated(found).number if found.size in _MILESTONES else found.number

    def tell(self, lines: Sequence[Headline], apart: tuple[int, ...] = ()) -> Told:
        """Make one new story of these headlines, whatever they say; ``apart`` are its marks."""
        told = self._told(lines[0])
        told.apart = apart
        self.window.begin(told)
        for line in lines[1:]:
            self._add(told, self._told(line))
        return told

    def _told(self, line: Headline) -> Told:
        """The headline as a story of its own, not yet in the window."""
        names = tuple(pair for pair in line.pairs if self.window.is_name(pair))
        title = self._unit(line.title, names)
        lead = self._unit(line.lead)
        return Told(
            number=0,
            size=1,
            title=title,
            lead=lead,
            texts=1 if lead else 0,
            first=line.at,
            last=line.at,
            sources={line.source: line.at},
            numbers=line.numbers,
            versions=line.versions,
            names=names,
            pairs=line.pairs,
            links=(line.link,) if line.link else (),
            norm=1.0 if title else 0.0,
            lead_norm=1.0 if lead else 0.0,
        )

    def _unit(self, terms: dict[str, float], names: tuple[str, ...] = ()) -> dict[str, float]:
        weights = {term: tells * self.window.rarity(term) for term, tells in terms.items()}
        for name in names:
            for word in name.split(" "):
                weights[word] *= _HALF
        norm = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {term: weight / norm for term, weight in weights.items()} if norm else {}

    def _best(self, mine: Told, line: Headline) -> Told | None:
        for number in self.window.having(f"@{line.link}") if line.link else ():
            told = self.window.story(number)
            if self._may_meet(mine, told, near=1.0) and not (told.sources.keys() & mine.sources.keys()):
                return told
        best, most = None, 0.0
        for told in self._candidates(mine):
            agree = self._agreement(mine, told)
            surplus = agree - self._needed(mine, told)
            if surplus > most and self._may_meet(mine, told, agree):
                best, most = told, surplus
        return best

    def _candidates(self, mine: Told) -> list[Told]:
        """The stories that share so much of the heaviest words that they can reach the bound (prefix filter)."""
        lowest = (min(self.bounds.pair, self.bounds.join, self.bounds.merge) - self.bounds.text_for / 2) * mine.norm
        rest = mine.norm * mine.norm
        shares: dict[int, int] = {}
        for term in sorted(mine.title, key=lambda one: (-mine.title[one], one))[:12]:
            if rest < lowest * lowest:
                break
            rest -= mine.title[term] ** 2
            for number in self.window.having(term):
                shares[number] = shares.get(number, 0) + 1
        found = [
            self.window.story(number) for number, count in sorted(shares.items()) if count > 1 and number != mine.number
        ]
        return [told for told in found if told.last > mine.first - WINDOW and told.first < mine.last + WINDOW]

    def _agreement(self, a: Told, b: Told) -> float:
        """The cosine of two stories' headlines, moved by what their texts say for or against it."""
        title = _dot(a.title, b.title) / (a.norm * b.norm)
        if a.texts and b.texts:
            text = _dot(a.lead, b.lead) / (a.lead_norm * b.lead_norm)
            title += self.bounds.text_for * text if text > self.bounds.text_against else -self.bounds.text_against
        return title

    def _needed(self, a: Told, b: Told) -> float:
        """How much two stories must agree: more where they are days apart or where one feed tells both."""
        bounds = self.bounds
        small, large = sorted((a.size, b.size))
        if small > 1:
            needed = bounds.merge
        elif large > 1:
            # The larger a story, the better its words are known, and the less of them any one headline has.
            needed = bounds.join - bounds.a_doubling * min(math.log2(large), _MOST_DOUBLINGS)
        else:
            needed = bounds.pair
        apart = max(a.first - b.last, b.first - a.last, 0) / _DAY
        if (small == 1 and a.sources.keys() <= b.sources.keys()) or b.sources.keys() <= a.sources.keys():
            needed += bounds.same_source
        span = max(a.last, b.last) - min(a.first, b.first)
        return needed + apart * bounds.a_day_apart + max(span / _DAY - 1, 0) * bounds.a_day_long

    def _may_meet(self, a: Told, b: Told, near: float) -> bool:
        """Whether nothing forbids it: a person split them, they share too little, or they are parts of a series."""
        if a.apart and b.apart and not set(a.apart).isdisjoint(b.apart):
            return False
        if a.versions != b.versions and not (set(a.versions) & set(b.versions)):
            return False
        if near < 1.0 and not self._share_enough(a, b):
            return False
        return not _a_series(a, b, near)

    def _share_enough(self, a: Told, b: Told) -> bool:
        small, large = (a, b) if a.size <= b.size else (b, a)
        top_small, top_large = max(small.title.values()), max(large.title.values())
        core = 0.0
        shared: dict[str, float] = {}
        for term, weight in small.title.items():
            other = large.title.get(term)
            if other is not None:
                shared[term] = min(1.0, 2 * weight / top_small) * min(1.0, 2.5 * other / top_large)
        names = {*small.names, *large.names}
        for pair in names.union(set(small.pairs).intersection(large.pairs)):
            one, _, two = pair.partition(" ")
            if one in shared and two in shared:
                core -= min(shared[one], shared[two]) * (1.0 if pair in names else _MAY_BE_ONE)
        core += sum(shared.values())
        return core >= self.bounds.shared

    def _add(self, told: Told, more: Told) -> None:
        _pour(more.title, told.title)
        _pour(more.lead, told.lead)
        told.size += more.size
        told.texts += more.texts
        told.first, told.last = min(told.first, more.first), max(told.last, more.last)
        for source, at in more.sources.items():
            if source in told.sources or len(told.sources) < _MOST_SOURCES:
                told.sources[source] = max(at, told.sources.get(source, at))
        told.numbers = tuple(dict.fromkeys((*told.numbers, *more.numbers)))[:_MOST_NUMBERS]
        told.versions = tuple(dict.fromkeys((*told.versions, *more.versions)))[:_MOST_NUMBERS]
        told.names = tuple(dict.fromkeys((*told.names, *more.names)))[:_MOST_NUMBERS]
        told.pairs = ()
        told.links = tuple(dict.fromkeys((*told.links, *more.links)))[:_MOST_NUMBERS]
        told.apart = tuple(dict.fromkeys((*told.apart, *more.apart)))
        self.window.settle(told)

    def _consolidated(self, told: Told) -> Told:
        """Join stories that, now that this one is larger, turn out to be the same; the oldest number stays."""
        for _ in range(4):
            best, most = None, 0.0
            for other in self._candidates(told):
                agree = self._agreement(told, other)
                surplus = agree - self._needed(told, other)
                if surplus > most and self._may_meet(told, other, agree):
                    best, most = other, surplus
            if best is None:
                return told
            keep, lose = (told, best) if told.number < best.number else (best, told)
            self.window.forget(lose, keep.number)
            self._add(keep, lose)
            told = keep
        return told


def _dot(a: dict[str, float], b: dict[str, float]) -> float:
    if len(a) > len(b):
        a, b = b, a
    get = b.get
    return sum(weight * get(term, 0.0) for term, weight in a.items())


def _pour(more: dict[str, float], into: dict[str, float]) -> None:
    for term, weight in more.items():
        into[term] = into.get(term, 0.0) + weight


def _a_series(a: Told, b: Told, near: float) -> bool:
    """Whether two that look alike come from one feed with a day or another number between: parts of a series."""
    if near < 0.6:  # noqa: PLR2004  what is worded so differently is no series
        return False
    for source in a.sources.keys() & b.sources.keys():
        if abs(a.sources[source] - b.sources[source]) > 20 * 3600:
            return True
        if a.numbers and b.numbers and not set(a.numbers) & set(b.numbers):
            return True
    return False
