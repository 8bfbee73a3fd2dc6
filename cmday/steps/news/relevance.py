"""What an entry is worth to each community: the points that do not depend on time, and what each is for.

Points are added up in ``judge``; nothing here looks at a clock or a database. Age weighs a point a day (``AGE``): it is
part of what the database sorts by, so no score is computed again because time went by.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from cmday.core.communities import Community
from cmday.core.feeds import Entry
from cmday.i18n import Phrase, phrase
from cmday.steps.news.habits import Habits
from cmday.text.matching import WordList, find_domains

IN_TITLE: Final = 3.0
IN_TEXT: Final = 1.0
NAME_IN_TITLE: Final = 6.0
NAME_IN_TEXT: Final = 5.0
PERSON_IN_TEXT: Final = 2.0
DOMAIN: Final = 2.0
FOREIGN: Final = -2.0
MOST: Final = 9.0
AGE: Final = 1.0
_MOST_FOR_SOURCES: Final = 4
_LOOK_AT: Final = 600
_LINKS_IN: Final = 20_000
_LONG_ENOUGH: Final = 4


class Point(msgspec.Struct, frozen=True):
    """Some points, and what they are for: ``+3 "moderation" in title``."""

    points: float
    what: Phrase

    @property
    def said(self) -> Phrase:
        return Phrase("{points} {what}", {"points": f"{self.points:+g}", "what": self.what})


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: for whom it is (empty means for all), how many points, and what for.

    ``own`` are the communities whose own name is mentioned. ``hidden`` is true where everybody it could be for has
    muted a word of it, and for what a source lists because it trends: that is shown when it rises.
    """

    communities: tuple[str, ...] = ()
    score: float = 0.0
    points: tuple[Point, ...] = ()
    own: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def why(self) -> tuple[str, ...]:
        """Each point in English."""
        return tuple(point.said.english for point in self.points)


class Relevance:
    """What all communities look for, looked for together in one reading of the text."""

    def __init__(self, communities: Iterable[Community], habits: Habits | None = None) -> None:
        self._communities = {one.short: one for one in communities}
        self._habits = habits or Habits()
        self._meant: dict[str, list[str]] = {}
        wanted = {
            word for one in self._communities.values() for word in (*one.names, *one.keywords, *one.people, *one.muted)
        }
        for word in sorted(wanted):
            for form in _forms(word):
                self._meant.setdefault(form, []).append(word)
        self._words = WordList(self._meant) if wanted else None
        self._domains = tuple(dict.fromkeys(name for one in self._communities.values() for name in one.domains))
        self._languages = any(one.languages for one in self._communities.values())

    def judge(self, entry: Entry, communities: tuple[str, ...], feed_url: str = "") -> Verdict:
        """What an entry of a feed for these communities is worth; a feed of none is for whoever its words name."""
        in_title = self._find(entry.title)
        in_text = self._find(entry.summary[:_LOOK_AT])
        text_only = [word for word in in_text if word not in in_title]
        links = self._linked(entry)
        language = _language(entry) if self._languages else None
        candidates = [name for name in communities or self._communities if name in self._communities]
        found = {*in_title, *text_only}
        left = [name for name in candidates if found.isdisjoint(self._communities[name].muted)]
        said = {name: _said(self._communities[name], in_title, text_only, links) for name in left}
        hits = tuple(name for name in left if said[name])
        muted = len(left) < len(candidates)
        whose = tuple(left) if communities and candidates else hits or (tuple(left) if muted else ())
        judges = hits or whose or tuple(left)
        all_points = {name: (*said[name], *self._beside(name, language, feed_url)) for name in judges}
        best = max(all_points.values(), key=_total, default=())
        if refused := self._habits.refused.get(feed_url):
            best = (*best, Point(refused, phrase("stories of this feed were not wanted")))
        return Verdict(
            communities=whose or communities,
            score=_total(best),
            points=tuple(best),
            own=tuple(name for name in left if not found.isdisjoint(self._communities[name].names)),
            hidden=bool(entry.counts) or (muted and not left),
        )

    def _find(self, text: str) -> list[str]:
        if self._words is None or not text:
            return []
        return list(dict.fromkeys(word for form in self._words.find(text) for word in self._meant[form]))

    def _linked(self, entry: Entry) -> list[str]:
        """The domains that the entry is of, or leads to."""
        if not self._domains:
            return []
        return find_domains(f"{entry.url or ''} {entry.summary} {entry.content[:_LINKS_IN]}", self._domains)

    def _beside(self, name: str, language: str | None, feed_url: str) -> list[Point]:
        """What speaks for or against it beside its words: its language, and what became of others of its feed."""
        points = []
        reads = self._communities[name].languages
        if language and reads and language not in {one[:2].lower() for one in reads}:
            points.append(
                Point(
                    FOREIGN, phrase("in {language}, which {community} does not read", language=language, community=name)
                )
            )
        if liked := self._habits.shared.get((name, feed_url)):
            points.append(Point(liked, phrase("{community} was sent stories of this feed before", community=name)))
        return points


def source_points(sources: int) -> float:
    """What it is worth that so many sources tell a story; nothing for one, and no more for ten than for five."""
    return float(min(max(sources - 1, 0), _MOST_FOR_SOURCES))


def sources_point(sources: int) -> Point:
    """The same with its words: ``+2 three sources``."""
    words = {
        2: phrase("two sources"),
        3: phrase("three sources"),
        4: phrase("four sources"),
        5: phrase("five sources"),
    }
    return Point(source_points(sources), words.get(sources) or phrase("{n} sources", n=sources))


def _said(community: Community, in_title: list[str], in_text: list[str], links: list[str]) -> list[Point]:
    """What the words and links of an entry are worth to a community, at most ``MOST`` in all."""
    points = []
    for word in in_title:
        if word in community.names:
            points.append(Point(NAME_IN_TITLE, phrase('own name "{word}" in title', word=word)))
        elif word in community.people:
            points.append(Point(IN_TITLE, phrase('person "{word}" in title', word=word)))
        elif word in community.keywords:
            points.append(Point(IN_TITLE, phrase('"{word}" in title', word=word)))
    for word in in_text:
        if word in community.names:
            points.append(Point(NAME_IN_TEXT, phrase('own name "{word}" in text', word=word)))
        elif word in community.people:
            points.append(Point(PERSON_IN_TEXT, phrase('person "{word}" in text', word=word)))
        elif word in community.keywords:
            points.append(Point(IN_TEXT, phrase('"{word}" in text', word=word)))
    points += [Point(DOMAIN, phrase("of or about {domain}", domain=one)) for one in links if one in community.domains]
    over = _total(points) - MOST
    if over > 0:
        points.append(Point(-over, phrase("no more than {most} for words", most=f"{MOST:g}")))
    return points


def _total(points: Iterable[Point]) -> float:
    return sum(point.points for point in points)


def _language(entry: Entry) -> str | None:
    """The language that the entry is declared to be in, or seems to be; two letters."""
    if entry.language:
        return entry.language[:2].lower()
    from cmday.text.language import guess

    return guess(f"{entry.title} {entry.summary[:_LOOK_AT]}")


def _forms(word: str) -> list[str]:
    """A keyword and its plural in ``s`` (English and French alike), and the singular of one that is given as plural."""
    if len(word) < _LONG_ENOUGH or not word[-1].isalpha():
        return [word]
    return [word, word[:-1] if word.endswith("s") else f"{word}s"]
