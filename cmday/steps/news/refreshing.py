"""Asking feeds: which are due, how each is asked, and what is stored of its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

from cmday.connectors.protocol import Exchange, Fetched
from cmday.core.feeds import FeedState, ParsedFeed, Subscription, Validators
from cmday.errors import CmdayError, Waiting
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.news import asking, politeness
from cmday.steps.news.reading import Reader
from cmday.steps.news.subscribed import KEY, MOVED_AFTER_DAYS, effective_address, name_of
from cmday.steps.protocol import Question
from cmday.storage import entries, feeds
from cmday.text.addresses import host_of, is_loopback

_DATED: Final = 20


class Refresher:
    """What all questions of one refresh share; ``now`` is the moment it began."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.reader = Reader(session)

    def questions(
        self, wanted: Iterable[Subscription], states: dict[str, FeedState], *, patient: bool
    ) -> Iterator[Question]:
        """A question for each of these feeds; ``patient`` ones wait for their turn at a host as long as it takes."""
        for feed in wanted:
            yield self._question(feed, states.get(feed.url), patient=patient)

    def _question(self, feed: Subscription, state: FeedState | None, *, patient: bool) -> Question:
        address = effective_address(feed, state)
        validators = still_good(state, self.session.clock.now())

        def talk() -> Exchange[Fetched]:
            latest = feeds.state_of(self.session.database, feed.url)
            if latest and latest.last_fetched != (state.last_fetched if state else None):
                raise Waiting(phrase("another cmday has just asked it"), None, feed.url)
            return (yield from asking.ask(self.session, feed.url, validators, address=address))

        return Question(
            key=KEY + feed.url,
            subject=name_of(feed, state),
            host=host_of(address),
            talk=talk,
            store=lambda answer: self._store(feed, state, answer),
            failed=lambda error: self.fail(feed, state, error),
            spaced=True,
            patient=patient or state is None or state.last_fetched is None,
        )

    def _store(self, feed: Subscription, state: FeedState | None, answer: Fetched) -> None:
        """Keep an answer and the visit; a body that is no feed is a failure of the feed's own."""
        try:
            self.reader.store(feed, state, answer, lambda ttl: self._visited(feed, state, answer, ttl=ttl))
            asking.settle(self.session, feed.url, answer)
        except CmdayError as error:
            self.fail(feed, state, error)

    def keep(
        self, feed: Subscription, state: FeedState | None, answer: Fetched, parsed: ParsedFeed, digest: str
    ) -> int:
        """Store a feed that was read, and when it is asked next, in one transaction; returns how many are new."""
        visited = partial(self._visited, feed, state, answer)
        return self.reader.keep(feed, state, answer, parsed, digest, lambda ttl: visited(ttl=ttl)).new

    def _visited(self, feed: Subscription, state: FeedState | None, answer: Fetched, *, ttl: int | None = None) -> None:
        now = self.session.clock.now()
        database = self.session.database
        following = politeness.after_answer(
            now,
            answer,
            dates=entries.rhythm(database, feed.url, _DATED),
            ttl_minutes=ttl or (state.ttl_minutes if state else None),
            interval=feed.interval,
        )
        moved = _moved_to(feed, state, answer)
        settled = state is not None and state.moved_days >= MOVED_AFTER_DAYS and moved == state.moved_to
        visit = feeds.Visit(
            at=now,
            status="moved" if settled else "unchanged",
            http_status=answer.status,
            validators=answer.validators,
            next_check=following.at,
            reason=following.reason.english,
            moved_to=moved,
        )
        feeds.record_visit(database, feed.url, visit)

    def fail(self, feed: Subscription, state: FeedState | None, error: CmdayError) -> None:
        """Note a failure that is the other side's own, and wait longer each time."""
        now = self.session.clock.now()
        following = politeness.after_failure(now, error, (state.failures if state else 0) + 1)
        feeds.record_failure(
            self.session.database,
            feed.url,
            error,
            following.at,
            following.reason.english,
            gone=error.kind == "gone",
        )


def due(
    session: Session, listed: Iterable[Subscription], states: dict[str, FeedState], *, force: bool = False
) -> list[Subscription]:
    """The feeds whose turn it is; ``force`` passes over the next check, never over a Retry-After."""
    now = session.clock.now()
    parked = {host for host in feeds.parked_hosts(session.database, now) if not is_loopback(host)}
    wanted = []
    for feed in listed:
        state = states.get(feed.url)
        if state is None:
            if host_of(feed.url) not in parked:
                wanted.append(feed)
            continue
        resting = host_of(effective_address(feed, state)) in parked
        if resting or (state.patience_until and state.patience_until > now):
            continue
        if force or state.next_check is None or (state.next_check <= now and not state.gone):
            wanted.append(feed)
    return wanted


def still_good(state: FeedState | None, now: datetime) -> Validators:
    """The validators to show; after eight days a feed is asked for whole, so that a stuck server is found out."""
    if state is None or state.validators_at is None or now - state.validators_at >= politeness.VALIDATORS_LAST:
        return Validators()
    return state.validators


def _moved_to(feed: Subscription, state: FeedState | None, answer: Fetched) -> str | None:
    """Where the feed is for good: the end of redirects that all say so, or the new address that was asked itself."""
    asked = effective_address(feed, state)
    if answer.hops:
        lasting = all(hop.status in (301, 308) for hop in answer.hops)
        return answer.url if lasting else (asked if asked != feed.url else None)
    return asked if asked != feed.url else None
