"""Planning anew when the day derails: what is asked for, as changes to the operations and to the time there is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from cmday.core.operations import Operation
from cmday.hours.ground import Busy
from cmday.hours.placement import Blocker
from cmday.i18n import Phrase, phrase
from cmday.steps.planning.words import Length, When

LOST: Final = "\0lost"
"""The title of time that is gone: no event of a calendar can have it."""

# A place that is clearly better: a quarter of what lies between the quietest hour and the busiest.
_CLEARLY: Final = 250


class Replan(msgspec.Struct, frozen=True, kw_only=True):
    """One way to plan anew: the next ``lost`` are gone, all is placed from ``now`` on, or is pushed by days.

    What is begun or fixed by hand stays in any case.
    """

    lost: timedelta | None = None
    now: bool = False
    push: timedelta | None = None

    @property
    def price(self) -> int | None:
        """What leaving an agreed place costs, where it is to cost less than usual."""
        return _CLEARLY if self.now else None

    def asked(self, moment: datetime, living: Iterable[Operation]) -> list[Operation]:
        """The operations as they are to be placed at a moment."""
        first = self.first(moment)
        found = []
        for one in living:
            if one.state == "open" and not one.locked:
                if self.now and one.start and one.start <= moment:
                    one = msgspec.structs.replace(one, start=None)  # noqa: PLW2901
                if first and (one.not_before is None or one.not_before < first):
                    one = msgspec.structs.replace(one, not_before=first)  # noqa: PLW2901
            found.append(one)
        return found

    def taken(self, moment: datetime, living: Iterable[Operation]) -> list[Busy]:
        """The time that is gone; what runs goes on behind it."""
        if self.lost is None:
            return []
        begin = moment.astimezone(UTC)
        end = begin + self.lost
        rest = [one.remaining(moment) for one in living if one.state == "running"]
        return [Busy(begin, end, LOST), *(Busy(end, end + each, LOST) for each in rest if each)]

    def first(self, moment: datetime) -> datetime | None:
        """The beginning of the day that everything is pushed to."""
        if self.push is None:
            return None
        day = moment.astimezone(UTC) + self.push
        return day.astimezone(moment.tzinfo).replace(hour=0, minute=0, second=0, microsecond=0)

    def why(self, one: Operation, was: datetime, cause: Blocker | None, moment: datetime) -> Phrase | None:
        """Why an operation moves from where it ``was``, where this is the reason."""
        if self.lost and was < moment + self.lost and was + one.duration > moment:
            return phrase("the next {length} are gone", length=Length(self.lost))
        first = self.first(moment)
        if first and was < first:
            return phrase("pushed to {day}", day=When(first, moment, day_only=True))
        if self.now and cause is None:
            return phrase("a clearly better place is free")
        return None
