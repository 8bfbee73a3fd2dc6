"""What a feed has answered, visit by visit, and when each is asked next and why."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cmday.config.subscriptions import read_subscriptions
from cmday.core.feeds import FeedState, FetchStatus, Reason, Validators, Visit
from cmday.i18n import recalled
from cmday.session import Session
from cmday.steps.news import politeness
from cmday.steps.news.lists import known_address
from cmday.steps.news.refreshing import still_good
from cmday.steps.news.subscribed import effective_address, name_of, subscribed
from cmday.steps.news.turns import Turn, turns
from cmday.storage import feeds, visits
from cmday.text.safe_text import hide_logins


class VisitRow(msgspec.Struct, frozen=True, kw_only=True):
    """One visit: ``sent`` is the validator that was shown, ``given`` the one that came; ``bytes`` of the body.

    ``hops`` are the redirects on the way, each ``status address``.
    """

    at: datetime
    status: FetchStatus
    http_status: int | None
    bytes: int | None
    new: int
    sent: str | None
    given: str | None
    hops: tuple[str, ...]
    error: str | None
    next_check: datetime | None
    reason: str | None


class FeedHistory(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a feed's server: where it is, what it gave to ask again with, the last visits, newest first.

    ``moved_to`` is where it says to be for good, on ``moved_days`` days so far; ``validators_until`` is when the feed
    is asked for whole again.
    """

    url: str
    title: str
    address: str
    next_check: datetime | None
    reason: str | None
    etag: str | None
    last_modified: str | None
    validators_until: datetime | None
    moved_to: str | None
    moved_days: int
    failures: int
    visits: tuple[VisitRow, ...]


class NextRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``feeds refresh --dry-run``: ``due`` now, else when and why then; ``conditional`` with validators."""

    url: str
    title: str
    due: bool
    next_fetch: datetime | None
    reason: str | None
    conditional: bool


class NextData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds refresh --dry-run --json``."""

    feeds: tuple[NextRow, ...]


def why_feed(session: Session, url: str) -> FeedHistory:
    """The history of a subscribed feed, by its address or a part that only one has. Raises ``NotFound``."""
    listed = {feed.url: feed for feed in read_subscriptions(session.home.feeds).feeds}
    feed = listed[known_address(url, listed)]
    state = feeds.state_of(session.database, feed.url)
    known = state or FeedState(url=feed.url)
    (turn,) = turns(session, [feed], {feed.url: state} if state else {})
    shown = still_good(state, session.clock.now())
    lasts = shown != Validators() and known.validators_at
    return FeedHistory(
        url=hide_logins(feed.url),
        title=name_of(feed, state),
        address=hide_logins(effective_address(feed, state)),
        next_check=turn.at,
        reason=_reason(session, turn.reason),
        etag=shown.etag,
        last_modified=shown.last_modified,
        validators_until=known.validators_at + politeness.VALIDATORS_LAST if lasts and known.validators_at else None,
        moved_to=hide_logins(known.moved_to) if known.moved_to else None,
        moved_days=known.moved_days,
        failures=known.failures,
        visits=tuple(_row(session, visit) for visit in visits.history(session.database, feed.url)),
    )


def next_checks(session: Session, *, force: bool = False) -> NextData:
    """When each feed is asked next and why, as a refresh at this moment would see it."""
    listed = subscribed(session)
    states = feeds.all_states(session.database) if listed else {}
    return NextData(
        feeds=tuple(
            _next(session, turn, states.get(turn.feed.url)) for turn in turns(session, listed, states, force=force)
        )
    )


def _next(session: Session, turn: Turn, state: FeedState | None) -> NextRow:
    return NextRow(
        url=hide_logins(turn.feed.url),
        title=name_of(turn.feed, state),
        due=turn.due,
        next_fetch=turn.at,
        reason=_reason(session, turn.reason),
        conditional=still_good(state, session.clock.now()) != Validators(),
    )


def _row(session: Session, visit: Visit) -> VisitRow:
    return VisitRow(
        at=visit.at,
        status=visit.status,
        http_status=visit.http_status,
        bytes=visit.bytes,
        new=visit.new,
        sent=visit.sent.etag,
        given=visit.given.etag,
        hops=tuple(f"{status} {hide_logins(url)}" for status, url in visit.hops),
        error=visit.error if session.whole or not visit.error else str(recalled(visit.error)),
        next_check=visit.next_check,
        reason=_reason(session, visit.reason),
    )


def _reason(session: Session, reason: Reason | None) -> str | None:
    said = politeness.words(reason)
    if said is None:
        return None
    return said.english if session.whole else str(said)
