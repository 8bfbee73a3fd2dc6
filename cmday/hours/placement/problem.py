"""The placement problem in slots, as its files hold it: what is to be placed, and on what.

A slot is a quarter hour; slot 0 begins with the first day. Spans are half open, ``[start, end)``, and lists of spans
are flat: start, end, start, end.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from cmday.core.operations import OpenHours, Wants

SLOTS_PER_DAY: Final = 96
MISSING: Final = 5000
"""What an operation without a place costs, times its weight."""


_SHORT: Final = {"duration": "dur", "community": "com", "weight": "prio"}


class Task(msgspec.Struct, frozen=True, kw_only=True, rename=_SHORT):
    """One operation in slots. ``weight`` 3 is heaviest; ``gap`` lies behind the end of each in ``after``.

    Beyond the files: ``windows`` are open hours of its own instead of the problem's; with ``presence`` false it takes
    no time and counts for no day; away from ``home``, where it was, it costs ``price`` more.
    """

    id: int
    kind: str = "work"
    wants: Wants
    duration: int
    earliest: int = 0
    deadline: int
    community: int = 0
    weight: int = 2
    after: tuple[int, ...] = ()
    gap: int = 0
    buffer: int = 0
    hours: OpenHours = "work"
    windows: tuple[int, ...] | None = None
    presence: bool = True
    home: int | None = None
    price: int = 0


class Problem(msgspec.Struct, frozen=True, kw_only=True, rename={"tasks": "ops", "extended": "ext"}):
    """All of a problem. ``activity[community]`` is 0 to 1000 for each slot of a week (or of any length; it repeats).

    ``day_limit`` is the most slots of work in a day. Beyond the files: ``slots`` and ``days``, the length and the first
    slots of the days where they are not all of 96; ``held``, spans of work that stays where it is, with its buffers;
    ``spent``, what of each day's limit that uses up.
    """

    weeks: int = 0
    day_limit: int
    tasks: tuple[Task, ...]
    busy: tuple[int, ...] = ()
    work: tuple[int, ...] = ()
    extended: tuple[int, ...] = ()
    activity: tuple[tuple[int, ...], ...]
    slots_per_day: Literal[96] = SLOTS_PER_DAY
    slots: int | None = None
    days: tuple[int, ...] | None = None
    held: tuple[int, ...] = ()
    spent: tuple[int, ...] = ()

    @property
    def horizon(self) -> int:
        """The number of slots."""
        return self.weeks * 7 * self.slots_per_day if self.slots is None else self.slots
