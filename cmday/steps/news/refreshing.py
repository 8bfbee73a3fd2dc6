"""Asking feeds: how each is asked, and what is stored of its answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from cmday.connectors.protocol import Exchange, Fetched
from cmday.core.feeds import FeedState, ParsedFeed, Subscription, Validators, Visit
from cmday.errors import CmdayError, NetworkError, Waiting
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.news import asking, politeness, turns
from cmday.steps.news.reading import Reader
from cmday.steps.news.subscribed import KEY, effective_address, is_moved, name_of
from cmday.steps.protocol import Question
from cmday.storage import entries, feeds, visits
from cmday.text.addresses import host_of, is_loopback

_DATED: Final = 20
_LASTING: Final = (301, 308)
# Visits that brought nothing are written a few at a time: a transaction for each would cost more than the visit.
_AT_ONCE: Final = 16
_AT_MOST: Final = 0.25


class Refresher:
    """What all questions of one refresh share."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.reader = Reader(session)
        self._version = feeds.version(session.database)
        self._parked: dict[str, datetime] = {}
        self._unwritten: list[tuple[str, Visit]] = []
        self._first_unwritten = 0.0

    def questions(
        self, wanted: Iterable[Subscription], states: dict[str, FeedState], *, patient: bool
    ) -> Iterator[Question]:
        """A question for each of these feeds; ``patient`` ones wait for their turn at a host as long as it takes."""
        for feed in wanted:
            yield self._question(feed, states.get(feed.url), patient=patient)

    def _question(self, feed: Subscription, state: FeedState | None, *, patient: bool) -> Question:
        address = effective_address(feed, state)
        host = host_of(address)

        def talk() -> Exchange[Fetched]:
            self._insist_on_turn(feed, state, host)
            validators = still_good(state, self.session.clock.now())
            return (yield from asking.ask(self.session, feed.url, validators, address=address))

        return Question(
            key=KEY + feed.url,
            subject=name_of(feed, state),
            host=host,
            talk=talk,
            store=lambda answer: self._store(feed, state, answer),
            failed=lambda error: self.fail(feed, state, error),
            finish=self.finish,
            spaced=True,
            patient=patient or state is None or state.last_fetched is None,
        )

    def finish(self) -> None:
        """Store what was put off, and write what is not written yet; once all have answered."""
        self.reader.finish()
        if self._unwritten:
            waiting, self._unwritten = self._unwritten, []
            visits.record(self.session.database, waiting)

    def _insist_on_turn(self, feed: Subscription, state: FeedState | None, host: str) -> None:
        """Raise ``Waiting`` where a feed's turn has passed since it was found due."""
        if (until := self._parked.get(host)) and until > self.session.clock.now():
            raise Waiting(phrase("{host} has just asked for patience", host=host), None, feed.url)
        if feeds.version(self.session.database) == self._version:
            return
        latest = feeds.state_of(self.session.database, feed.url)
        if latest and latest.last_fetched != (state.last_fetched if state else None):
            raise Waiting(phrase("another cmday has just asked it"), None, feed.url)

    def _store(self, feed: Subscription, state: FeedState | None, answer: Fetched) -> None:
        """Keep an answer and the visit; a body that is no feed is a failure of the feed's own."""
        try:
            visited = lambda ttl: self._visited(feed, state, answer, ttl)  # noqa: E731  it takes what it closes over
            self.reader.store(feed, state, answer, visited, lambda error: self.fail(feed, state, error))
            asking.settle(self.session, feed.url, answer)
        except CmdayError as error:
            self.fail(feed, state, error)

    def keep(
        self, feed: Subscription, state: FeedState | None, answer: Fetched, parsed: ParsedFeed, digest: str
    ) -> int:
        """Store a feed that was read, and when it is asked next, in one transaction; returns how many are new."""
        visited = lambda ttl: self._visited(feed, state, answer, ttl)  # noqa: E731  it takes what it closes over
        return self.reader.keep(feed, state, answer, parsed, digest, visited).new

    def _visited(self, feed: Subscription, state: FeedState | None, answer: Fetched, ttl: int | None) -> None:
        """Note a visit that went well: at once within the transaction that stores entries, else with its like."""
        database = self.session.database
        storing = database.connection.in_transaction
        rhythm = state.rhythm if state else None
        if storing or rhythm is None:
            rhythm = int(politeness.own_rhythm(entries.rhythm(database, feed.url, _DATED)))
        now = self.session.clock.now()
        following = politeness.after_answer(
            now,
            answer,
            rhythm=rhythm,
            ttl_minutes=ttl or (state.ttl_minutes if state else None),
            interval=feed.interval,
        )
        moved = _moved_to(feed, state, answer)
        visit = Visit(
            at=now,
            status="moved" if is_moved(state) and state and moved == state.moved_to else "unchanged",
            http_status=answer.status,
            next_check=following.at,
            reason=following.reason,
            bytes=None if answer.body is None else len(answer.body),
            sent=still_good(state, now),
            given=answer.validators,
            hops=tuple((hop.status, hop.url) for hop in answer.hops),
            moved_to=moved,
            rhythm=rhythm,
        )
        if storing:
            visits.record(database, [(feed.url, visit)])
            return
        self._unwritten.append((feed.url, visit))
        if len(self._unwritten) == 1:
            self._first_unwritten = time.monotonic()
        if len(self._unwritten) >= _AT_ONCE or time.monotonic() - self._first_unwritten > _AT_MOST:
            self.finish()

    def fail(self, feed: Subscription, state: FeedState | None, error: CmdayError) -> None:
        """Note a failure that is the other side's own, and wait longer each time."""
        now = self.session.clock.now()
        following = politeness.after_failure(now, error, (state.failures if state else 0) + 1)
        patient = following.reason in ("retry-after", "patience") or error.kind == "rate-limit"
        visit = Visit(
            at=now,
            status="gone" if error.kind == "gone" else "failed",
            http_status=error.status if isinstance(error, NetworkError) else None,
            next_check=following.at,
            reason=following.reason,
            sent=still_good(state, now),
            error=error.message.english,
            error_kind=error.kind,
            patient=patient,
        )
        visits.record(self.session.database, [(feed.url, visit)])
        host = host_of(effective_address(feed, state))
        if patient and not is_loopback(host):
            self._parked[host] = following.at


def due(
    session: Session, listed: Iterable[Subscription], states: dict[str, FeedState], *, force: bool = False
) -> list[Subscription]:
    """The feeds whose turn it is; ``force`` passes over the next check, never over a Retry-After."""
    given = turns.turns(session, listed, states, force=force)
    return [turn.feed for turn in given if turn.due]


def still_good(state: FeedState | None, now: datetime) -> Validators:
    """The validators to show; after eight days a feed is asked for whole, so that a stuck server is found out."""
    if state is None or state.validators_at is None or now - state.validators_at >= politeness.VALIDATORS_LAST:
        return Validators()
    return state.validators


def _moved_to(feed: Subscription, state: FeedState | None, answer: Fetched) -> str | None:
    """Where the feed is for good: as far as redirects say so, or the new address that was asked itself."""
    place = effective_address(feed, state)
    for number, hop in enumerate(answer.hops):
        if hop.status not in _LASTING:
            break
        place = answer.hops[number + 1].url if number + 1 < len(answer.hops) else answer.url
    return place if place != feed.url else None
