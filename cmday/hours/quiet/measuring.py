"""From weeks of people-hours to a measured week, with what it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from cmday.core.operations import Basis
from cmday.hours.quiet.circadian import Shares, apparent_shift
from cmday.hours.quiet.confidence import drawn
from cmday.hours.quiet.shrinking import hours_of_day, prior_of, shrunk, spread_of, weighed
from cmday.hours.quiet.weeks import CELLS, Week, counted, length_in_weeks

LEAST: Final = 30
ENOUGH: Final = 100
ENOUGH_WEEKS: Final = 3
_CONTRADICTION_HOURS: Final = 3
_CONTRADICTION_ODDS: Final = 4.0


class LeftOut(msgspec.Struct, frozen=True):
    """A day that was not counted; ``why`` is a holiday's English name or a campaign's title, empty for a day off."""

    day: date
    kind: Literal["holiday", "campaign", "closed"]
    why: str


class MeasuredWeek(msgspec.Struct, frozen=True, kw_only=True):
    """A community's usual week on its own clock: 168 values from Monday midnight whose mean is 1.0.

    ``draws`` are the same week drawn anew, for confidence; ``shift`` by how many hours the measured day lies later than
    its zones let expect, 0 where they agree. ``basis`` is ``configured`` where too few were counted to use it.
    """

    traffic: tuple[float, ...]
    draws: tuple[tuple[float, ...], ...]
    people_hours: int
    weeks: int
    basis: Basis
    shift: int = 0
    left_out: tuple[LeftOut, ...] = ()


def measure(weeks: Sequence[Week], expected: Shares | None, left_out: Sequence[LeftOut] = ()) -> MeasuredWeek:
    """The measured week of these counts; ``expected`` is where the configured audience lives."""
    spread, counts = spread_of(weeks), weighed(weeks)
    prior, _ = prior_of(counts, spread, expected)
    people, length = counted(weeks), length_in_weeks(weeks)
    basis = basis_of(people, length)
    return MeasuredWeek(
        traffic=tuple(round(share * CELLS, 4) for share in shrunk(counts, prior, spread)),
        draws=tuple(tuple(draw) for draw in drawn(weeks, prior, spread)) if basis != "configured" else (),
        people_hours=people,
        weeks=round(length),
        basis=basis,
        shift=_contradiction(hours_of_day(counts, spread), expected) if basis != "configured" else 0,
        left_out=tuple(left_out),
    )


def basis_of(people_hours: int, weeks: float) -> Basis:
    """What so many people-hours of so many weeks are worth."""
    if people_hours < LEAST:
        return "configured"
    return "weak" if people_hours < ENOUGH or round(weeks) < ENOUGH_WEEKS else "measured"


def _contradiction(hours: Sequence[float], expected: Shares | None) -> int:
    shift, odds = apparent_shift(hours, expected)
    return shift if abs(shift) >= _CONTRADICTION_HOURS and odds >= _CONTRADICTION_ODDS else 0
