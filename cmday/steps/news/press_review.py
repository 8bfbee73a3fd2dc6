"""The press review: what was passed on to each community since a moment, each story once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from cmday.core.outbox import OutboxState
from cmday.core.shares import Share
from cmday.core.time import day_bounds
from cmday.session import Session
from cmday.storage import shares


class PostedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One post of a story. ``at`` is when it went out, or was written where its ``state`` is not sent."""

    id: str
    account: str
    network: str
    state: OutboxState
    at: datetime
    url: str | None


class ReviewedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One story that a community was given, with all posts of it, the first one first."""

    id: str
    title: str
    url: str | None
    source: str
    author: str | None
    published: datetime | None
    summary: str
    note: str
    at: datetime
    posts: tuple[PostedRow, ...]


class CommunityRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one community was given, in the order of time."""

    community: str
    title: str
    stories: tuple[ReviewedRow, ...]


class ReviewData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday feeds shared --json``."""

    since: datetime
    until: datetime
    communities: tuple[CommunityRow, ...]


def usual_start(session: Session) -> datetime:
    """The beginning of this week."""
    today = session.clock.today()
    return day_bounds(today - timedelta(days=today.weekday()), session.clock.zone)[0]


def review(session: Session, start: datetime, *, sent_only: bool = False) -> ReviewData:
    """What was shared since then, by community in the order of the settings; what was taken back is not in it."""
    found = shares.since(session.database, start, session.communities)
    told = [one for one in found if one.state == "sent" or not sent_only]
    known = session.settings.communities
    names = [*known, *sorted({one.community for one in told} - set(known))]
    rows = []
    for name in names:
        own = [one for one in told if one.community == name]
        if own:
            title = known[name].title if name in known else name
            rows.append(CommunityRow(community=name, title=title, stories=tuple(_stories(own))))
    return ReviewData(since=start, until=session.clock.now(), communities=tuple(rows))


def _stories(own: Sequence[Share]) -> list[ReviewedRow]:
    """The shares of one community as stories; a story shared again is two."""
    groups: dict[tuple[str, datetime], list[Share]] = {}
    for one in own:
        groups.setdefault((one.entries[0] if one.entries else one.outbox, one.at), []).append(one)
    return [_story(group) for group in groups.values()]


def _story(group: Sequence[Share]) -> ReviewedRow:
    first = group[0]
    return ReviewedRow(
        id=first.entries[0] if first.entries else first.outbox,
        title=first.title,
        url=first.url,
        source=first.source,
        author=first.author,
        published=first.published,
        summary=first.summary,
        note=first.note,
        at=min(one.moment for one in group),
        posts=tuple(
            PostedRow(
                id=one.outbox,
                account=one.account,
                network=one.network,
                state=one.state,
                at=one.moment,
                url=one.sent_url,
            )
            for one in group
        ),
    )
