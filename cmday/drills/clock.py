"""The clock of a drill: it runs ``speed`` times as fast as the real one, from the moment of its last move."""

from __future__ import annotations

from datetime import datetime, tzinfo

from cmday.core.time import Clock
from cmday.drills.progress import Progress


class DrillClock(Clock):
    """Tells the scenario's time, which ends with the scenario; ``real`` is what it is measured by."""

    __slots__ = ("_progress", "_real")

    def __init__(self, zone: tzinfo, progress: Progress, real: Clock) -> None:
        super().__init__(zone)
        self._progress = progress
        self._real = real

    def now(self) -> datetime:
        """The present moment of the scenario."""
        return self._progress.now(self._real.now()).astimezone(self.zone).replace(microsecond=0)
