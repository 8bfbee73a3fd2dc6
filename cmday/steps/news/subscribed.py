"""The feeds that are read: who they are, what a person calls them, and where they are now."""

from __future__ import annotations

from typing import Final

from cmday.config.subscriptions import read_subscriptions
from cmday.core.feeds import MOVED_AFTER_DAYS, FeedState, Subscription
from cmday.session import Session
from cmday.text.addresses import host_of

KEY: Final = "feed:"


def subscribed(session: Session) -> tuple[Subscription, ...]:
    """The feeds to be read: of the communities in focus, and not muted."""
    listed = read_subscriptions(session.home.feeds).feeds
    return tuple(feed for feed in listed if not feed.mute and session.in_focus(feed.communities))


def effective_address(feed: Subscription, state: FeedState | None) -> str:
    """The address to ask: where the feed moved to, once the server has said so on three days."""
    return state.moved_to if state and state.moved_to and is_moved(state) else feed.url


def is_moved(state: FeedState | None) -> bool:
    """Whether the server has said often enough that the feed is elsewhere for good."""
    return state is not None and state.moved_to is not None and state.moved_days >= MOVED_AFTER_DAYS


def name_of(feed: Subscription, state: FeedState | None) -> str:
    """What a person calls the feed."""
    return feed.title or (state.title if state else None) or host_of(feed.url) or feed.url
