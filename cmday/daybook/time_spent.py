"""How long each step took: the time from one thing done to the next goes to the step of the later one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.storage.journal import JournalEntry

# Who does nothing for longer was away; that time is nobody's.
IDLE: Final = timedelta(minutes=10)
# What others did, found by a sweep, is no work of one's own here.
_BY_OTHERS: Final = frozenset({"answered"})
_STOPS: Final = frozenset({"pause", "done", "drop"})


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What a step took: whole minutes, and how many things were done in it. ``step`` is None for what has none."""

    step: str | None
    minutes: int
    deeds: int


def time_spent(entries: Iterable[JournalEntry]) -> list[Spent]:
    """The time by step, in order of the first thing done in each.

    Longer than ten minutes without a trace counts only while an operation ran: from its beginning to its pause or end.
    """
    totals: dict[str | None, timedelta] = {}
    deeds: dict[str | None, int] = {}
    running: set[str | None] = set()
    before: datetime | None = None
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.id)):
        if entry.verb in _BY_OTHERS:
            continue
        totals.setdefault(entry.step, timedelta())
        deeds[entry.step] = deeds.get(entry.step, 0) + 1
        gap = entry.at - before if before else timedelta()
        if timedelta() < gap <= IDLE:
            totals[entry.step] += gap
        elif gap > IDLE and running:
            totals["planning"] = totals.get("planning", timedelta()) + gap
        if entry.verb == "begin":
            running.add(entry.item)
        elif entry.verb in _STOPS:
            running.discard(entry.item)
        before = entry.at
    return [
        Spent(step=step, minutes=round(total.total_seconds() / 60), deeds=deeds.get(step, 0))
        for step, total in totals.items()
    ]
