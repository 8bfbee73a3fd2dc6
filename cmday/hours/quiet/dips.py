"""Where in a stretch of quarters of an hour the dips and the summits are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

QUARTER: Final = 15
_SHORTEST: Final = 3
_LONGEST: Final = 10


def runs(values: Sequence[float], limit: float, *, below: bool = True) -> Iterator[tuple[int, int]]:
    """The stretches of quarters at or below a limit (or at or above), 45 minutes long at least.

    A longer one than two hours and a half is cut to the lowest (or highest) two and a half of it.
    """
    start = None
    for place in range(len(values) + 1):
        inside = place < len(values) and (values[place] <= limit if below else values[place] >= limit)
        if inside and start is None:
            start = place
        elif not inside and start is not None:
            if place - start >= _SHORTEST:
                yield _cut(values, start, place, below=below)
            start = None


def _cut(values: Sequence[float], start: int, end: int, *, below: bool) -> tuple[int, int]:
    if end - start <= _LONGEST:
        return start, end
    sums = {first: sum(values[first : first + _LONGEST]) for first in range(start, end - _LONGEST + 1)}
    best = min(sums, key=lambda first: (sums[first] if below else -sums[first], first))
    return best, best + _LONGEST


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the others lie below; 1.0 of nothing."""
    if not values:
        return 1.0
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]
