"""Who is to be answered first, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import msgspec

from cmday.config.settings import Settings
from cmday.core.communities import Community
from cmday.core.items import PRIORITY, REACTIONS, Item, Kind
from cmday.hours.working import add_working_minutes

_ORDER: Final[tuple[Kind, ...]] = (
    *("message", "question", "report"),
    *("mention", "reply"),
    *("like", "share", "follow", "other"),
)
_RANK: Final = {kind: place for place, kind in enumerate(_ORDER)}
_FAR: Final = datetime.max.replace(tzinfo=UTC)
_MINUTE: Final = 60


class Limits:
    """By when an item wants its answer: its community's ``reply_within``, counted in working hours."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[tuple[str | None, int], datetime] = {}

    def answer_by(self, item: Item) -> datetime | None:
        """The limit, to the minute; None for what wants no answer or has had one."""
        one = item.notification
        if one.kind in REACTIONS or item.state == "done":
            return None
        minute = int(one.at.timestamp()) // _MINUTE
        key = (one.community, minute)
        if key not in self._known:
            self._known[key] = self._reckon(one.community, datetime.fromtimestamp(minute * _MINUTE, UTC))
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
    """Messages, questions and reports first, then mentions and replies, then reactions; what is done comes last.

    Among equals the nearest limit comes first, then the kind, then who has waited longest; reactions newest first.
    """
    return sorted(items, key=_urgency)


def _urgency(item: Item) -> tuple[bool, int, datetime, int, float, int, str]:
    one = item.notification
    closed = item.state in ("done", "snoozed")
    priority = PRIORITY[one.kind]
    moment = one.at.timestamp()
    newest_first = closed or one.kind in REACTIONS
    return (
        closed,
        priority,
        item.answer_by or _FAR,
        0 if newest_first else _RANK[one.kind],
        -moment if newest_first else moment,
        _RANK[one.kind],
        one.id,
    )
