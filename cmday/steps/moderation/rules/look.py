"""One thing under examination: what rules ask about it, each found out once and only where a rule asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from cmday.core.things import Likeness, Recent, Scorer, Thing
from cmday.steps.moderation.rules.literals import level_of
from cmday.text.disguise import Reading
from cmday.text.hosts import disguised_hosts, links
from cmday.text.matching import hosts, words
from cmday.text.word_index import Found, WordIndex

_HANDLE: Final = re.compile(r"(?<![\w/=.@])@\w(?:[\w.-]*\w)?")
_FEWEST_SHARED: Final = 0.8


class Look:
    """A thing, and what can be seen of it. ``roles`` are those that the person gives, by handle in lower case."""

    def __init__(
        self,
        thing: Thing,
        now: datetime | None = None,
        *,
        roles: Mapping[str, tuple[str, ...]],
        recent: Recent | None,
        scorer: Scorer | None,
    ) -> None:
        self.thing = thing
        self.text = thing.text
        self._now = now
        self._roles = roles
        self._recent = recent
        self._scorer = scorer
        self._found: dict[int, tuple[Reading, dict[int, list[Found]]]] = {}

    def found(self, index: WordIndex, *, of_name: bool = False) -> tuple[Reading, dict[int, list[Found]]]:
        """What of the lists of an index stands in the text, or in the author's name."""
        if id(index) not in self._found:
            reading = Reading(f"{self.thing.author} {self.thing.author_handle}") if of_name else self.reading
            self._found[id(index)] = (reading, index.find(reading))
        return self._found[id(index)]

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.text)

    @cached_property
    def level(self) -> str:
        """The folded text with single blanks."""
        return " ".join(self.reading.folded.split())

    @cached_property
    def casefolded(self) -> str:
        return level_of(self.text)

    @cached_property
    def links(self) -> list[str]:
        return links(self.text)

    @cached_property
    def domains(self) -> dict[str, str]:
        """Every host that the text names, and each domain above it, with the host."""
        found: dict[str, str] = {}
        for host in hosts(self.text):
            parts = host.split(".")
            for start in range(len(parts) - 1):
                found.setdefault(".".join(parts[start:]), host)
        return found

    @cached_property
    def disguised_hosts(self) -> list[str]:
        return disguised_hosts(self.text)

    @cached_property
    def caps(self) -> float:
        """The share of capitals among the letters that have two cases."""
        upper = sum(map(str.isupper, self.text))
        lower = sum(map(str.islower, self.text))
        return upper / (upper + lower) if upper else 0.0

    @cached_property
    def mentions(self) -> int:
        """How many different people the text addresses."""
        return len({found.lower() for found in _HANDLE.findall(self.text)})

    @cached_property
    def language(self) -> str | None:
        from cmday.text.languages import language_of

        return self.thing.language or language_of(self.text)

    @cached_property
    def age(self) -> float | None:
        """The seconds from when the author came to when this was said."""
        then = self.thing.at or self._now
        if self.thing.joined is None or then is None:
            return None
        return max(0.0, (then - self.thing.joined).total_seconds())

    @cached_property
    def roles(self) -> frozenset[str]:
        own = self._roles.get(self.thing.author_handle.lower().lstrip("@"), ())
        return frozenset(role.casefold() for role in (*self.thing.roles, *own))

    @cached_property
    def likeness(self) -> Likeness | None:
        return self._scorer(self.thing) if self._scorer else None

    def repeats(self, within: float) -> int | None:
        """How often the author said about the same within these seconds, this time included."""
        if self._recent is None or self.thing.at is None or not self.thing.author_handle:
            return None
        mine = self._essence
        before = self._recent(self.thing, timedelta(seconds=within))
        return 1 + sum(_alike(mine, frozenset(words(said)) or frozenset({said.strip()})) for said in before)

    @cached_property
    def _essence(self) -> frozenset[str]:
        return frozenset(self.reading.words) or frozenset({self.text.strip()})


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _FEWEST_SHARED * len(one | other)
