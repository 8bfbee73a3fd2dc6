"""Lists that an API pages from the newest down, read so that a sweep may be cut anywhere and nothing is lost.

The newest page is asked first. What lies between it and what was known before is a ``Gap``, read page by page in this
sweep or the next. ``ask`` knows how its API names a page; here a page is its entries and the name of the one below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import msgspec
from msgspec.structs import replace

from cmday.connectors.protocol import Exchange
from cmday.core.items import Cursor

# What is listed late, below what is known already, is noticed for so long.
OVERLAP: Final = timedelta(minutes=5)
MOST_RECENT: Final = 300
MOST_GAPS: Final = 8
LOST: Final = "the oldest of what earlier sweeps left is no longer looked for"
REST: Final = "there is more than cmday reads at once; the rest comes next time"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: when it happened, its native id, and what the API said of it.

    ``place`` is the moment by which the list is ordered, where that is another (an answer listed with what it answers).
    """

    at: datetime
    id: str
    body: Any
    place: datetime | None = None

    @property
    def where(self) -> datetime:
        return self.place or self.at


class Listing(msgspec.Struct, frozen=True):
    """One page: what could be read, how many could not, and how the API calls the page below (None: the last)."""

    entries: Sequence[Entry]
    spoilt: int = 0
    below: str | None = None


class Gap(msgspec.Struct, frozen=True, omit_defaults=True):
    """Not read yet: from the page ``at`` on, not above ``top`` (but for the ids ``edge``), newer than ``floor``.

    ``low`` are the ids of that very moment ``floor`` that are known.
    """

    at: str
    top: datetime
    floor: datetime
    edge: tuple[str, ...] = ()
    low: tuple[str, ...] = ()


class Reach(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has been read: everything up to ``top`` but the gaps. ``recent`` are the entries of the last minutes before.

    ``notes`` is what the connector remembers beside it, as JSON knows it.
    """

    top: datetime | None = None
    recent: tuple[tuple[datetime, str], ...] = ()
    gaps: tuple[Gap, ...] = ()
    notes: dict[str, Any] = {}

    def cursor(self) -> Cursor:
        return Cursor(msgspec.json.encode(self).decode())

    def noting(self, **notes: Any) -> Reach:
        """With these notes; one that is None is forgotten."""
        merged = {**self.notes, **notes}
        return replace(self, notes={name: value for name, value in merged.items() if value is not None})


def reach(cursor: Cursor | None) -> Reach:
    """The reach that a cursor holds; one that cannot be read means to begin anew, which stores nothing twice."""
    if cursor is None:
        return Reach()
    try:
        return msgspec.json.decode(cursor.value, type=Reach)
    except msgspec.MsgspecError:
        return Reach()


Ask: TypeAlias = "Callable[[str | None], Exchange[Listing | None]]"
HandOver: TypeAlias = "Callable[[list[Entry], int], Exchange[None]]"


class Walk:
    """One sweep down a list. ``now`` is the server's, where it tells it; ``most_pages`` bounds a sweep, ``first`` one
    that is the first: how far back it goes.

    ``ask`` gets the name of a page, None for the newest; its answer None says that nothing changed.
    """

    def __init__(self, known: Reach, ask: Ask, *, now: datetime, first: timedelta, most_pages: int = 40) -> None:
        self.known = known
        self.ask = ask
        self.now = now
        self.first = first
        self.most_pages = most_pages
        self.doubt: str | None = None

    def talk(self, hand_over: HandOver, *, newest: bool = True) -> Exchange[None]:
        """Hand each page over, newest first; ``known`` then counts it as read. Without ``newest`` only the gaps."""
        pages = 0
        if newest:
            pages += 1
            listing = yield from self.ask(None)
            if listing is not None:
                yield from self._newest(listing, hand_over)
        while self.known.gaps:
            if pages >= self.most_pages:
                self.doubt = REST
                return
            pages += 1
            gap = self.known.gaps[0]
            listing = yield from self.ask(gap.at)
            yield from self._lower(gap, listing or Listing(()), hand_over)

    def _newest(self, listing: Listing, hand_over: HandOver) -> Exchange[None]:
        before = self.known
        recent = {number for _, number in before.recent}
        floor = before.top or self.now - self.first
        from_then_on = floor - OVERLAP if before.top else floor
        fresh = [one for one in listing.entries if one.at >= from_then_on and one.id not in recent]
        self._remember(listing.entries)
        lowest = min((one.where for one in listing.entries), default=None)
        if listing.below and lowest and lowest > floor:
            low = tuple(number for at, number in before.recent if at == floor)
            gap = Gap(listing.below, lowest, floor, _at(listing.entries, lowest), low)
            if len(self.known.gaps) >= MOST_GAPS:
                self.doubt = LOST
            self.known = replace(self.known, gaps=(gap, *self.known.gaps)[:MOST_GAPS])
        if fresh or listing.spoilt or self.known.gaps != before.gaps:
            yield from hand_over(fresh, listing.spoilt)

    def _lower(self, gap: Gap, listing: Listing, hand_over: HandOver) -> Exchange[None]:
        def is_in(one: Entry) -> bool:
            above = one.where > gap.top or one.id in gap.edge
            below = one.at < gap.floor or (one.at == gap.floor and one.id in gap.low)
            return not (above or below)

        fresh = [one for one in listing.entries if is_in(one)]
        lowest = min((one.where for one in listing.entries), default=None)
        rest = self.known.gaps[1:]
        if listing.below and listing.below != gap.at and lowest and lowest > gap.floor:
            top = min(lowest, gap.top)
            rest = (replace(gap, at=listing.below, top=top, edge=_at(listing.entries, top)), *rest)
        self.known = replace(self.known, gaps=rest)
        self._remember(fresh)
        yield from hand_over(fresh, listing.spoilt)

    def _remember(self, entries: Iterable[Entry]) -> None:
        """Know these entries again, as long as they are of the last minutes before the newest."""
        found = {number: at for at, number in self.known.recent} | {one.id: one.at for one in entries}
        if not found:
            return
        # What claims to be of the future must not hide what comes until then.
        top = min(max([*found.values(), *([self.known.top] if self.known.top else [])]), self.now)
        recent = sorted(((at, number) for number, at in found.items() if at >= top - OVERLAP), reverse=True)
        self.known = replace(self.known, top=top, recent=tuple(recent[:MOST_RECENT]))


def _at(entries: Iterable[Entry], moment: datetime) -> tuple[str, ...]:
    return tuple(one.id for one in entries if one.where == moment)
