"""Operations: the CM's own pieces of work, and the windows they go into. Both words are ours.

An *operation* is a piece of work with a length, perhaps a deadline, for one community. A *quiet window* is a span in
which a community's traffic is low, so that an operation there disturbs fewest; a *peak* is the opposite.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

Wants = Literal["quiet", "peak", "any"]
Level = Literal["quiet", "normal", "peak"]
Basis = Literal["measured", "weak", "configured"]
OperationState = Literal["open", "running", "paused", "done", "dropped"]
OpenHours = Literal["work", "extended"]


class Offset(msgspec.Struct, frozen=True):
    """Whole days from the day of an event, hours from its start, or the event itself (``live``)."""

    unit: Literal["day", "hour", "live"]
    amount: int = 0

    def __str__(self) -> str:
        if self.unit == "live":
            return "live"
        return ("D" if self.unit == "day" else "H") + (f"{self.amount:+d}" if self.amount else "")


class EventLink(msgspec.Struct, frozen=True, kw_only=True):
    """The calendar event that an operation hangs on, and how far from it: ``D-7``, ``H-1``, ``live``, ``D+1``.

    ``start`` is the occurrence's own start as it was last seen, which tells apart the days of a recurring event.
    """

    calendar: str
    uid: str
    title: str
    start: datetime
    offset: str


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of work. ``start`` is set once it is placed; all moments are aware; priority 1 is highest.

    It comes after the operations of the ids in ``after``, and ``gap`` later than their ends; ``buffer`` is the time
    kept free behind it. ``hours`` says whether it may go into the evenings and week-ends that the CM opens beside her
    working time; ``presence`` is false for what happens without her, as a post that leaves by itself, and takes no time
    of hers. ``every`` makes it come back that long after it was done, ``event`` hangs it on a calendar event, ``group``
    names the contest or campaign that it is part of.
    """

    id: str
    title: str
    community: str | None
    duration: timedelta
    wants: Wants = "quiet"
    due: datetime | None = None
    not_before: datetime | None = None
    start: datetime | None = None
    priority: int = 2
    state: OperationState = "open"
    created: datetime
    began: datetime | None = None
    spent: timedelta = timedelta()
    locked: bool = False
    kind: str = "work"
    after: tuple[str, ...] = ()
    gap: timedelta = timedelta()
    buffer: timedelta = timedelta()
    hours: OpenHours = "work"
    presence: bool = True
    every: timedelta | None = None
    event: EventLink | None = None
    group: str | None = None

    @property
    def end(self) -> datetime | None:
        return self.start + self.duration if self.start else None

    def remaining(self, now: datetime) -> timedelta:
        """How much work is left: what was spent is taken off, and what has run since it was last begun."""
        running = now - self.began if self.state == "running" and self.began else timedelta()
        return max(self.duration - self.spent - running, timedelta())


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A span of a community's traffic. ``traffic`` 1.0 is its usual; ``confidence`` 0 to 1, None when not measured."""

    community: str
    start: datetime
    end: datetime
    level: Level
    traffic: float | None
    confidence: float | None
    basis: Basis
