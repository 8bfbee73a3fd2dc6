"""Whether a community is in alarm: a pure function of counts. docs/crisis.md says the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final, Literal

import msgspec

WEEK: Final = 7 * 24
YOUNG: Final = 3 * 24
LEAST: Final = 10
LEAST_AUTHORS: Final = 5
SIGMAS: Final = 6.0

Verdict = Literal["alarm", "calm", "young"]


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What the counts say. ``mean``, ``sigma`` and ``threshold`` are of the hours before, None where they are too few.

    ``hours`` is how many of them were compared with. ``usual`` is the mean, rounded, as a person is told.
    """

    verdict: Verdict
    count: int
    authors: int
    hours: int
    mean: float | None
    sigma: float | None
    threshold: float | None

    @property
    def usual(self) -> int:
        return round(self.mean or 0.0)


def decide(count: int, authors: int, before: Sequence[int], known_hours: float) -> Judgement:
    """Judge an hour by those before it.

    ``count`` is of the last 60 minutes, by so many ``authors``. ``before`` are the counts of the 60 minutes before
    those, and so on backwards; a week of them is looked at, and of a history of ``known_hours`` (from the first item
    to now) only what lies within it. With less than three days of history nothing is said. An alarm is more than the
    mean and six standard deviations (of the population) of these hours, and at least ten, by at least five authors.
    """
    hours = min(WEEK, len(before), max(0, int(known_hours) - 1))
    if known_hours < YOUNG:
        return Judgement(
            verdict="young", count=count, authors=authors, hours=hours, mean=None, sigma=None, threshold=None
        )
    compared = before[:hours]
    mean = sum(compared) / hours
    sigma = sqrt(sum((one - mean) ** 2 for one in compared) / hours)
    threshold = mean + SIGMAS * sigma
    loud = count > threshold and count >= LEAST and authors >= LEAST_AUTHORS
    return Judgement(
        verdict="alarm" if loud else "calm",
        count=count,
        authors=authors,
        hours=hours,
        mean=mean,
        sigma=sigma,
        threshold=threshold,
    )
