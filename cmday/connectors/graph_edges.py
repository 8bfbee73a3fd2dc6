"""Edges of the Graph API, read newest first: each is a list, and the first page of one may have come with another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from cmday.connectors.graph_api import GraphApi, is_no_such, is_not_allowed
from cmday.connectors.newest_first import Found, Listed, Reach, Sweep
from cmday.connectors.protocol import Exchange, Response
from cmday.connectors.social_posts import text_of
from cmday.connectors.token_api import now_of
from cmday.core.items import Page

PAGE: Final = 100
# Of so many posts, the newest, the comments are looked at; of each so many come at once.
MOST_POSTS: Final = 25
AT_ONCE: Final = 25
WITHOUT: Final = "without"


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """One list: its path, the fields asked of each entry, and how an entry is read. ``came`` is its first page.

    ``may_lack`` are those that a token need not be allowed to read.
    """

    name: str
    path: str
    read: Callable[[Any], Found | None]
    query: dict[str, str] = {}
    came: dict[str, Any] | None = None
    may_lack: bool = False


class Edges:
    """One sweep of several edges."""

    def __init__(self, api: GraphApi, known: Reach) -> None:
        self.api = api
        self.known = known
        self.doubts: list[str] = []
        self.edges: dict[str, Edge] = {}
        self.now: Response | None = None

    def first(self, name: str, path: str, *, may_lack: bool = False, **query: str | int) -> Exchange[dict[str, Any]]:
        """The first page of an edge; empty where this token may not read it, which is told once."""
        response = yield from self.api.get(path, **query)
        if may_lack and is_not_allowed(response):
            self.doubts += self._lacks(name, response)
            return {}
        told = self.api.table(response)
        self.api.rows(told)
        self.now = response
        return told

    def talk(self, edges: Iterable[Edge]) -> Exchange[Page]:
        self.edges = {one.name: one for one in edges}
        sweep: Sweep = Sweep(
            self.known,
            tuple(self.edges),
            lambda name, below: self._ask(sweep, name, below),
            self.api.account.first_sweep,
        )
        sweep.doubts += self.doubts
        sweep.said = self._said()
        return (yield from sweep.talk())

    def _ask(self, sweep: Sweep, name: str, below: str | None) -> Exchange[Listed | None]:
        edge = self.edges[name]
        if below is None and edge.came is not None and self.now is not None:
            return self._listed(edge, edge.came, self.now)
        response = yield from self.api.get(edge.path, after=below, limit=PAGE, **edge.query)
        sweep.said = self._said()
        if below is not None and is_no_such(response):
            return None
        if edge.may_lack and is_not_allowed(response):
            sweep.doubts += self._lacks(name, response)
            sweep.known = replace(sweep.known, notes=self.known.notes)
            return None
        return self._listed(edge, self.api.table(response), response)

    def _listed(self, edge: Edge, told: dict[str, Any], response: Response) -> Listed:
        rows = self.api.rows(told)
        found = [edge.read(one) for one in rows]
        return Listed(
            entries=tuple(one for one in found if one),
            now=now_of(response),
            below=below_of(told),
            spoilt=sum(one is None for one in found),
        )

    def _lacks(self, name: str, response: Response) -> list[str]:
        """Why something is missing, where that was not told before."""
        lacking = self.known.notes.get(WITHOUT, "").split()
        if name in lacking:
            return []
        self.known = replace(self.known, notes={**self.known.notes, WITHOUT: " ".join([*lacking, name])})
        return [f"this token may not read {name}: {self.api.words(response)}"]

    def _said(self) -> str | None:
        """How much of the limit is used up."""
        return f"{self.api.used} %" if self.api.used else None


def below_of(told: dict[str, Any]) -> str | None:
    """What asks for the next page; None on the last."""
    has_next = text_of(told, "paging", "next")
    return text_of(told, "paging", "cursors", "after") or None if has_next else None


def inner(entry: Any, name: str) -> dict[str, Any] | None:
    """The first page of an edge that came with an entry; None where there is nothing in it."""
    found = entry.get(name) if isinstance(entry, dict) else None
    return found if isinstance(found, dict) and isinstance(found.get("data"), list) else None
