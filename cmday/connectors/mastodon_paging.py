"""How far a Mastodon account has been read: a cursor with two ends, and what a page of answers moves in it.

Servers differ. Mastodon pages upwards from ``min_id``; others answer ``min_id`` with their newest page, or ignore it.
So a new account, and a server that has not proved itself, is read downwards from the newest page by ``max_id``.
What lies between the last page read and what was known before is a ``Gap``, kept in the cursor and filled at the next
sweep, so that a deadline costs time and never a notification.
"""

from __future__ import annotations

from typing import Final

import msgspec

from cmday.core.items import Cursor

MOST_GAPS: Final = 8


class Gap(msgspec.Struct, frozen=True, omit_defaults=True):
    """Ids not read yet: below ``before``, and above ``after`` or not older than ``since`` (ISO 8601)."""

    before: str
    after: str | None = None
    since: str | None = None


class Reach(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has been read: everything up to ``top`` but the gaps, newest gap first.

    ``upward`` tells whether the server pages upwards from ``min_id``, None until it was tried. ``me`` is the account's
    own id, learnt once. ``singly`` is the day when the server was found to know no grouped notifications.

    The rest is what is around them: ``wanted`` are (status, thread, notification) whose threads are still to be
    fetched, ``own`` the newest of one's own posts that was brought, ``direct`` the last direct messages that came as
    notifications, ``talks`` the newest message seen in conversations; ``no_talks`` and ``counted`` are the days when
    those were found missing, and followers were counted. ``told`` are the last (post, notification) brought.
    """

    top: str | None = None
    gaps: tuple[Gap, ...] = ()
    upward: bool | None = None
    me: str | None = None
    singly: str | None = None
    wanted: tuple[tuple[str, str, str], ...] = ()
    own: str | None = None
    direct: tuple[str, ...] = ()
    talks: str | None = None
    no_talks: str | None = None
    counted: str | None = None
    told: tuple[tuple[str, str], ...] = ()

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


def order(native: str) -> tuple[int, str]:
    """Sorts ids from older to newer: numbers by value, ULIDs by their text."""
    return (len(native), native)


def newest(ids: list[str]) -> str:
    return max(ids, key=order)


def oldest(ids: list[str]) -> str:
    return min(ids, key=order)


def raised(known: Reach, ids: list[str]) -> Reach:
    """After an upward page."""
    return msgspec.structs.replace(known, top=newest([*ids, known.top] if known.top else ids))


def opened(known: Reach, ids: list[str], since: str | None) -> Reach:
    """After the newest page: what lies between it and the former top is a gap, unless the page reaches down to it."""
    gap = Gap(before=oldest(ids), after=known.top, since=since)
    gaps = known.gaps
    if known.top is None or order(gap.before) > order(known.top):
        gaps = _bounded((gap, *gaps))
    return msgspec.structs.replace(known, top=newest(ids), gaps=gaps)


def filled(known: Reach, ids: list[str]) -> Reach:
    """After a page of the newest gap: it shrinks, or closes where the page reached its lower end."""
    gap, *rest = known.gaps
    low = oldest(ids)
    if gap.after is None or order(low) > order(gap.after):
        rest.insert(0, msgspec.structs.replace(gap, before=low))
    return msgspec.structs.replace(known, gaps=tuple(rest))


def closed(known: Reach) -> Reach:
    """The newest gap is done with."""
    return msgspec.structs.replace(known, gaps=known.gaps[1:])


def _bounded(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """At most ``MOST_GAPS`` gaps: the oldest two become one, which reads what lies between them again."""
    while len(gaps) > MOST_GAPS:
        *rest, upper, lower = gaps
        gaps = (*rest, Gap(before=upper.before, after=lower.after, since=lower.since))
    return gaps
