"""How each feed fares: which are gone, moved, dead, failing, stale, silent or noisy, and the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from cmday.config.subscriptions import change_subscription, read_subscriptions
from cmday.core.feeds import FeedState, Subscription
from cmday.errors import CmdayError
from cmday.i18n import Phrase, phrase, recalled
from cmday.session import Session
from cmday.steps.news.subscribed import is_moved, name_of
from cmday.storage import feeds
from cmday.text.safe_text import hide_logins

Problem = Literal["gone", "moved", "dead", "failing", "stale", "silent", "noisy"]

DEAD_AFTER: Final = timedelta(days=7)
STALE_AFTER: Final = timedelta(days=7)
SILENT_AFTER: Final = timedelta(days=180)
NOISE_SPAN: Final = timedelta(days=14)
NOISY_A_DAY: Final = 20
# Who opens one in twenty of its stories wants to have the feed, however loud it is.
_WANTED: Final = 0.05
_NOT_FOUND: Final = 404


class AilingFeed(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``feeds health``: what is the matter since when, and the ``command`` that mends it.

    ``fixed`` says that ``--fix`` has done so. ``detail`` is a sentence.
    """

    url: str
    title: str
    problem: Problem
    since: datetime | None
    detail: str
    command: str
    fixed: bool = False


class HealthData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds health --json``; ``healthy`` and ``muted`` count the other feeds."""

    feeds: tuple[AilingFeed, ...]
    healthy: int
    muted: int


class _Finding(msgspec.Struct, frozen=True):
    problem: Problem
    since: datetime | None
    detail: Phrase
    command: str


def health(session: Session, *, fix: bool = False) -> tuple[HealthData, tuple[CmdayError, ...]]:
    """What ails which feed, the worst first, and what feeds.toml does not say well.

    With ``fix`` feeds that moved are written to feeds.toml where they are now, with all that is stored of them, and
    feeds that are gone are muted there.
    """
    found = read_subscriptions(session.home.feeds)
    listed = [feed for feed in found.feeds if session.in_focus(feed.communities)]
    heard = [feed for feed in listed if not feed.mute]
    states = feeds.all_states(session.database)
    ailing = []
    for feed, finding in _findings(session, heard, states, {feed.url for feed in found.feeds}):
        done = fix and _mend(session, feed, states[feed.url], finding.problem)
        ailing.append(
            AilingFeed(
                url=hide_logins(feed.url),
                title=name_of(feed, states.get(feed.url)),
                problem=finding.problem,
                since=finding.since,
                detail=finding.detail.english if session.whole else str(finding.detail),
                command=finding.command,
                fixed=done,
            )
        )
    order: tuple[Problem, ...] = ("gone", "moved", "dead", "failing", "stale", "silent", "noisy")
    ailing.sort(key=lambda one: order.index(one.problem))
    data = HealthData(feeds=tuple(ailing), healthy=len(heard) - len(ailing), muted=len(listed) - len(heard))
    return data, found.problems


def _findings(
    session: Session, listed: list[Subscription], states: dict[str, FeedState], addresses: set[str]
) -> Iterator[tuple[Subscription, _Finding]]:
    now = session.clock.now()
    paces = feeds.paces(session.database, now - NOISE_SPAN)
    newest = max((state.last_fetched for state in states.values() if state.last_fetched), default=now)
    for feed in listed:
        state = states.get(feed.url)
        if state is None:
            continue
        finding = (
            _lost(feed, state, addresses)
            or _failing(feed, state, now)
            or _stale(feed, state, newest)
            or _paced(feed, paces.get(feed.url), now)
        )
        if finding:
            yield feed, finding


def _lost(feed: Subscription, state: FeedState, addresses: set[str]) -> _Finding | None:
    """Gone, or elsewhere for good."""
    remove = f"cmday feeds remove {hide_logins(feed.url)}"
    if state.gone:
        said = phrase("the server says that it is gone for good (410); it is not asked any more")
        return _Finding("gone", state.failing_since, said, remove)
    if not is_moved(state) or state.moved_to is None:
        return None
    if state.moved_to in addresses:
        said = phrase("it is at {url} now, and that is on the list already", url=hide_logins(state.moved_to))
        return _Finding("moved", None, said, remove)
    said = phrase(
        "it is at {url} now: its server has said so on {days} days",
        url=hide_logins(state.moved_to),
        days=state.moved_days,
    )
    return _Finding("moved", None, said, "cmday feeds health --fix")


def _failing(feed: Subscription, state: FeedState, now: datetime) -> _Finding | None:
    if not state.failures:
        return None
    url = hide_logins(feed.url)
    said = recalled(state.error_message or state.error_kind or "")
    since = state.failing_since or state.last_fetched
    if since is None or now - since < DEAD_AFTER:
        return _Finding("failing", since, said, f"cmday feeds why {url}")
    if state.site_url and (state.error_kind == "garbled" or state.http_status == _NOT_FOUND):
        return _Finding("dead", since, said, f"cmday feeds add {state.site_url}")
    return _Finding("dead", since, said, f"cmday feeds remove {url}")


def _stale(feed: Subscription, state: FeedState, newest: datetime) -> _Finding | None:
    """Not asked for long, while others were: what is stored of it is old."""
    patience = max(STALE_AFTER, 2 * timedelta(minutes=feed.interval or 0))
    if state.last_fetched is None or newest - state.last_fetched < patience:
        return None
    said = phrase("what is stored of it is old: it has not been asked for long")
    return _Finding("stale", state.last_fetched, said, f"cmday feeds why {hide_logins(feed.url)}")


def _paced(feed: Subscription, pace: feeds.Pace | None, now: datetime) -> _Finding | None:
    """Silent, or so loud that hardly anything of it is read."""
    if pace is None:
        return None
    url = hide_logins(feed.url)
    if pace.newest is None or now - pace.newest > SILENT_AFTER:
        said = phrase("nothing new for half a year") if pace.newest else phrase("it has never had an entry")
        return _Finding("silent", pace.newest, said, f"cmday feeds remove {url}")
    if pace.recent >= NOISY_A_DAY * NOISE_SPAN.days and pace.taken_up < pace.recent * _WANTED:
        said = phrase(
            "{count} entries a day, and you take up one in {part}",
            count=round(pace.recent / NOISE_SPAN.days),
            part=round(pace.recent / max(pace.taken_up, 1)),
        )
        return _Finding("noisy", None, said, f"cmday feeds mute {url}")
    return None


def _mend(session: Session, feed: Subscription, state: FeedState, problem: Problem) -> bool:
    """Write to feeds.toml what its server says; False where that is not for cmday to decide."""
    if problem == "gone":
        return change_subscription(session.home.feeds, feed.url, mute=True) is not None
    if problem != "moved" or state.moved_to is None:
        return False
    with session.database.write():
        # Within the transaction, so that file and database know it by the same address or neither does.
        if not feeds.rename(session.database, feed.url, state.moved_to):
            return False
        change_subscription(session.home.feeds, feed.url, url=state.moved_to)
    return True
