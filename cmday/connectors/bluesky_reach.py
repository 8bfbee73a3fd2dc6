"""How far a Bluesky account has been read: the cursor of a sweep, and what a page of answers moves in it.

The list of notifications is paged from the newest down, by moments. So what lies between the last page read and what
was known before is a ``Gap``, filled at the next sweep. What arrives late is listed below what is known already; that
is why the ids of the last newest page are kept, and that page is compared with them.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import msgspec

from cmday.core.items import Cursor

MOST_GAPS: Final = 8
MOST_KNOWN: Final = 100
MOST_POSTS: Final = 40
MOST_WANTED: Final = 40
_MARK: Final = 6


class Gap(msgspec.Struct, frozen=True, omit_defaults=True):
    """Not read yet: what the server gives from its own cursor ``at`` on, down to the moment ``down_to``.

    ``edge`` are marks of what is known of that very moment.
    """

    at: str
    down_to: str
    edge: tuple[str, ...] = ()


class Reach(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has been read: everything up to ``top`` but the gaps, newest gap first; moments are the server's, ISO 8601.

    ``known`` are marks of the ids on the last newest page, which reached down to ``low`` (empty: to the end), ``edge``
    those of the moment ``top``; ``posts`` are those of the page that are posts of others, as (moment, id), by which a
    deletion is noticed. ``wanted`` are posts whose threads are still to be fetched. ``own`` is the newest post of one's
    own that was brought, ``chat`` the newest change in messages; ``no_chat`` and ``counted`` are the days when messages
    were found closed and followers were counted.
    """

    top: str | None = None
    low: str = ""
    gaps: tuple[Gap, ...] = ()
    known: tuple[str, ...] = ()
    edge: tuple[str, ...] = ()
    posts: tuple[tuple[str, str], ...] = ()
    wanted: tuple[str, ...] = ()
    own: str | None = None
    chat: str | None = None
    no_chat: str | None = None
    counted: str | None = None

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


def mark(native: str) -> str:
    """A short mark of an id, by which it is known again."""
    return blake2b(native.encode("utf-8", "replace"), digest_size=_MARK).hexdigest()


def bounded(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """At most ``MOST_GAPS``: the oldest two become one, which reads what lies between them again."""
    while len(gaps) > MOST_GAPS:
        *rest, upper, lower = gaps
        gaps = (*rest, Gap(at=upper.at, down_to=lower.down_to, edge=lower.edge))
    return gaps
