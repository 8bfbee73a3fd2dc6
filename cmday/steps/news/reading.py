"""From what a feed answered to stored entries: what is unchanged costs a hash, what is known is not parsed again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

import msgspec

from cmday.connectors.protocol import Fetched
from cmday.core.feeds import Entry, FeedState, ParsedFeed, Subscription
from cmday.session import Session
from cmday.steps.news.judging import judged, relevance_of
from cmday.storage import feeds, trends
from cmday.storage.entry_store import Judged, store

_SLACK: Final = timedelta(hours=1)
# Called with the feed's own ttl in minutes, within the transaction that stores its entries.
Visited = Callable[[int | None], None]


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an answer: how many entries are new, and how many the body has."""

    new: int = 0
    entries: int = 0
    unchanged: bool = False


class Reader:
    """Reads and stores the answers of feeds; one for all feeds of a refresh."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.relevance = relevance_of(session)

    def store(self, feed: Subscription, state: FeedState | None, answer: Fetched, visited: Visited) -> Stored:
        """Store an answer, and what ``visited`` notes of the visit, in one transaction.

        Nothing is read where the body is that of last time. Raises ``Garbled`` and ``TooMuch`` before anything is
        stored.
        """
        digest = digest_of(answer.body) if answer.body is not None else None
        if digest is None or (state and digest == state.body_hash):
            visited(None)
            return Stored(unchanged=True)
        parsed = answer.parsed or self._parse(answer)
        return self.keep(feed, state, answer, parsed, digest, visited)

    def keep(  # noqa: PLR0917  what a visit brought
        self,
        feed: Subscription,
        state: FeedState | None,  # noqa: ARG002  the split of a changed body asks what is known
        answer: Fetched,  # noqa: ARG002  the split of a changed body asks where it came from
        parsed: ParsedFeed,
        digest: str,
        visited: Visited,
    ) -> Stored:
        """Store a feed that was read already, as ``store`` does."""
        now = self.session.clock.now()
        found = [self._judge(feed, entry, parsed, now) for entry in parsed.entries]
        database = self.session.database
        with database.write():
            new = store(database, feed.url, found, now)
            trends.record(database, feed.url, parsed.entries, now)
            visited(parsed.ttl_minutes)
            feeds.record_body(database, feed.url, parsed, digest, new)
        return Stored(new=new, entries=len(parsed.entries))

    def _parse(self, answer: Fetched) -> ParsedFeed:
        from cmday.connectors.feed_parsing import parse

        return parse(answer.body or b"", answer.content_type, answer.url)

    def _judge(self, feed: Subscription, entry: Entry, parsed: ParsedFeed, now: datetime) -> Judged:
        verdict = self.relevance.judge(entry, feed.communities, feed.url)
        moment = entry.published or entry.updated
        # A feed of events lies in the future on purpose; a single entry there is a slip, shown for when it came.
        if moment and moment > now + _SLACK and not _mostly_ahead(parsed, now):
            moment = None
        return judged(verdict, entry, moment)


def digest_of(body: bytes) -> str:
    """What a body is known by."""
    return blake2b(body, digest_size=16).hexdigest()


def _mostly_ahead(parsed: ParsedFeed, now: datetime) -> bool:
    dated = [moment for entry in parsed.entries if (moment := entry.published or entry.updated)]
    return sum(moment > now for moment in dated) * 2 > len(dated)
