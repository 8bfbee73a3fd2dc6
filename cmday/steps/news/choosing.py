"""The skim: the stories that were chosen for the communities, and up to two from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.feeds import Subscription
from cmday.core.time import epoch
from cmday.i18n import language
from cmday.session import Session
from cmday.steps.news import rising
from cmday.steps.news.report import Climb
from cmday.steps.news.rising import MentionRise, Rise
from cmday.steps.news.selection import Candidate, as_ranked, candidates, choose
from cmday.storage import ranking, trends
from cmday.text.addresses import host_of

_EIGHT_DAYS: Final = timedelta(days=8)
_MOST_MENTIONS: Final = 5_000


class Skim(msgspec.Struct, frozen=True, kw_only=True):
    """The stories to show, in order. ``trending`` are the feeds that list what trends."""

    chosen: tuple[Candidate, ...] = ()
    mentions: dict[str, MentionRise] = {}
    trending: frozenset[str] = frozenset()


def skim(
    session: Session,
    listed: Sequence[Subscription],
    *,
    limit: int,
    since: datetime | None = None,
    after: datetime | None = None,
    everything: bool = False,
) -> Skim:
    """Choose at most ``limit`` stories; what rises elsewhere has up to two of the places."""
    if not listed:
        return Skim()
    db, now = session.database, session.clock.now()
    subscribed = {feed.url for feed in listed}
    rises = [one for one in rising.rising(trends.of_today(db, now)) if one.trend.feed_url in subscribed]
    found = candidates(session, listed, rises, since=since, after=after, everything=everything, wanted=limit)
    shown = {one.best.url for one in found[:limit] if one.best.url}
    outside = [
        Candidate(best=as_ranked(one, epoch(now)), whose=(), rise=one, elsewhere=True)
        for one in rising.elsewhere(rises, languages_of(session), shown)
    ]
    if limit <= len(outside):
        outside = []
    own = {name for one in found[:limit] for name in one.best.own}
    mentions = ranking.mentions_by_community(db, now - _EIGHT_DAYS, _MOST_MENTIONS) if own else {}
    return Skim(
        chosen=(*choose(found, tuple(session.settings.communities), limit - len(outside)), *outside),
        mentions=rising.mention_rises(mentions, epoch(now)),
        trending=frozenset(trends.sources(db)),
    )


def languages_of(session: Session) -> frozenset[str]:
    """The languages that the community manager reads: their own, and those of the communities; two letters."""
    named = [name for one in session.settings.communities.values() for name in one.languages]
    return frozenset(name[:2].lower() for name in (language(), session.settings.language or "", *named) if name)


def climb_of(rise: Rise, *, elsewhere: bool = False) -> Climb:
    """How a trend rises, as it is told."""
    trend = rise.trend
    return Climb(
        times=rise.times,
        where=host_of(trend.feed_url.partition("+")[2] or trend.feed_url) or trend.feed_url,
        language=trend.language[:2].lower() if trend.language else None,
        elsewhere=elsewhere,
    )
