"""Whose turn it is: when each feed is asked next, and why not sooner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from cmday.core.feeds import FeedState, Reason, Subscription
from cmday.session import Session
from cmday.steps.news.subscribed import effective_address
from cmday.storage import feeds
from cmday.text.addresses import host_of, is_loopback


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """When a feed is asked next: now where it is ``due``, at no time of its own where it is gone (``at`` None).

    ``host`` says that it is its host, not the feed, that asked for patience.
    """

    feed: Subscription
    due: bool
    at: datetime | None = None
    reason: Reason | None = None
    host: str | None = None


def turns(
    session: Session, listed: Iterable[Subscription], states: dict[str, FeedState], *, force: bool = False
) -> Iterator[Turn]:
    """The turn of each feed; ``force`` passes over the next check, never over a Retry-After."""
    now = session.clock.now()
    parked = {host: until for host, until in feeds.parked_hosts(session.database, now).items() if not is_loopback(host)}
    for feed in listed:
        state = states.get(feed.url)
        until = parked.get(host_of(effective_address(feed, state))) if parked else None
        if state and state.patience_until and state.patience_until > now:
            yield Turn(feed=feed, due=False, at=state.next_check, reason=state.reason)
        elif until:
            yield Turn(feed=feed, due=False, at=until, reason="patience", host=host_of(effective_address(feed, state)))
        elif state is None or state.next_check is None:
            yield Turn(feed=feed, due=True)
        elif force:
            yield Turn(feed=feed, due=True, at=state.next_check, reason=state.reason)
        elif state.gone:
            yield Turn(feed=feed, due=False, reason="gone")
        else:
            yield Turn(feed=feed, due=state.next_check <= now, at=state.next_check, reason=state.reason)
