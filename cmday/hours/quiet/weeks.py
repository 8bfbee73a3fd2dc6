"""People-hours on the clocks of an audience: each hour of the local week, with how often it was looked at.

A *people-hour* is one person active in one local hour, however much was said. A cell is an hour of the week, 0 is
Monday from midnight. Hours nobody looked at and days left out have no exposure, so that they do not pass for quiet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

import msgspec

CELLS: Final = 168
DAY: Final = 24
_HOUR: Final = 3600
# 1970-01-01 was a Thursday.
_EPOCH_CELL: Final = 3 * DAY
_EPOCH: Final = date(1970, 1, 1)


class Week(msgspec.Struct):
    """Seven days of counts; ``age`` counts whole weeks back from the newest, 0 is the newest."""

    age: int
    people: list[float]
    exposure: list[float]


class Offset(msgspec.Struct, frozen=True):
    """A stretch of UTC seconds in which a zone keeps one offset (seconds east)."""

    start: int
    end: int
    seconds: int


def offsets(zone: tzinfo, start: int, end: int) -> list[Offset]:
    """The stretches of one offset between two instants; clocks may change by less than an hour, as on Lord Howe."""
    found: list[Offset] = []
    at = start
    while at < end:
        now = _offset(zone, at)
        until = _change(zone, at, end, now)
        found.append(Offset(at, until, now))
        at = until
    return found


def _offset(zone: tzinfo, at: int) -> int:
    shift = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
    return int(shift.total_seconds()) if shift else 0


def _change(zone: tzinfo, at: int, end: int, now: int) -> int:
    """When the offset next changes, to the second, or ``end``; a month at a time and then by halves."""
    step = 28 * DAY * _HOUR
    low = at
    while low < end:
        high = min(low + step, end)
        if _offset(zone, high) != now:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == now else (low, middle)
            return high
        low = high
    return end


def cell_of(local_hour: int) -> int:
    """The cell of a local hour, which counts from 1970 on the local clock."""
    return (local_hour + _EPOCH_CELL) % CELLS


def day_of(local_hour: int) -> date:
    """The local day of a local hour."""
    return _EPOCH + timedelta(days=local_hour // DAY)


def weeks_of(
    people: Iterable[tuple[int, float]],
    looked: Sequence[tuple[int, int]],
    clock: Sequence[Offset],
    left_out: Collection[date] = (),
) -> list[Week]:
    """The weeks before the end of ``clock``, newest first; weeks nobody looked at are missing.

    ``people`` are pairs of a local hour (hours since 1970 on the local clock) and how many distinct people were active
    in it, in any order; ``looked`` the stretches of UTC seconds that are covered, apart from each other.
    """
    if not clock:
        return []
    newest = (clock[-1].end - 1 + clock[-1].seconds) // _HOUR
    skipped = {(day - _EPOCH).days for day in left_out}
    seen: dict[int, float] = {}
    for hour, share in _exposed(looked, clock):
        if hour // DAY not in skipped:
            seen[hour] = seen.get(hour, 0.0) + share
    weeks: dict[int, Week] = {}
    for hour, share in seen.items():
        age = (newest - hour) // CELLS
        if age not in weeks:
            weeks[age] = Week(age, [0.0] * CELLS, [0.0] * CELLS)
        weeks[age].exposure[cell_of(hour)] += share
    for hour, count in people:
        if hour in seen:
            weeks[(newest - hour) // CELLS].people[cell_of(hour)] += count
    return [weeks[age] for age in sorted(weeks)]


def _exposed(looked: Sequence[tuple[int, int]], clock: Sequence[Offset]) -> Iterator[tuple[int, float]]:
    """Each local hour that was looked at, and what share of an hour that was; an hour that comes twice comes twice."""
    for stretch in clock:
        for start, end in looked:
            first = max(start, stretch.start) + stretch.seconds
            last = min(end, stretch.end) + stretch.seconds
            if first >= last:
                continue
            begin, over = first // _HOUR, (last - 1) // _HOUR
            if begin == over:
                yield begin, (last - first) / _HOUR
                continue
            yield begin, 1 - first % _HOUR / _HOUR
            for hour in range(begin + 1, over):
                yield hour, 1.0
            yield over, ((last - 1) % _HOUR + 1) / _HOUR


def counted(weeks: Iterable[Week]) -> int:
    """The people-hours in these weeks."""
    return round(sum(sum(week.people) for week in weeks))


def length_in_weeks(weeks: Iterable[Week]) -> float:
    """How long was looked at, in weeks."""
    return sum(sum(week.exposure) for week in weeks) / CELLS
