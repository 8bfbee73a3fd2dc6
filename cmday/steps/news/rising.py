"""What rises: a trend against its own past week, mentions of a community against its own usual days."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from cmday.storage.trends import Trend

LEAST_TIMES: Final = 2.0
_LEAST_TOLD: Final = 5
_LEAST_MENTIONS: Final = 3
_DAY: Final = 86_400
_WEEK: Final = 7


class Rise(msgspec.Struct, frozen=True, kw_only=True):
    """A trend that rises, and by how much: so many times what it was in its own past week."""

    trend: Trend
    times: float


class MentionRise(msgspec.Struct, frozen=True, kw_only=True):
    """A community whose own name was mentioned so often in a day, where so often a day is usual."""

    community: str
    today: int
    usual: float


def rising(trends: Iterable[Trend]) -> list[Rise]:
    """The trends that rise, the steepest first; what is told evenly, and what has no past to compare, is none."""
    found = [Rise(trend=one, times=times) for one in trends if (times := _times(one))]
    return sorted(found, key=lambda rise: (-rise.times, -rise.trend.today, rise.trend.entry))


def _times(one: Trend) -> float:
    """How many times its usual day; 0 where it does not rise.

    This morning's count is of a few hours. What rose yesterday has risen, so yesterday speaks where it is the higher.
    """
    now, past = one.today, one.week
    if len(past) > 1 and past[-1] > now:
        now, past = past[-1], past[:-1]
    if not past or now < _LEAST_TOLD:
        return 0.0
    times = now / max(sum(past) / len(past), 1.0)
    return times if times >= LEAST_TIMES else 0.0


def elsewhere(rises: Sequence[Rise], languages: Collection[str], shown: Collection[str]) -> list[Rise]:
    """At most two rises that no community asked for: one in the languages that are read here, one from outside them.

    ``shown`` are the addresses that stand in the skim already.
    """
    free = [one for one in rises if one.trend.unread and one.trend.points <= 0 and one.trend.url not in shown]
    near = next((one for one in free if not _is_outside(one.trend, languages)), None)
    far = next((one for one in free if _is_outside(one.trend, languages)), None)
    return [one for one in (near, far) if one]


def mention_rises(mentions: Mapping[str, Sequence[int]], now: int) -> dict[str, MentionRise]:
    """The communities that were mentioned more in the last 24 hours than in the week before; UTC seconds."""
    found = {}
    for community, moments in mentions.items():
        today = sum(now - _DAY < at <= now for at in moments)
        usual = sum(now - (_WEEK + 1) * _DAY < at <= now - _DAY for at in moments) / _WEEK
        if today >= _LEAST_MENTIONS and today >= LEAST_TIMES * usual:
            found[community] = MentionRise(community=community, today=today, usual=usual)
    return found


def _is_outside(trend: Trend, languages: Collection[str]) -> bool:
    """Whether it is in none of these languages; where that is not said, its letters decide."""
    if trend.language:
        return trend.language[:2].lower() not in languages
    letters = [letter for letter in trend.title if letter.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return bool(letters) and latin * 2 < len(letters)
