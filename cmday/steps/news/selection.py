"""Which unread entries make the skim: a few for each community, what matters first, no feed louder than the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.feeds import Story, Subscription
from cmday.core.time import epoch
from cmday.session import Session
from cmday.steps.news.folded import around
from cmday.steps.news.rising import Rise
from cmday.storage import ranking
from cmday.storage.ranking import Ranked

RISE_POINTS: Final = 2.0
_CANDIDATES: Final = 300
_MENTIONS: Final = 50
_EVERYTHING: Final = 2_000
_MOST_OF_A_FEED: Final = 2
_LOOKED_INTO: Final = 100
_MATTERS: Final = timedelta(days=7)
_DAY: Final = 86_400


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A story that could be shown: its best unread entry, the others that tell the same, and how it rises."""

    best: Ranked
    whose: tuple[str, ...]
    story: Story | None = None
    rise: Rise | None = None
    elsewhere: bool = False

    @property
    def group(self) -> str:
        """The community it stands under; empty where it is for several or all."""
        return self.whose[0] if len(self.whose) == 1 else ""

    @property
    def points(self) -> float:
        return self.best.points + (RISE_POINTS if self.rise and not self.elsewhere else 0.0)

    @property
    def entries(self) -> tuple[str, ...]:
        return self.story.entries if self.story else (self.best.id,)


def candidates(
    session: Session,
    listed: Sequence[Subscription],
    rises: Sequence[Rise] = (),
    *,
    since: datetime | None = None,
    after: datetime | None = None,
    everything: bool = False,
    wanted: int = 12,
) -> list[Candidate]:
    """The stories to choose from, what matters first; ``since`` the moment shown, ``after`` the moment stored.

    Beside the best of all there are the best of those feeds whose community would be left without a choice.
    """
    db, now = session.database, session.clock.now()
    by_url = {feed.url: feed for feed in listed}
    if since is not None:
        found = ranking.best_since(db, since, _EVERYTHING)
    else:
        found = ranking.best(db, _EVERYTHING if everything else _CANDIDATES)
    if since is None and not everything:
        found += ranking.own_mentions(db, now - _MATTERS, _MENTIONS)
        found += ranking.best_of_feeds(db, _unheard(found, listed, wanted), _MOST_OF_A_FEED * 2)
    stored_after = epoch(after) if after else 0
    kept = {
        one.id: one
        for one in found
        if one.feed_url in by_url and one.first_seen > stored_after and session.in_focus(one.whose)
    }
    entries = [*kept.values(), *(one for rise in rises if (one := _asked_for(session, rise, by_url)))]
    stories = around(session, [one.id for one in entries])
    # A story that was read stays read when one more feed tells it.
    over = ranking.settled(db, {member for story in stories.values() for member in story.entries})
    entries = [one for one in entries if one.id not in stories or over.isdisjoint(stories[one.id].entries)]
    folded = _fold(entries, stories, {rise.trend.entry: rise for rise in rises})
    return sorted(folded, key=lambda one: _worth(one, epoch(now)), reverse=True)


def choose(found: Sequence[Candidate], communities: Sequence[str], limit: int) -> list[Candidate]:
    """The stories to show: one for each community at least, then the best, in the order of the communities.

    ``found`` is best first. A feed gives at most two; places that remain go to the feeds in turns.
    """
    groups = [*communities, ""]
    chosen: dict[str, Candidate] = {}
    feeds: Counter[str] = Counter()

    def take(candidate: Candidate) -> None:
        chosen[candidate.best.id] = candidate
        feeds[candidate.best.feed_url] += 1

    for group in groups:
        first = next((one for one in found if one.group == group), None)
        if first and len(chosen) < limit:
            take(first)
    for one in found:
        if len(chosen) < limit and one.best.id not in chosen and feeds[one.best.feed_url] < _MOST_OF_A_FEED:
            take(one)
    for one in _in_turns([one for one in found if one.best.id not in chosen])[: limit - len(chosen)]:
        take(one)
    order = {name: place for place, name in enumerate(groups)}
    place = {one.best.id: at for at, one in enumerate(found)}
    return sorted(
        chosen.values(), key=lambda one: (not one.best.own, order.get(one.group, len(groups)), place[one.best.id])
    )


def _in_turns(found: Sequence[Candidate]) -> list[Candidate]:
    """The best of each feed, then the second of each, and so on."""
    turn: Counter[str] = Counter()
    turns = []
    for one in found:
        turn[one.best.feed_url] += 1
        turns.append(turn[one.best.feed_url])
    return [one for _, one in sorted(zip(turns, found, strict=True), key=lambda pair: pair[0])]


def _unheard(found: Sequence[Ranked], listed: Sequence[Subscription], wanted: int) -> list[str]:
    """The feeds to look into one by one: those of a group that the best of all leave without much choice."""
    heard = Counter(one.feed_url for one in found)
    groups: dict[str, list[str]] = {}
    for feed in listed:
        groups.setdefault(feed.communities[0] if len(feed.communities) == 1 else "", []).append(feed.url)
    share = max(wanted // max(len(groups), 1), _MOST_OF_A_FEED)
    missing = []
    for urls in groups.values():
        if sum(min(heard[url], _MOST_OF_A_FEED) for url in urls) < share:
            missing += [url for url in urls if not heard[url]]
    return missing[:_LOOKED_INTO]


def _asked_for(session: Session, rise: Rise, by_url: Mapping[str, Subscription]) -> Ranked | None:
    """A trend that rises and has a community's words, as an entry among the others."""
    trend = rise.trend
    if not trend.unread or trend.points <= 0 or trend.feed_url not in by_url or not session.in_focus(trend.whose):
        return None
    now = epoch(session.clock.now())
    return as_ranked(rise, now)


def as_ranked(rise: Rise, now: int) -> Ranked:
    """A trend as an entry of this moment."""
    trend = rise.trend
    return Ranked(
        id=trend.entry,
        feed_url=trend.feed_url,
        url=trend.url,
        whose=trend.whose,
        own=(),
        points=trend.points,
        shown_at=now,
        first_seen=now,
    )


def _fold(entries: Sequence[Ranked], stories: Mapping[str, Story], rises: Mapping[str, Rise]) -> list[Candidate]:
    """Each story once, by its best entry, for all whom one of its entries is for."""
    best: dict[str, Ranked] = {}
    whose: dict[str, dict[str, None]] = {}
    told: dict[str, Story] = {}
    rising: dict[str, Rise] = {}
    for one in entries:
        story = stories.get(one.id)
        key = story.id if story else one.id
        if story:
            told[key] = story
        if one.id in rises:
            rising[key] = rises[one.id]
        if key not in best or (one.points, one.shown_at) > (best[key].points, best[key].shown_at):
            best[key] = one
        whose.setdefault(key, {}).update(dict.fromkeys(one.whose))
    return [
        Candidate(best=one, whose=tuple(whose[key]), story=told.get(key), rise=rising.get(key))
        for key, one in best.items()
    ]


def _worth(candidate: Candidate, now: int) -> tuple[bool, bool, float]:
    """Mentions of an own name first, then what has points, both for a week; then points and days."""
    best = candidate.best
    fresh = now - best.shown_at < _MATTERS.total_seconds()
    return bool(best.own) and fresh, candidate.points > 0 and fresh, candidate.points + best.shown_at / _DAY
