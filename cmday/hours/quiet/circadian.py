"""What is known of a day before anybody was counted: people sleep at night. The prior of the estimate.

Its shape is the usual one of what people do online by their own clock: a trough towards five, a rise until ten, a flat
working day, a summit in the evening; at weekends a rise an hour later and fewer people. It is nobody's data.

An audience in several zones is a mixture of that shape, moved to each zone's clock. How much of each is learnt from
whom one saw at which hour (expectation and maximisation under a Dirichlet prior that the configured audience weights),
so that a wrong zone costs little, and an audience nobody named is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp, floor, log
from typing import Final

from cmday.hours.quiet.weeks import CELLS, DAY

# fmt: off
_WORKDAY: Final = (.55, .35, .22, .15, .12, .14, .25, .45, .75, 1.0, 1.1, 1.15,
                   1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.3, 1.5, 1.6, 1.4, 1.0)
_WEEKEND: Final = (.75, .5, .3, .2, .14, .13, .16, .28, .5, .8, 1.05, 1.15,
                   1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.3, 1.45, 1.5, 1.35, 1.0)
# fmt: on
_WEEKEND_LEVEL: Final = 0.8
_WORKDAYS: Final = 5
_ROUNDS: Final = 15
# What one is ready to believe before counting, in people-hours: of any zone at all, and of the configured ones.
_ANYWHERE: Final = 2.0
_CONFIGURED: Final = 6.0
# By how much a free choice of zones has to fit better: its three or four parameters, and that one believes the CM.
_FREEDOM: Final = 5.0
_SURE: Final = 50.0

Shares = tuple[float, ...]


def _normal(values: Iterable[float]) -> tuple[float, ...]:
    known = tuple(values)
    whole = sum(known)
    return tuple(value / whole for value in known)


_DAYS: Final = (_normal(_WORKDAY), tuple(value * _WEEKEND_LEVEL for value in _normal(_WEEKEND)))
_WEEK: Final = _normal((*_DAYS[0] * _WORKDAYS, *_DAYS[1] * 2))
_ORDINARY: Final = _normal(5 * work + 2 * weekend for work, weekend in zip(*_DAYS, strict=True))


def expected_shifts(audience: Iterable[tuple[float, float]]) -> Shares | None:
    """The belief in each of 24 shifts of the clock, from pairs of hours *behind* the community's clock and a weight.

    None where the audience is not known at all. A zone at half an hour belongs to the two shifts beside it.
    """
    weights = [(hours, weight) for hours, weight in audience if weight > 0]
    whole = sum(weight for _, weight in weights)
    if not whole:
        return None
    belief = [0.0] * DAY
    for hours, weight in weights:
        low = floor(hours)
        belief[low % DAY] += weight / whole * (1 - (hours - low))
        belief[(low + 1) % DAY] += weight / whole * (hours - low)
    return tuple(belief)


def learnt_shifts(hours: Sequence[float], expected: Shares | None) -> Shares:
    """How much of the audience lives at each shift; ``hours`` are 24 effective counts by the community's clock.

    What is learnt around the configured zones and what is learnt without them are mixed as the counts bear them out.
    """
    free = _learnt(hours, [_ANYWHERE / DAY] * DAY)
    if expected is None:
        return free
    bound = _learnt(hours, [_ANYWHERE / DAY + _CONFIGURED * share for share in expected])
    against = _likelihood(hours, free) - _likelihood(hours, expected) - _FREEDOM
    faith = 1 / (1 + exp(min(max(against, -_SURE), _SURE)))
    return tuple(faith * own + (1 - faith) * other for own, other in zip(bound, free, strict=True))


def _learnt(hours: Sequence[float], belief: Sequence[float]) -> Shares:
    shares: Sequence[float] = _normal(belief)
    for _ in range(_ROUNDS):
        day = moved(_ORDINARY, shares)
        pull = [count / usual for count, usual in zip(hours, day, strict=True)]
        shares = _normal(
            belief[shift] + shares[shift] * sum([pull[hour] * _ORDINARY[hour - shift] for hour in range(DAY)])
            for shift in range(DAY)
        )
    return tuple(shares)


def _likelihood(hours: Sequence[float], shares: Shares) -> float:
    return sum(count * log(usual) for count, usual in zip(hours, moved(_ORDINARY, shares), strict=True))


def moved(day: Sequence[float], shares: Sequence[float]) -> list[float]:
    """A day's 24 values, mixed from itself moved by each shift."""
    mixed = [0.0] * DAY
    for shift, share in enumerate(shares):
        if share:
            for hour in range(DAY):
                mixed[hour] += share * day[hour - shift]
    return mixed


def week_of(shares: Shares) -> list[float]:
    """The prior of the week: 168 shares that sum to one. Where it is Friday evening yet, it is no weekend."""
    cells = [0.0] * CELLS
    for shift, share in enumerate(shares):
        behind = shift if shift <= DAY // 2 else shift - DAY
        for cell in range(CELLS):
            cells[cell] += share * _WEEK[(cell - behind) % CELLS]
    return cells


def apparent_shift(hours: Sequence[float], expected: Shares | None) -> tuple[int, float]:
    """By how many hours (-12 to 11) the expected day has to be moved to fit best, and how much more likely that is.

    ``hours`` are 24 effective counts; the second value is a logarithm of a likelihood ratio against no shift.
    """
    day = moved(_ORDINARY, expected or (1.0, *[0.0] * (DAY - 1)))
    fits = [sum(count * log(day[hour - shift]) for hour, count in enumerate(hours) if count) for shift in range(DAY)]
    best = max(range(DAY), key=lambda shift: fits[shift])
    return (best + DAY // 2) % DAY - DAY // 2, fits[best] - fits[0]
