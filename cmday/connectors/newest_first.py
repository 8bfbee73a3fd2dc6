"""Reading lists that come newest first, in pages, with a cursor that loses nothing where a sweep is cut.

What was read is everything up to ``top``, but for the open stretches: from where a page ended down to what was known
before. They are read on at the same sweep, or at the next. Entries are ordered by a whole number (``mark``: an id that
rises, or a time); those that share one are told apart by their ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import msgspec
from msgspec.structs import replace

from cmday.connectors.http import parse_http_date
from cmday.connectors.protocol import Exchange, Partial, Response
from cmday.core.items import Cursor, Notification, Page, ThreadPost

MOST_OPEN: Final = 8
MOST_PAGES: Final = 40


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a list: what it means to us, which may be nothing."""

    mark: int
    id: str
    at: datetime
    notification: Notification | None = None
    post: ThreadPost | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One page: ``below`` asks for the next one, None on the last. ``posts`` are told even where no entry is new.

    ``now`` is the server's time; ``spoilt`` counts what could not be read.
    """

    entries: tuple[Found, ...]
    now: datetime
    below: str | None = None
    spoilt: int = 0
    posts: tuple[ThreadPost, ...] = ()


class Edge(msgspec.Struct, frozen=True):
    """A place in a list: up to this mark, the entries with these ids of those at the mark itself."""

    mark: int
    ids: tuple[str, ...]

    def has_above(self, one: Found) -> bool:
        return one.mark > self.mark or (one.mark == self.mark and one.id not in self.ids)

    def has_below(self, one: Found) -> bool:
        return one.mark < self.mark or (one.mark == self.mark and one.id not in self.ids)


class Stretch(msgspec.Struct, frozen=True, omit_defaults=True):
    """Not read yet: what lies below ``high``, and above ``low`` or not older than ``since`` (seconds since 1970)."""

    below: str
    high: Edge
    low: Edge | None = None
    since: float | None = None


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far one list was read."""

    top: Edge | None = None
    open: tuple[Stretch, ...] = ()


class Reach(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far an account was read. ``me`` is its own id, ``notes`` what else was learnt once."""

    me: str = ""
    notes: dict[str, str] = {}
    lines: dict[str, Line] = {}

    def cursor(self) -> Cursor:
        return Cursor(msgspec.json.encode(self).decode())


class Ask(Protocol):
    """Asks for one page of a list, the newest where ``below`` is None; None where it cannot be read at all."""

    def __call__(self, name: str, below: str | None, /) -> Exchange[Listed | None]: ...


def reach(since: Cursor | None) -> Reach:
    """The reach that a cursor holds; one that cannot be read means to begin anew, which stores nothing twice."""
    if since is None:
        return Reach()
    try:
        return msgspec.json.decode(since.value, type=Reach)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Reach()


class Sweep:
    """One sweep: ``known`` is how far it has come, ``doubts`` why something may be missing.

    ``first`` is how far back it goes where it is the first.
    """

    def __init__(self, known: Reach, names: Sequence[str], ask: Ask, first: timedelta) -> None:
        self.names = names
        self.known = replace(known, lines={name: known.lines.get(name, Line()) for name in names})
        self.ask = ask
        self.first = first
        self.doubts: list[str] = []
        self.followers: int | None = None
        self.said: str | None = None
        self._pages = 0

    def talk(self) -> Exchange[Page]:
        """The newest page of each list, then the stretches that are open."""
        for name in self.names:
            yield from self._newest(name)
        for name in self.names:
            while self.known.lines[name].open and self._pages < MOST_PAGES:
                yield from self._downwards(name)
        return self._page((), Listed(entries=(), now=datetime.now(UTC)))

    def _newest(self, name: str) -> Exchange[None]:
        listed = yield from self.ask(name, None)
        if listed is None:
            return
        line = self.known.lines[name]
        floor = None if line.top else listed.now - self.first
        fresh = [one for one in listed.entries if line.top is None or line.top.has_above(one)]
        if fresh:
            rest = _rest(listed, fresh, line.top, floor.timestamp() if floor else None)
            if len(line.open) >= MOST_OPEN and rest:
                self.doubts.append("too much is left to read of earlier sweeps; the oldest of it was given up")
            line = Line(top=_top(fresh, line.top), open=(*rest, *line.open)[:MOST_OPEN])
        yield from self._hand_over(name, line, fresh, listed, floor)

    def _downwards(self, name: str) -> Exchange[None]:
        line = self.known.lines[name]
        stretch, *others = line.open
        listed = yield from self.ask(name, stretch.below)
        self._pages += 1
        if listed is None:
            self.doubts.append("older entries can no longer be read")
            self.known = self._with(name, replace(line, open=tuple(others)))
            return
        lower = [one for one in listed.entries if stretch.high.has_below(one)]
        fresh = [one for one in lower if stretch.low is None or stretch.low.has_above(one)]
        rest: tuple[Stretch, ...] = ()
        if fresh:
            rest = _rest(listed, fresh, stretch.low, stretch.since)
        elif not lower and listed.below and listed.below != stretch.below:
            # Newer entries have pushed the page down: it held only what is known.
            rest = (replace(stretch, below=listed.below),)
        floor = datetime.fromtimestamp(stretch.since, UTC) if stretch.since else None
        yield from self._hand_over(name, replace(line, open=(*rest, *others)), fresh, listed, floor)

    def _hand_over(
        self, name: str, line: Line, fresh: Iterable[Found], listed: Listed, floor: datetime | None
    ) -> Exchange[None]:
        self.known = self._with(name, line)
        told = [one for one in fresh if floor is None or one.at >= floor]
        if told or listed.posts or listed.spoilt:
            yield Partial(self._page(told, listed))

    def _with(self, name: str, line: Line) -> Reach:
        return replace(self.known, lines={**self.known.lines, name: line})

    def _page(self, told: Iterable[Found], listed: Listed) -> Page:
        told = list(told)
        doubts = [
            *self.doubts,
            *([f"{listed.spoilt} of the server's entries could not be read"] if listed.spoilt else []),
        ]
        self.doubts = []
        posts = {one.post.id: one.post for one in told if one.post} | {post.id: post for post in listed.posts}
        page = Page(
            notifications=tuple(one.notification for one in told if one.notification),
            cursor=self.known.cursor(),
            gap="; ".join(doubts) or None,
            thread=tuple(posts.values()),
            followers=self.followers,
            said=self.said,
        )
        self.followers = None
        return page


def server_time(response: Response) -> datetime:
    """What time it is at the server; ours where it does not say."""
    return parse_http_date(response.header("date") or "") or datetime.now(UTC)


def _top(fresh: Sequence[Found], before: Edge | None) -> Edge:
    highest = max(one.mark for one in fresh)
    ids = [one.id for one in fresh if one.mark == highest]
    if before and before.mark == highest:
        ids += before.ids
    return Edge(highest, tuple(ids))


def _rest(listed: Listed, fresh: Sequence[Found], low: Edge | None, since: float | None) -> tuple[Stretch, ...]:
    """What is left below this page, where it does not reach down to what is known, or to what is too old.

    Two entries must be too old, so that one broken date does not end it.
    """
    known = low is not None and any(not low.has_above(one) for one in listed.entries)
    old = since is not None and sum(one.at.timestamp() < since for one in fresh) > 1
    if listed.below is None or known or old:
        return ()
    lowest = min(one.mark for one in fresh)
    edge = Edge(lowest, tuple(one.id for one in fresh if one.mark == lowest))
    return (Stretch(below=listed.below, high=edge, low=low, since=since),)
