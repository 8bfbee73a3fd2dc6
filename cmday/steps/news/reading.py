"""From what a feed answered to stored entries: what is unchanged costs a hash, what is known is not parsed again."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from cmday.connectors.feed_reading import Reading
from cmday.connectors.protocol import Fetched
from cmday.core.feeds import Entry, FeedState, KnownBody, ParsedFeed, Subscription
from cmday.errors import CmdayError
from cmday.session import Session
from cmday.steps.news.judging import judged, relevance_of
from cmday.storage import feeds, known_bodies, trends
from cmday.storage.entry_kinship import Presence
from cmday.storage.entry_store import Judged, store

if TYPE_CHECKING:  # most refreshes start no other process
    from cmday.connectors.feed_workers import Workers

_SLACK: Final = timedelta(hours=1)
# Called with the feed's own ttl in minutes, within the transaction that stores its entries.
Visited = Callable[[int | None], None]
Failed = Callable[[CmdayError], None]
# Bytes of feeds read whole in this process before others are started; they cost as much as 50 small feeds.
_MUCH: Final = 500_000


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an answer: how many entries are new, and how many the body has."""

    new: int = 0
    entries: int = 0
    unchanged: bool = False
    put_off: bool = False


class _Later(msgspec.Struct, frozen=True):
    """An answer that another process reads."""

    feed: Subscription
    answer: Fetched
    before: KnownBody | None
    digest: str
    visited: Visited
    failed: Failed


class Reader:
    """Reads and stores the answers of feeds; one for all feeds of a refresh."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.relevance = relevance_of(session)
        self._read_here = 0
        self._workers: Workers[_Later] | None = None

    def store(
        self,
        feed: Subscription,
        state: FeedState | None,
        answer: Fetched,
        visited: Visited,
        failed: Failed | None = None,
    ) -> Stored:
        """Store an answer, and what ``visited`` notes of the visit, in one transaction.

        Nothing is read where the body is that of last time. Raises ``Garbled`` and ``TooMuch`` before anything is
        stored. Where much is to be read and ``failed`` may be told of those instead, an answer may be read by another
        process and stored by a later call, at the latest by ``finish``; ``put_off`` says so.
        """
        digest = digest_of(answer.body) if answer.body is not None else None
        if digest is None or (state and digest == state.body_hash):
            visited(None)
            return Stored(unchanged=True)
        if answer.parsed is not None:
            return self.keep(feed, state, answer, answer.parsed, digest, visited)
        before = known_bodies.recall(self.session.database, feed.url) if state else None
        if failed is not None and self._put_off(_Later(feed, answer, before, digest, visited, failed)):
            return Stored(put_off=True)
        return self._keep(feed, self._read(answer, before), digest, visited)

    def finish(self) -> None:
        """Store what was put off; once all have answered."""
        if self._workers is None:
            return
        try:
            self._store_done(self._workers, everything=True)
        finally:
            self._workers.close()
            self._workers = None

    def keep(  # noqa: PLR0917  what a visit brought
        self,
        feed: Subscription,
        state: FeedState | None,  # noqa: ARG002  as ``store`` takes it
        answer: Fetched,  # noqa: ARG002  as ``store`` takes it
        parsed: ParsedFeed,
        digest: str,
        visited: Visited,
    ) -> Stored:
        """Store a feed that was read already, as ``store`` does."""
        return self._keep(feed, Reading(feed=parsed, items=len(parsed.entries), known=None), digest, visited)

    def _read(self, answer: Fetched, before: KnownBody | None) -> Reading:
        from cmday.connectors.feed_changes import read_changes

        reading = read_changes(answer.body or b"", answer.content_type, answer.url, before)
        if not reading.passed:
            self._read_here += len(answer.body or b"")
        return reading

    def _put_off(self, later: _Later) -> bool:
        """Leave an answer to other processes, once so much was read in this one that it is worth their start."""
        if self._workers is None:
            if self._read_here < _MUCH or (os.cpu_count() or 1) == 1:
                return False
            from cmday.connectors.feed_workers import Workers

            self._workers = Workers()
        from cmday.connectors.feed_worker import Job

        answer = later.answer
        self._workers.give(Job(answer.body or b"", answer.content_type, answer.url, later.before), later)
        self._store_done(self._workers)
        return True

    def _store_done(self, workers: Workers[_Later], *, everything: bool = False) -> None:
        for _, later, reading in workers.done(everything=everything):
            try:
                found = reading or self._read(later.answer, later.before)
            except CmdayError as error:
                later.failed(error)
            else:
                self._keep(later.feed, found, later.digest, later.visited)

    def _keep(self, feed: Subscription, reading: Reading, digest: str, visited: Visited) -> Stored:
        now = self.session.clock.now()
        entries = reading.feed.entries if reading.feed else ()
        ahead = _mostly_ahead(reading, now)
        found = [self._judge(feed, entry, now, ahead=ahead) for entry in entries]
        present = Presence(frozenset(item.identity for item in reading.passed))
        database = self.session.database
        with database.write() as tx:
            new = store(database, feed.url, found, now, present)
            trends.record(database, feed.url, entries, now)
            visited(reading.feed.ttl_minutes if reading.feed else None)
            feeds.record_body(database, feed.url, reading.feed, digest, new=new, items=reading.items)
            known_bodies.remember(tx, feed.url, reading.known)
        return Stored(new=new, entries=reading.items)

    def _judge(self, feed: Subscription, entry: Entry, now: datetime, *, ahead: bool) -> Judged:
        verdict = self.relevance.judge(entry, feed.communities, feed.url)
        moment = entry.published or entry.updated
        # A feed of events lies in the future on purpose; a single entry there is a slip, shown for when it came.
        if moment and moment > now + _SLACK and not ahead:
            moment = None
        return judged(verdict, entry, moment)


def digest_of(body: bytes) -> str:
    """What a body is known by."""
    from hashlib import blake2b  # OpenSSL comes with it, and a refresh without news hashes nothing

    return blake2b(body, digest_size=16).hexdigest()


def _mostly_ahead(reading: Reading, now: datetime) -> bool:
    """Whether most of a feed's entries are dated in the future."""
    entries = reading.feed.entries if reading.feed else ()
    moments = [entry.published or entry.updated for entry in entries] + [item.moment for item in reading.passed]
    return sum(moment is not None and moment > now + _SLACK for moment in moments) * 2 > len(moments)
