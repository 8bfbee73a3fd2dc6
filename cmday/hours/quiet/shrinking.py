"""The estimate of a community's week: from what one believes to what was counted, in steps.

Each step multiplies what the steps before it expect by what was counted over what they expected there, shrunk towards
one as if ``k`` effective people-hours a week had agreed with them (a Gamma prior on each factor). Effective is what is
left of a count when it is divided by its overdispersion, older weeks counting half every three weeks. The steps: the
circadian prior on the audience's clocks, the community's hours of the day, its weekends, its hours at weekends, its
days, its single hours of the week.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import exp
from operator import mul
from typing import Final

import msgspec

from cmday.hours.quiet import dispersion
from cmday.hours.quiet.circadian import Shares, learnt_shifts, week_of
from cmday.hours.quiet.weeks import CELLS, DAY, Week

HALF_LIFE: Final = 3.0
# How many effective people-hours of agreement each step begins with; docs/quiet-hours.md tells how they were chosen.
HOURS: Final = 200.0
WEEKEND: Final = 250.0
WEEKEND_HOURS: Final = 400.0
DAYS: Final = 400.0
SINGLE: Final = 1200.0


def _kernel(width: float) -> tuple[float, ...]:
    reach = int(3 * width + 0.5)
    return tuple(exp(-((away / width) ** 2) / 2) for away in range(-reach, reach + 1))


_WIDE: Final = _kernel(1.5)
_NARROW: Final = _kernel(1.0)
_EACH_HOUR: Final = [list(range(hour, CELLS, DAY)) for hour in range(DAY)]
_WORK_HOURS: Final = [cells[:5] for cells in _EACH_HOUR]
_FREE_HOURS: Final = [cells[5:] for cells in _EACH_HOUR]
_PARTS: Final = [list(range(5 * DAY)), list(range(5 * DAY, CELLS))]
_EACH_DAY: Final = [list(range(day, day + DAY)) for day in range(0, CELLS, DAY)]


class Spread(msgspec.Struct, frozen=True):
    """The overdispersion of hours and of days."""

    hours: float
    days: float


class Effective(msgspec.Struct, frozen=True):
    """Counts and exposure of the 168 cells, weighted by recency, before they are divided by an overdispersion."""

    people: list[float]
    exposure: list[float]


def spread_of(weeks: Sequence[Week]) -> Spread:
    """How much these weeks vary."""
    return Spread(dispersion.of_hours(weeks), dispersion.of_days(weeks))


def weighed(weeks: Sequence[Week], weights: Sequence[float] | None = None) -> Effective:
    """The weeks added up, older ones for less; ``weights`` count each week so many times besides."""
    worth = [0.5 ** (week.age / HALF_LIFE) for week in weeks]
    if weights:
        worth = [own * weight for own, weight in zip(worth, weights, strict=True)]
    people = [sum(map(mul, worth, column)) for column in zip(*(week.people for week in weeks), strict=True)]
    exposure = [sum(map(mul, worth, column)) for column in zip(*(week.exposure for week in weeks), strict=True)]
    return Effective(people or [0.0] * CELLS, exposure or [0.0] * CELLS)


def hours_of_day(counts: Effective, spread: Spread) -> list[float]:
    """24 effective counts as if each hour had been looked at as often as the others."""
    found = []
    usual = sum(counts.exposure) / CELLS
    for cells in _EACH_HOUR:
        seen = sum([counts.exposure[cell] for cell in cells]) / len(cells)
        people = sum([counts.people[cell] for cell in cells]) / spread.hours
        found.append(people * usual / seen if seen > usual / 4 else people)
    return found


def prior_of(counts: Effective, spread: Spread, expected: Shares | None) -> tuple[list[float], Shares]:
    """The circadian prior, its audience learnt as far as it can be, and that audience."""
    shares = learnt_shifts(hours_of_day(counts, spread), expected)
    return week_of(shares), shares


def shrunk(counts: Effective, prior: Sequence[float], spread: Spread, trust: float = 1.0) -> list[float]:
    """The week as 168 shares that sum to one. ``trust`` below 1 believes the earlier steps less."""
    week = list(prior)
    week = _step(week, counts, [_EACH_HOUR], k=HOURS * trust, overdispersion=spread.hours, kernel=_WIDE)
    week = _step(week, counts, [[part] for part in _PARTS], k=WEEKEND * trust, overdispersion=spread.days)
    week = _step(
        week, counts, [_WORK_HOURS, _FREE_HOURS], k=WEEKEND_HOURS * trust, overdispersion=spread.hours, kernel=_WIDE
    )
    week = _step(week, counts, [[day] for day in _EACH_DAY], k=DAYS * trust, overdispersion=spread.days)
    return _single(week, counts, SINGLE * trust, spread.hours)


def _step(
    week: list[float],
    counts: Effective,
    rings: Sequence[Sequence[Sequence[int]]],
    *,
    k: float,
    overdispersion: float,
    kernel: tuple[float, ...] = (),
) -> list[float]:
    """One step. A ring is a circle of groups of cells; where there is a ``kernel`` neighbours in it share what is seen.

    A ring of several groups learns its shape only, not its weight in the week.
    """
    people, exposure = counts.people, counts.exposure
    expected = [share * seen for share, seen in zip(week, exposure, strict=True)]
    rate = _ratio(sum(people), sum(expected))
    bent = list(week)
    for ring in rings:
        found = [sum([people[cell] for cell in group]) / overdispersion for group in ring]
        hoped = [sum([expected[cell] for cell in group]) / overdispersion for group in ring]
        shares = [sum([week[cell] for cell in group]) for group in ring]
        own = _ratio(sum(found), sum(hoped)) if len(ring) > 1 else rate
        if kernel:
            found, hoped, shares = _shared(found, kernel), _shared(hoped, kernel), _shared(shares, kernel)
        for group, count, hope, share in zip(ring, found, hoped, shares, strict=True):
            factor = (count + k * share) / (own * hope + k * share)
            for cell in group:
                bent[cell] *= factor
    return _whole(bent)


def _single(week: list[float], counts: Effective, k: float, overdispersion: float) -> list[float]:
    """The last step: each hour of the week, with a look at its neighbours over midnight too."""
    expected = [share * seen / overdispersion for share, seen in zip(week, counts.exposure, strict=True)]
    people = [count / overdispersion for count in counts.people]
    rate = _ratio(sum(people), sum(expected))
    found, hoped, shares = _shared(people, _NARROW), _shared(expected, _NARROW), _shared(week, _NARROW)
    return _whole(
        [
            value * (count + k * share) / (rate * hope + k * share)
            for value, count, hope, share in zip(week, found, hoped, shares, strict=True)
        ]
    )


def _ratio(count: float, expected: float) -> float:
    return count / expected if expected > 0 else 0.0


def _shared(ring: list[float], kernel: tuple[float, ...]) -> list[float]:
    """Each value with its neighbours on the circle, weighted by the kernel."""
    reach = len(kernel) // 2
    size = len(ring)
    around = list(chain(ring[-reach:], ring, ring[:reach]))
    shared = [0.0] * size
    for away, weight in enumerate(kernel):
        shared = [value + weight * other for value, other in zip(shared, around[away : away + size], strict=True)]
    return shared


def _whole(week: list[float]) -> list[float]:
    total = sum(week)
    return [value / total for value in week]
