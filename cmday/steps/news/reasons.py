"""Why a story stands where it stands: every point, age included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from cmday.config.subscriptions import read_subscriptions
from cmday.core.feeds import StoredEntry, Story
from cmday.i18n import Phrase, phrase
from cmday.session import Session
from cmday.steps.news.choosing import climb_of
from cmday.steps.news.judging import relevance_of
from cmday.steps.news.relevance import AGE, Point, Verdict, sources_point
from cmday.steps.news.rise_words import climb_words, mention_words
from cmday.steps.news.rising import MentionRise
from cmday.steps.news.selection import RISE_POINTS, Candidate

_DAY: Final = 86_400


class Reasons:
    """Judges stories again, to say what their points are for."""

    def __init__(self, session: Session) -> None:
        self._relevance = relevance_of(session)
        self._whose = {feed.url: feed.communities for feed in read_subscriptions(session.home.feeds).feeds}

    def verdict(self, stored: StoredEntry) -> Verdict:
        """What its own words are worth."""
        return self._relevance.judge(stored.entry, self._whose.get(stored.feed_url, ()), stored.feed_url)

    def points(self, stored: StoredEntry, story: Story | None) -> Iterator[Point]:
        """The points that do not depend on time."""
        yield from self.verdict(stored).points
        if story and len(story.feeds) > 1:
            yield sources_point(len(story.feeds))

    def said(self, one: Candidate, stored: StoredEntry, mentions: Mapping[str, MentionRise]) -> Iterator[Phrase]:
        """Why a story is in the skim."""
        for point in self.points(stored, one.story):
            yield point.said
        if one.rise:
            words = climb_words(climb_of(one.rise))
            yield phrase("elsewhere: {what}", what=words) if one.elsewhere else Point(RISE_POINTS, words).said
        for name in one.best.own:
            if rise := mentions.get(name):
                yield mention_words(rise.community, rise.today, rise.usual)


def age_point(shown_at: datetime, now: datetime) -> Point:
    """What age takes away, a point a day; ahead of its time nothing is added."""
    days = max((now - shown_at).total_seconds() / _DAY, 0.0)
    return Point(-round(AGE * days, 1), phrase("age, a point a day"))
