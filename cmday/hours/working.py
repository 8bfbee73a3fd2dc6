"""Working time: the spans of a day, and arithmetic that counts nothing else.

Spans come as pairs of UTC instants, because two local times of one zone compare by the wall clock in Python and are
wrong where clocks change; single moments come back in the zone asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final, TypeAlias

from cmday.core.communities import Span, WorkingHours
from cmday.hours.holidays import holiday

Stretch: TypeAlias = tuple[datetime, datetime]

# Beyond this many days without working time there is no point in looking further.
HORIZON_DAYS: Final = 400
_MIDNIGHT: Final = 24 * 60


def local_moment(day: date, minute: int, zone: tzinfo) -> datetime:
    """A local minute of a day (1440 is the next midnight) as a real moment of the zone.

    A minute that the clocks skip becomes the one an hour later; of a minute that comes twice the first is meant.
    """
    if minute >= _MIDNIGHT:
        day, minute = day + timedelta(days=1), minute - _MIDNIGHT
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
    return wall.astimezone(UTC).astimezone(zone)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches in order, those that touch or overlap made one, empty ones left out."""
    whole: list[Stretch] = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def is_day_off(day: date, hours: WorkingHours) -> bool:
    """Whether nobody works on this day: a day off of their own, or a public holiday of their country."""
    return day.isoformat() in hours.days_off or (hours.country is not None and holiday(day, hours.country) is not None)


def spans_of(day: date, hours: WorkingHours) -> tuple[Span, ...]:
    """The working spans of a calendar day in local minutes, in order; empty on a day off."""
    spans = tuple(sorted(span for span in hours.spans if span.weekday == day.weekday()))
    return () if not spans or is_day_off(day, hours) else spans


def working_stretches(first: date, last: date, hours: WorkingHours, zone: tzinfo) -> list[Stretch]:
    """The working time of the days ``first`` to ``last``, both included, as UTC instants in order."""
    return merged(
        (local_moment(day, span.start, zone).astimezone(UTC), local_moment(day, span.end, zone).astimezone(UTC))
        for day in _days(first, last)
        for span in spans_of(day, hours)
    )


def clipped(stretches: Iterable[Stretch], start: datetime, end: datetime) -> list[Stretch]:
    """What of the stretches lies between two moments."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    return [(max(a, start), min(b, end)) for a, b in stretches if a < end and b > start]


def minutes_of(stretches: Iterable[Stretch]) -> int:
    """Whole minutes of stretches that do not overlap."""
    return int(sum((end - start for start, end in stretches), timedelta()).total_seconds() // 60)


def add_working_minutes(start: datetime, minutes: float, hours: WorkingHours, zone: tzinfo) -> datetime:
    """The moment when so many working minutes have passed since ``start``; nothing added gives ``start`` itself.

    Who has no working time within 400 days is taken by the clock.
    """
    left = timedelta(minutes=minutes)
    begin = start.astimezone(UTC)
    if left <= timedelta():
        return start.astimezone(zone)
    for a, b in _from(begin, hours, zone):
        if b <= begin:
            continue
        at = max(a, begin)
        if b - at >= left:
            return (at + left).astimezone(zone)
        left -= b - at
    return (begin + timedelta(minutes=minutes)).astimezone(zone)


def working_minutes_between(a: datetime, b: datetime, hours: WorkingHours, zone: tzinfo) -> int:
    """Whole working minutes from ``a`` to ``b``; negative where ``b`` comes first."""
    if b < a:
        return -working_minutes_between(b, a, hours, zone)
    stretches = working_stretches(a.astimezone(zone).date() - timedelta(days=1), b.astimezone(zone).date(), hours, zone)
    return minutes_of(clipped(stretches, a, b))


def day_end(day: date, hours: WorkingHours, zone: tzinfo) -> datetime:
    """When work ends on a day; on a day without work, when it usually would (18:00 where nothing says)."""
    return local_moment(day, hours.usual_end(day.weekday()), zone)


def _from(begin: datetime, hours: WorkingHours, zone: tzinfo) -> Iterator[Stretch]:
    """Working stretches from the day of ``begin`` on, a week at a time; stretches across the seam come in two."""
    if not hours.spans:
        return
    first = begin.astimezone(zone).date() - timedelta(days=1)
    monday = first - timedelta(days=first.weekday())
    for days in range(0, HORIZON_DAYS + 7, 7):
        yield from _week(monday + timedelta(days=days), hours, zone)


@lru_cache(maxsize=128)
def _week(monday: date, hours: WorkingHours, zone: tzinfo) -> list[Stretch]:
    """Kept, because a thousand items of one week ask for the same."""
    return working_stretches(monday, monday + timedelta(days=6), hours, zone)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
