"""Why an operation is where it is, or nowhere, in sentences: English in JSON, the chosen language on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from cmday.core.operations import Operation, Wants
from cmday.hours.placement import BlockedBy, Blocker, Choice, Fix, KeptBecause, Placed, Unplaced
from cmday.i18n import Phrase, language, phrase
from cmday.terminal import wording
from cmday.text.safe_text import safe

_WITHIN: Final = 60
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

    __slots__ = ("day_only", "moment", "now")

    def __init__(self, moment: datetime, now: datetime, *, day_only: bool = False) -> None:
        super().__init__("{moment}", {"moment": moment.isoformat()})
        self.moment = moment.astimezone(now.tzinfo)
        self.now = now
        self.day_only = day_only

    @property
    def english(self) -> str:
        return self._in("en")

    def __str__(self) -> str:
        return self._in(language())

    def _in(self, spoken: str) -> str:
        """``Tue 3 10:00``: the week alone does not tell apart two Tuesdays of a plan."""
        if self.day_only:
            return wording.day_of_month(self.moment.date(), spoken)
        time = wording.time(self.moment)
        today = self.now.astimezone(self.moment.tzinfo).date()
        if self.moment.date() == today:
            return time
        return f"{wording.day_ahead(self.moment.date(), today, spoken)} {time}"


class Share(Phrase):
    """A share of the usual traffic inside a sentence, ``38 %``."""

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        super().__init__("{value}", {"value": value})
        self.value = value

    @property
    def english(self) -> str:
        return f"{round(self.value * 100)}{wording.NBSP}%"

    def __str__(self) -> str:
        return self.english


class Length(Phrase):
    """A length inside a sentence, ``1 h 30``."""

    __slots__ = ("length",)

    def __init__(self, length: timedelta) -> None:
        super().__init__("{length}", {"length": length})
        self.length = length

    @property
    def english(self) -> str:
        return wording.duration(round(self.length.total_seconds() / 60))

    def __str__(self) -> str:
        return self.english


def called(title: str) -> str:
    """A title as it stands within a sentence, where it must not be the sentence."""
    return safe(title, _WITHIN)


def why(placed: Placed, *, supposed: bool, share: float | None = None) -> Phrase:
    """Why an operation is where it is; ``share`` is the traffic there, where it was measured."""
    one = placed.operation
    if placed.kept is not None:
        return _WHY_KEPT[placed.kept]
    if one.wants == "any" or one.community is None:
        return phrase("the earliest free time")
    if placed.level == one.wants:
        return _as_wanted(one.wants, one.community, share, supposed=supposed)
    if one.wants == "quiet":
        return phrase("the quietest free time left for {community}", community=one.community)
    return phrase("the busiest free time left for {community}", community=one.community)


def _as_wanted(wants: Wants, community: str, share: float | None, *, supposed: bool) -> Phrase:
    if share is not None:
        told = Share(share)
        if wants == "peak":
            return phrase("peak hours of {community}, {share} of its usual", community=community, share=told)
        return phrase("quiet hours of {community}, {share} of its usual", community=community, share=told)
    if wants == "peak":
        return phrase("the earliest free peak hours of {community}", community=community)
    if supposed:
        return phrase("the earliest free supposed quiet hours of {community}", community=community)
    return phrase("the earliest free quiet hours of {community}", community=community)


def why_moved(one: Operation, cause: Blocker | None) -> Phrase:
    """Why an operation does not stay where it was; without a cause it found a better place."""
    if one.start is None:
        return phrase("new")
    if cause is None:
        return phrase("a much better place has become free")
    if cause.title is not None:
        return _WHY_MOVED_FOR[cause.kind](called(cause.title))
    return _WHY_MOVED[cause.kind]


def event_moved(event: str) -> Phrase:
    """Why an operation moves that hangs on an event."""
    return phrase("{event} has moved", event=called(event))


def event_gone(event: str) -> Phrase:
    """Why an operation goes that hung on an event."""
    return phrase("{event} does not take place, and this goes with it", event=called(event))


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
        return phrase("it fits in {count} parts of {length}", count=one.parts, length=Length(one.length))
    if one.kind == "event" and one.event:
        return phrase(
            'it fits if "{event}" of {when} moves', event=called(one.event.title), when=When(one.event.start, now)
        )
    if one.kind == "operation" and one.operation:
        return phrase('it fits if "{operation}" is free to move', operation=called(one.operation.title))
    return phrase("it fits with no more than {length}", length=Length(one.length or timedelta()))


def fixes(these: Sequence[Fix], now: datetime) -> Phrase | None:
    """All that would make room in one sentence; None where nothing was found."""
    if not these:
        return None
    said = _fits(these[0], now)
    for one in these[1:]:
        said = phrase("{one}, or {other}", one=said, other=_fits(one, now))
    return phrase("fits {ways}", ways=said)


def _fits(one: Fix, now: datetime) -> Phrase:
    """What ``fix`` says, to stand behind "fits"."""
    if one.kind == "deadline" and one.at:
        return phrase("if the deadline moves to {when}", when=When(one.at, now))
    if one.kind == "split" and one.length:
        return phrase("in {count} parts of {length}", count=one.parts, length=Length(one.length))
    if one.kind == "event" and one.event:
        return phrase('if "{event}" of {when} moves', event=called(one.event.title), when=When(one.event.start, now))
    if one.kind == "operation" and one.operation:
        return phrase('if "{operation}" is free to move', operation=called(one.operation.title))
    return phrase("with no more than {length}", length=Length(one.length or timedelta()))


_BLOCKED: Final[dict[BlockedBy, Phrase]] = {
    "past": phrase("it has gone by"),
    "too-early": phrase("it may not begin so early"),
    "deadline": phrase("it would miss its deadline"),
    "closed": phrase("no working time"),
    "day-full": phrase("the day would hold more than its limit"),
}
_BLOCKED_BY: Final[dict[BlockedBy, Callable[[str], Phrase]]] = {
    "event": lambda title: phrase("{event} is then", event=title),
    "operation": lambda title: phrase("{operation} is there", operation=title),
    "waits": lambda title: phrase("it comes after {operation}", operation=title),
    "holds": lambda title: phrase("{operation} comes after it", operation=title),
}


def blocked(one: Blocker) -> Phrase:
    """What keeps an operation from a place it could have."""
    return _BLOCKED_BY[one.kind](called(one.title)) if one.title is not None else _BLOCKED[one.kind]


def instead(one: Choice, better: bool, now: datetime, share: float | None) -> Phrase:
    """The place that was not taken: a better one that is not free, or the next that is."""
    where: Phrase = When(one.start, now)
    if share is not None:
        where = phrase("{when} ({share})", when=where, share=Share(share))
    if better and one.blocked_by:
        return phrase("better would be {where}, but {blocker}", where=where, blocker=blocked(one.blocked_by[0]))
    return phrase("preferred to {where}", where=where)


def lies_on(title: str) -> Phrase:
    """That an operation is fixed where something else is."""
    return phrase("it is fixed where {event} is", event=called(title))


def over(one: Operation, *, later: bool = False) -> Phrase:
    """That an operation is in no plan any more, or not yet."""
    if later:
        return phrase("its time begins behind these weeks; it finds its place when that comes nearer")
    if one.state == "done":
        return phrase("it is done")
    if one.state == "dropped":
        return phrase("it was dropped")
    return phrase("it waits in the outbox to be sent")
