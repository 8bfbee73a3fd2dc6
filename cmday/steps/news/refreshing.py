"""Asking feeds: which are due, how each is asked, and what is stored of its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from cmday.connectors.protocol import Exchange, Fetched
from cmday.connectors.web_feeds import fetch
from cmday.core.feeds import Entry, FeedState, ParsedFeed, Subscription, Validators
from cmday.errors import CmdayError, Waiting
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.news import politeness
from cmday.steps.news.relevance import Relevance
from cmday.steps.news.subscribed import KEY, MOVED_AFTER_DAYS, effective_address, name_of
from cmday.steps.protocol import Question
from cmday.storage import entries, feeds
from cmday.storage.entry_store import Judged, store
from cmday.text.addresses import host_of, is_loopback

_DATED: Final = 20
_SLACK: Final = timedelta(hours=1)


class Refresher:
    """What all questions of one refresh share; ``now`` is the moment it began."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.relevance = Relevance(session.settings.communities.values())

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
            fetched = yield from fetch(address, validators)
            return fetched

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
        """Keep an answer: nothing to read where the body is that of last time."""
        digest = blake2b(answer.body, digest_size=16).hexdigest() if answer.body is not None else None
        if digest is None or (state and digest == state.body_hash):
            self._visited(feed, state, answer)
            return
        try:
            from cmday.connectors.feed_parsing import parse

            parsed = parse(answer.body or b"", answer.content_type, answer.url)
        except CmdayError as error:
            self.fail(feed, state, error)
            return
        self.keep(feed, state, answer, parsed, digest)

    def keep(
        self, feed: Subscription, state: FeedState | None, answer: Fetched, parsed: ParsedFeed, digest: str
    ) -> int:
        """Store a feed that was read, and when it is asked next, in one transaction; returns how many are new."""
        now = self.session.clock.now()
        judged = [self._judge(feed, entry, parsed, now) for entry in parsed.entries]
        database = self.session.database
        with database.write():
            new = store(database, feed.url, judged, now)
            self._visited(feed, state, answer, ttl=parsed.ttl_minutes)
            feeds.record_body(database, feed.url, parsed, digest, new)
        return new

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

    def _judge(self, feed: Subscription, entry: Entry, parsed: ParsedFeed, now: datetime) -> Judged:
        verdict = self.relevance.judge(entry.title, entry.summary, feed.communities)
        moment = entry.published or entry.updated
        # A feed of events lies in the future on purpose; a single entry there is a slip, shown for when it came.
        if moment and moment > now + _SLACK and not _mostly_ahead(parsed, now):
            moment = None
        return Judged(entry=entry, score=verdict.score, hidden=verdict.hidden, shown_at=moment)


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


def _mostly_ahead(parsed: ParsedFeed, now: datetime) -> bool:
    dated = [moment for entry in parsed.entries if (moment := entry.published or entry.updated)]
    return sum(moment > now for moment in dated) * 2 > len(dated)
