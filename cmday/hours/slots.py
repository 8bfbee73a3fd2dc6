"""Starts on the quarter hours that an operation may have, and the best of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from cmday.core.operations import Operation
from cmday.hours.ground import Ground
from cmday.hours.working import Stretch

_SLOT: Final = 15 * 60
SLOT: Final = timedelta(seconds=_SLOT)


def fits(one: Operation, start: datetime, end: datetime, free: list[Stretch], ground: Ground) -> bool:
    """Whether a span (UTC) breaks no hard rule; ``free`` is the free time for this operation."""
    return (
        start >= max(ground.now, one.not_before or ground.now)
        and (one.due is None or end <= one.due)
        and any(a <= start and end <= b for a, b in free)
    )


def best_start(
    one: Operation,
    ground: Ground,
    taken: list[Stretch],
    *,
    due: datetime | None,
    length: timedelta | None = None,
) -> datetime | None:
    """The start on the quarter hours that suits best, in UTC, or None."""
    need = length or ground.length(one)
    earliest = max(ground.now, one.not_before or ground.now).astimezone(UTC)
    latest = min(ground.until, due.astimezone(UTC)) if due else ground.until
    best: tuple[float, datetime] | None = None
    traffic = ground.traffic(one.community)
    for a, b in ground.free(one.community, taken):
        start = _on_slot(max(a, earliest))
        while start + need <= min(b, latest):
            mean = round(traffic.between(start, start + need), 6)
            cost = {"quiet": mean, "peak": -mean, "any": 0.0}[one.wants]
            if best is None or cost < best[0]:
                best = (cost, start)
            if one.wants == "any":
                return start
            start += SLOT
    return best[1] if best else None


def _on_slot(moment: datetime) -> datetime:
    seconds = moment.timestamp()
    return datetime.fromtimestamp(-(-seconds // _SLOT) * _SLOT, UTC)
