"""Moments as slots and back: slots are quarter hours of UTC, so that no clock change stretches or doubles one.

Days are the CM's own, and as long as they are: 92, 96 or 100 slots where her clocks change by an hour.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from cmday.hours.ground import Ground
from cmday.hours.working import local_moment

_SECONDS: Final = 15 * 60
SLOT: Final = timedelta(seconds=_SECONDS)


class Grid:
    """The quarter hours from the midnight before now to the end of the ground."""

    def __init__(self, ground: Ground) -> None:
        midnights = []
        day = ground.first
        while (midnight := local_moment(day, 0, ground.zone)) < ground.until:
            midnights.append(int(midnight.timestamp()) // _SECONDS)
            day += timedelta(days=1)
        self._first = midnights[0]
        self.days = tuple(midnight - self._first for midnight in midnights)
        self.slots = self.before(ground.until)

    def before(self, moment: datetime) -> int:
        """The last slot that begins at a moment or before it."""
        return int(moment.timestamp() // _SECONDS) - self._first

    def after(self, moment: datetime) -> int:
        """The first slot that begins at a moment or after it."""
        return int(-(-moment.timestamp() // _SECONDS)) - self._first

    def moment(self, slot: int) -> datetime:
        """When a slot begins, in UTC."""
        return datetime.fromtimestamp((slot + self._first) * _SECONDS, UTC)

    def on(self, moment: datetime) -> bool:
        """Whether a slot begins at this very moment."""
        return self.before(moment) == self.after(moment)


def slots_of(length: timedelta) -> int:
    """How many slots a length takes, begun ones counted."""
    return -(-length // SLOT)
