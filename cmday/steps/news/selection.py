"""Which unread entries make the skim: a few for each community, keywords first, no feed louder than the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.feeds import StoredEntry, Subscription
from cmday.session import Session
from cmday.steps.news.relevance import Relevance, Verdict
from cmday.storage import entries

_CANDIDATES: Final = 300
_MOST_OF_A_FEED: Final = 2
_KEYWORDS_LAST: Final = timedelta(days=7)
_EVERYTHING: Final = 2_000


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An unread entry with what was found of it; its feed's own title and communities are filled in."""

    stored: StoredEntry
    verdict: Verdict

    @property
    def group(self) -> str:
        """The community it stands under; empty where it is for several or all."""
        return self.verdict.communities[0] if len(self.verdict.communities) == 1 else ""


def candidates(
    session: Session, listed: Sequence[Subscription], *, since: datetime | None, everything: bool
) -> list[Candidate]:
    """The unread entries to choose from, best first: the best of all, and the best of each community that has none."""
    relevance = Relevance(session.settings.communities.values())
    by_url = {feed.url: feed for feed in listed}
    found = _judged(entries.best(session.database, _EVERYTHING if everything else _CANDIDATES), by_url, relevance)
    if not everything:
        missing = _thin(found, listed)
        seen = {candidate.stored.id for candidate in found}
        more = _judged(entries.best_of_feeds(session.database, missing, _MOST_OF_A_FEED * 2), by_url, relevance)
        found += [candidate for candidate in more if candidate.stored.id not in seen]
    kept = [
        candidate
        for candidate in found
        if session.in_focus(candidate.verdict.communities) and (since is None or candidate.stored.first_seen > since)
    ]
    return sorted(kept, key=lambda candidate: _worth(candidate, session.clock.now()), reverse=True)


def choose(found: Sequence[Candidate], communities: Sequence[str], limit: int) -> list[Candidate]:
    """The stories to show: one for each community at least, then the best, in the order of the communities.

    ``found`` is best first. While there is choice, a feed gives at most two.
    """
    groups = [*communities, ""]
    chosen: dict[str, Candidate] = {}
    feeds: Counter[str] = Counter()

    def take(candidate: Candidate) -> None:
        chosen[candidate.stored.id] = candidate
        feeds[candidate.stored.feed_url] += 1

    for group in groups:
        first = next((one for one in found if one.group == group), None)
        if first and len(chosen) < limit:
            take(first)
    for most in (_MOST_OF_A_FEED, len(found)):
        for one in found:
            if len(chosen) >= limit:
                break
            if one.stored.id not in chosen and feeds[one.stored.feed_url] < most:
                take(one)
    order = {name: place for place, name in enumerate(groups)}
    place = {one.stored.id: at for at, one in enumerate(found)}
    return sorted(chosen.values(), key=lambda one: (order.get(one.group, len(groups)), place[one.stored.id]))


def _judged(stored: Iterable[StoredEntry], by_url: dict[str, Subscription], relevance: Relevance) -> list[Candidate]:
    found = []
    for one in stored:
        feed = by_url.get(one.feed_url)
        if feed is None:
            continue  # muted, or no longer subscribed
        verdict = relevance.judge(one.entry, feed.communities, feed.url)
        if verdict.hidden:
            continue
        named = msgspec.structs.replace(
            one, feed_title=feed.title or one.feed_title, communities=verdict.communities, score=verdict.score
        )
        found.append(Candidate(stored=named, verdict=verdict))
    return found


def _thin(found: Sequence[Candidate], listed: Sequence[Subscription]) -> list[str]:
    """The feeds to look into one by one: those of groups that the best of all leave without a choice."""
    have = Counter(candidate.group for candidate in found)
    groups: dict[str, list[str]] = {}
    for feed in listed:
        groups.setdefault(feed.communities[0] if len(feed.communities) == 1 else "", []).append(feed.url)
    return [url for group, urls in groups.items() if have[group] < _MOST_OF_A_FEED for url in urls]


def _worth(candidate: Candidate, now: datetime) -> tuple[bool, float]:
    """Keywords first, for a week; then points and days."""
    stored = candidate.stored
    fresh = now - stored.shown_at < _KEYWORDS_LAST
    return bool(candidate.verdict.score) and fresh, candidate.verdict.score + stored.shown_at.timestamp() / 86_400
