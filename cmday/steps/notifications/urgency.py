"""Who is to be answered first, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from heapq import merge
from typing import Final

import msgspec

from cmday.config.settings import Settings
from cmday.core.communities import Community
from cmday.core.items import REACTIONS, Item, Kind
from cmday.hours.working import add_working_minutes
from cmday.storage.open_items import Head

_ORDER: Final[tuple[Kind, ...]] = (
    *("message", "question", "report"),
    *("mention", "reply"),
    *("like", "share", "follow", "other"),
)
_RANK: Final = {kind: place for place, kind in enumerate(_ORDER)}
_REACTION: Final = _RANK["like"]
_FAR: Final = datetime.max.replace(tzinfo=UTC)
_MINUTE: Final = 60


class Limits:
    """By when an item wants its answer: its community's ``reply_within``, counted in working hours."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[tuple[str | None, int], datetime] = {}

    def answer_by(self, item: Item) -> datetime | None:
        """The limit, to the minute; None for what wants no answer, has had one, or is deleted.

        Of a thread, the first who waits decides.
        """
        one = item.notification
        if one.kind in REACTIONS or item.state == "done" or item.gone:
            return None
        return self.of_moment(one.community, int((item.since or one.at).timestamp()))

    def of_moment(self, community: str | None, at: int) -> datetime:
        """The limit of what came to a community at a moment, in seconds."""
        minute = at // _MINUTE
        key = (community, minute)
        if key not in self._known:
            self._known[key] = self._reckon(community, datetime.fromtimestamp(minute * _MINUTE, UTC))
        return self._known[key]

    def _reckon(self, name: str | None, at: datetime) -> datetime:
        community: Community | None = self._settings.communities.get(name) if name else None
        minutes = community.reply_within.total_seconds() / _MINUTE if community else self._settings.reply_within
        hours = community.hours if community and community.hours else self._settings.hours
        return add_working_minutes(at, minutes, hours, self._settings.zone)

    def limited(self, item: Item) -> Item:
        """The item with its limit."""
        return msgspec.structs.replace(item, answer_by=self.answer_by(item))


def in_order(items: Iterable[Item]) -> list[Item]:
    """The nearest limit first, then the kind, then who has waited longest; what is done comes last.

    A promise to answer by 10:30 is kept before one for 11:20, whatever the two are: the kind (a private message, a
    question, a report, a mention, a reply) decides where both are due at once. What has no limit comes after,
    reactions the newest first.
    """
    return sorted(items, key=_urgency)


def _urgency(item: Item) -> tuple[bool, datetime, int, float, int, str]:
    one = item.notification
    closed = item.state in ("done", "snoozed")
    moment = (item.since or one.at).timestamp()
    newest_first = closed or one.kind in REACTIONS
    return (
        closed,
        _FAR if closed else item.answer_by or _FAR,
        _REACTION if one.kind in REACTIONS else 0 if closed else _RANK[one.kind],
        -moment if newest_first else moment,
        _RANK[one.kind],
        one.id,
    )


def most_urgent(streams: Iterable[Iterator[Head]], limits: Limits, most: int) -> list[str]:
    """The names of the most urgent lines, in order, from streams that are each in order; no more is read than that."""
    merged = merge(*streams, key=lambda head: (limits.of_moment(head.community, head.at), _RANK[head.kind], head.at))
    found: dict[str, None] = {}
    for head in merged:
        if len(found) >= most and head.line not in found:
            break
        found[head.line] = None
    return list(found)
