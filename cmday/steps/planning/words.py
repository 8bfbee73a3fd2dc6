"""Why an operation is where it is, or nowhere, in sentences: English in JSON, the chosen language on the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from cmday.core.operations import Operation, Wants
from cmday.hours.placement import BlockedBy, Blocker, Fix, KeptBecause, Placed, Unplaced
from cmday.i18n import Phrase, language, phrase
from cmday.terminal import wording

_WHY_KEPT: Final[dict[KeptBecause, Phrase]] = {
    "begun": phrase("it is under way"),
    "now": phrase("it is its time now"),
    "locked": phrase("you fixed it there"),
    "fits": phrase("it stays where you agreed to it"),
}


_WHY_MOVED: Final[dict[BlockedBy, Phrase]] = {
    "past": phrase("its time went by"),
    "too-early": phrase("it would begin too early there"),
    "deadline": phrase("it would miss its deadline there"),
    "closed": phrase("there is no working time any more"),
    "day-full": phrase("that day would hold more than its limit"),
}
_WHY_MOVED_FOR: Final[dict[BlockedBy, Callable[[str], Phrase]]] = {
    "event": lambda title: phrase("{event} takes its time now", event=title),
    "operation": lambda title: phrase("{operation} needs its place", operation=title),
    "waits": lambda title: phrase("it comes after {operation}, which ends too late for it there", operation=title),
    "holds": lambda title: phrase("{operation} comes after it, and needs it done sooner", operation=title),
}


class When(Phrase):
    """A moment inside a sentence, written as each language writes it."""

    __slots__ = ("moment", "now")

    def __init__(self, moment: datetime, now: datetime) -> None:
        super().__init__("{moment}", {"moment": moment.isoformat()})
        self.moment = moment.astimezone(now.tzinfo)
        self.now = now

    @property
    def english(self) -> str:
        return wording.when(self.moment, self.now, "en")

    def __str__(self) -> str:
        return wording.when(self.moment, self.now, language())


def why(placed: Placed, *, supposed: bool) -> Phrase:
    """Why an operation is where it is."""
    if placed.kept is not None:
        return _WHY_KEPT[placed.kept]
    one = placed.operation
    if one.wants == "any" or one.community is None:
        return phrase("the earliest free time")
    if placed.level != one.wants:
        return _second_best(one.wants, one.community)
    if one.wants == "peak":
        return phrase("the earliest free peak hours of {community}", community=one.community)
    if supposed:
        return phrase("the earliest free supposed quiet hours of {community}", community=one.community)
    return phrase("the earliest free quiet hours of {community}", community=one.community)


def _second_best(wants: Wants, community: str) -> Phrase:
    if wants == "quiet":
        return phrase("the quietest free time left for {community}", community=community)
    return phrase("the busiest free time left for {community}", community=community)


def why_moved(one: Operation, cause: Blocker | None) -> Phrase:
    """Why an operation does not stay where it was; without a cause it found a better place."""
    if one.start is None:
        return phrase("new")
    if cause is None:
        return phrase("a much better place has become free")
    if cause.title is not None:
        return _WHY_MOVED_FOR[cause.kind](cause.title)
    return _WHY_MOVED[cause.kind]


def event_moved(event: str) -> Phrase:
    """Why an operation moves that hangs on an event."""
    return phrase("{event} has moved", event=event)


def event_gone(event: str) -> Phrase:
    """Why an operation goes that hung on an event."""
    return phrase("{event} does not take place, and this goes with it", event=event)


def reason(missing: Unplaced) -> Phrase:
    """Why an operation has no place."""
    return {
        "overdue": phrase("its deadline has passed"),
        "too-long": phrase("it is longer than any stretch of working time"),
        "too-late": phrase("no stretch of working time before its deadline is long enough"),
        "waits": phrase("what it waits for has no place"),
        "full": phrase("no free stretch that is long enough is left"),
    }[missing.reason]


def fix(one: Fix, now: datetime) -> Phrase:
    """One thing that would make room."""
    if one.kind == "deadline" and one.at:
        return phrase("it fits if the deadline moves to {when}", when=When(one.at, now))
    if one.kind == "split" and one.length:
        minutes = int(one.length.total_seconds() // 60)
        return phrase("it fits in {count} parts of {minutes} minutes", count=one.parts, minutes=minutes)
    if one.kind == "event" and one.event:
        return phrase('it fits if "{event}" of {when} moves', event=one.event.title, when=When(one.event.start, now))
    if one.kind == "operation" and one.operation:
        return phrase('it fits if "{operation}" is free to move', operation=one.operation.title)
    minutes = int(one.length.total_seconds() // 60) if one.length else 0
    return phrase("it fits with no more than {minutes} minutes", minutes=minutes)
