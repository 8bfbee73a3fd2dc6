"""What reading a feed's body gives, in words light enough for a refresh that finds nothing changed."""

from __future__ import annotations

import msgspec

from cmday.core.feeds import KnownBody, KnownItem, ParsedFeed


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a body brought: ``feed`` with those entries that were not known, in the order of the body.

    ``feed`` is None where the feed says of itself what it said last time, and has nothing that is not known. ``items``
    counts all entries of the body, ``passed`` are those that were not read again, and ``known`` is to be remembered for
    the next body; None where nothing can be left out of it.
    """

    feed: ParsedFeed | None
    items: int
    passed: tuple[KnownItem, ...] = ()
    known: KnownBody | None
