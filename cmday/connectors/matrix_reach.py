"""How far a Matrix account has been read, and what of its rooms must be remembered between two sweeps.

A sync answers only what changed since its token, so what it said once (which rooms are private, which encrypted) is
kept in the cursor. A room's timeline comes cut (``limited``): what lies before it is a ``Gap``, read page by page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from cmday.core.items import Cursor

MOST_GAPS: Final = 300
MOST_OWN: Final = 100
MOST_ASKED: Final = 60
MOST_ROOMS: Final = 3_000


class Gap(msgspec.Struct, frozen=True, omit_defaults=True):
    """Events of a room not read yet: before the token ``before``, after ``after``, not older than ``since`` (ISO 8601).

    ``pages`` is how many were read of it.
    """

    room: str
    before: str
    after: str | None = None
    since: str | None = None
    pages: int = 0


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """The newest event by which somebody spoke to us in a room: what a word to them answers."""

    room: str
    user: str
    event: str


class Reach(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has been read: everything up to the token ``since`` but the gaps.

    ``me`` is the account's full name, ``name`` what it is shown as. ``direct`` and ``encrypted`` are rooms; ``named``
    those with a name or alias, which are not private however few are in them. ``own`` are the newest events that we
    wrote; ``rooms`` maps what config.toml calls a room to its id; ``members`` counts those of the rooms one runs.
    """

    since: str | None = None
    me: str = ""
    name: str = ""
    gaps: tuple[Gap, ...] = ()
    direct: frozenset[str] = frozenset()
    encrypted: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    own: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    rooms: dict[str, str] = {}
    members: dict[str, int] = {}

    def cursor(self) -> Cursor:
        return Cursor(msgspec.json.encode(self).decode())


def reach(cursor: Cursor | None) -> Reach:
    """The reach that a cursor holds; one that cannot be read means to begin anew, which stores nothing twice."""
    if cursor is None:
        return Reach()
    try:
        return msgspec.json.decode(cursor.value, type=Reach)
    except msgspec.DecodeError:
        return Reach()


def remembered(known: Reach, *, own: Iterable[str], asked: Iterable[Asked]) -> Reach:
    """With what was written and asked since, oldest first; of both the newest are kept."""
    written = dict.fromkeys([*known.own, *own])
    newest = {(one.room, one.user): one for one in known.asked}
    for one in asked:
        newest.pop((one.room, one.user), None)
        newest[one.room, one.user] = one
    return replace(known, own=tuple(written)[-MOST_OWN:], asked=tuple(newest.values())[-MOST_ASKED:])


def bounded(rooms: Iterable[str]) -> frozenset[str]:
    """At most so many rooms as a cursor may hold."""
    return frozenset(sorted(rooms)[:MOST_ROOMS])
