"""Free time: working time minus what is taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from cmday.core.communities import WorkingHours
from cmday.hours.working import Stretch, clipped, merged, working_stretches


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """What is left of ordered stretches when others are cut out; moments compare as instants, whatever their zones."""
    left = list(stretches)
    for start, end in merged(taken):
        cut: list[Stretch] = []
        for a, b in left:
            if b <= start or a >= end:
                cut.append((a, b))
                continue
            if a < start:
                cut.append((a, start))
            if end < b:
                cut.append((end, b))
        left = cut
    return left


def free_stretches(
    start: datetime, end: datetime, hours: WorkingHours, zone: tzinfo, busy: Iterable[Stretch]
) -> list[Stretch]:
    """The free working time between two moments, as UTC instants in order; ``busy`` must be in UTC too."""
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    working = working_stretches(first - timedelta(days=1), last, hours, zone)
    return without(clipped(working, start, end), busy)
