"""How much more counts vary than those of strangers who come by chance: people talk, and days have their own luck.

Variances are compared with those of chance (Pearson's X2 over its degrees of freedom), from week to week, and mixed
with what is usual, which counts as much as so many degrees of freedom of one's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.hours.quiet.weeks import CELLS, DAY, Week

_HOURS_USUAL: Final = 2.5
_HOURS_WORTH: Final = 20.0
# Whole days vary more than the hours within them.
_DAYS_USUAL: Final = 4.0
_DAYS_WORTH: Final = 8.0
_BLOCK: Final = 3
_MOST: Final = 12.0


def of_hours(weeks: Sequence[Week]) -> float:
    """The overdispersion of counts at an hour of the day, from blocks of three hours in each week."""
    blocks = [[cell for cell in range(CELLS) if cell % DAY // _BLOCK == block] for block in range(DAY // _BLOCK)]
    return _mixed(weeks, blocks, _HOURS_USUAL, _HOURS_WORTH)


def of_days(weeks: Sequence[Week]) -> float:
    """The overdispersion of the counts of whole days."""
    return _mixed(weeks, [list(range(day, day + DAY)) for day in range(0, CELLS, DAY)], _DAYS_USUAL, _DAYS_WORTH)


def _mixed(weeks: Sequence[Week], groups: list[list[int]], usual: float, worth: float) -> float:
    counts = [[sum([week.people[cell] for cell in group]) for group in groups] for week in weeks]
    seen = [[sum([week.exposure[cell] for cell in group]) for group in groups] for week in weeks]
    rates = [
        sum(people) / over if (over := sum(hours)) else 0.0
        for people, hours in zip(zip(*counts, strict=True), zip(*seen, strict=True), strict=True)
    ]
    squares = 0.0
    cells = rows = 0
    for people, hours in zip(counts, seen, strict=True):
        expected = [rate * over for rate, over in zip(rates, hours, strict=True)]
        whole = sum(expected)
        if not whole or not (there := sum(people)):
            continue
        scale = there / whole
        rows += 1
        for count, value in zip(people, expected, strict=True):
            if value:
                squares += (count - value * scale) ** 2 / (value * scale)
                cells += 1
    freedom = max(cells - rows - sum(rate > 0 for rate in rates) + 1, 0) if rows > 1 else 0
    found = (usual * worth + (squares if freedom else 0.0)) / (worth + freedom)
    return min(max(found, 1.0), _MOST)
