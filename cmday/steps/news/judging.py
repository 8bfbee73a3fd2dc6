"""Relevance with what this home knows: its communities, and what became of earlier stories of each feed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zlib import crc32

import msgspec

from cmday.config.subscriptions import read_subscriptions
from cmday.core.feeds import Entry, StoredEntry, Subscription
from cmday.session import Session
from cmday.steps.news.habits import Habits, habits_of
from cmday.storage import entries, keep, tastes, trends
from cmday.storage.entry_store import Judged

if TYPE_CHECKING:
    from cmday.steps.news.relevance import Relevance, Verdict

_JUDGED_BY: Final = "news.judged_by"
_REMEMBERED: Final = timedelta(days=90)
_AGAIN: Final = 3_000
_AGAIN_DAYS: Final = timedelta(days=30)


def relevance_of(session: Session) -> Relevance:
    """What judges entries in this home."""
    from cmday.steps.news.relevance import Relevance

    return Relevance(session.settings.communities.values(), _habits(session))


def judged(verdict: Verdict, entry: Entry, shown_at: datetime | None = None) -> Judged:
    """The entry as it is stored with this verdict."""
    return Judged(
        entry=entry,
        score=verdict.score,
        whose=verdict.communities,
        own=verdict.own,
        hidden=verdict.hidden,
        shown_at=shown_at,
    )


def judge_again(session: Session) -> None:
    """Give recent unread entries new points where what they were judged by has changed since."""
    listed = read_subscriptions(session.home.feeds).feeds
    habits = _habits(session)
    by = _signature(session, listed, habits)
    if keep.get(session.database, _JUDGED_BY) == by:
        return
    from cmday.steps.news.relevance import Relevance

    relevance = Relevance(session.settings.communities.values(), habits)
    whose = {feed.url: feed.communities for feed in listed}
    trending = trends.sources(session.database)
    recent = entries.recent_unread(session.database, session.clock.now() - _AGAIN_DAYS, _AGAIN)
    entries.judge_again(
        session.database,
        [
            (one.id, _again(relevance, one, whose[one.feed_url], trends=one.feed_url in trending))
            for one in recent
            if one.feed_url in whose
        ],
    )
    keep.put(session.database, _JUDGED_BY, by)


def _again(relevance: Relevance, one: StoredEntry, whose: tuple[str, ...], *, trends: bool) -> Judged:
    """An entry judged anew; what trends stays out of the skim until it rises."""
    found = judged(relevance.judge(one.entry, whose, one.feed_url), one.entry)
    return msgspec.structs.replace(found, hidden=found.hidden or trends)


def _habits(session: Session) -> Habits:
    since = session.clock.now() - _REMEMBERED
    return habits_of(tastes.shared(session.database, since), tastes.refused(session.database, since))


def _signature(session: Session, listed: tuple[Subscription, ...], habits: Habits) -> str:
    """What points depend on, in short: what communities look for, whose feeds are, what became of their stories."""
    words = [
        (one.short, one.names, one.keywords, one.people, one.domains, one.muted, one.languages)
        for one in session.settings.communities.values()
    ]
    feeds = [(feed.url, feed.communities) for feed in listed if feed.communities]
    said = repr((words, feeds, sorted(habits.shared.items()), sorted(habits.refused.items())))
    return f"{len(said)} {crc32(said.encode('utf-8', 'replace'))}"
