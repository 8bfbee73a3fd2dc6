"""``cmday feeds why HANDLE``: every point of a story, with its age, and whether it is hidden."""

from __future__ import annotations

import msgspec

from cmday.session import Session
from cmday.steps.news import rising
from cmday.steps.news.choosing import climb_of
from cmday.steps.news.folded import around
from cmday.steps.news.meant import found_stories
from cmday.steps.news.reasons import Reasons, age_point
from cmday.steps.news.relevance import Point
from cmday.steps.news.rise_words import climb_words
from cmday.steps.news.selection import RISE_POINTS
from cmday.steps.news.telling import title_of
from cmday.storage import entries, trends


class ReasonRow(msgspec.Struct, frozen=True, kw_only=True):
    """Some points, and what they are for, in English."""

    points: float
    text: str


class WhyRow(msgspec.Struct, frozen=True, kw_only=True):
    """Why a story stands where it stands: its points and their sum, age included. ``hidden``: never in the skim."""

    id: str
    handle: str
    title: str
    communities: tuple[str, ...]
    score: float
    hidden: bool
    points: tuple[ReasonRow, ...]


class WhyData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds why HANDLE --json``."""

    stories: tuple[WhyRow, ...]


class Reasoned(msgspec.Struct, frozen=True, kw_only=True):
    """A row with its points in words that can still be translated."""

    row: WhyRow
    points: tuple[Point, ...]


def why(session: Session, words: list[str]) -> list[Reasoned]:
    """The points of the stories named, which are those of the best entry of each. Raises ``NotFound``."""
    reasons = Reasons(session)
    now = session.clock.now()
    rises = {one.trend.entry: one for one in rising.rising(trends.of_today(session.database, now))}
    found = found_stories(session, words)
    stories = around(session, [stored.id for _, stored in found])
    told = []
    for handle, stored in found:
        story = stories.get(stored.id)
        others = entries.by_ids(session.database, story.entries).values() if story else (stored,)
        best = max(others, key=lambda one: (reasons.verdict(one).score, one.shown_at))
        verdict = reasons.verdict(best)
        points = [*reasons.points(best, story)]
        if rise := next((rises[one.id] for one in others if one.id in rises), None):
            points.append(Point(RISE_POINTS if rise.trend.points > 0 else 0.0, climb_words(climb_of(rise))))
        points.append(age_point(best.shown_at, now))
        row = WhyRow(
            id=stored.id,
            handle=handle,
            title=title_of(stored),
            communities=verdict.communities,
            score=round(sum(point.points for point in points), 1),
            hidden=verdict.hidden and not rise,
            points=tuple(ReasonRow(points=point.points, text=point.what.english) for point in points),
        )
        told.append(Reasoned(row=row, points=tuple(points)))
    return told
