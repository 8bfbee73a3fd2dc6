"""The ground that operations are placed on: working time ahead, what takes it, and how busy each community is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

import msgspec

from cmday.core.communities import Community, Span, WorkingHours
from cmday.core.operations import Operation
from cmday.hours.free import without
from cmday.hours.quiet import Traffic, windows_of, zone_of
from cmday.hours.quiet.traffic import CommunityTraffic
from cmday.hours.working import Stretch, clipped, local_moment, merged, working_stretches

DAYS = 14
# Local minutes between which a post may leave: its readers are awake.
_WAKING: Final = (7 * 60, 23 * 60)


class Busy(msgspec.Struct, frozen=True):
    """Time that is taken, in UTC, and by what."""

    start: datetime
    end: datetime
    title: str


class Ground:
    """What is known of the time from ``now`` to the end of the day ``days`` days later.

    An operation of a community that has working hours of its own goes into those, any other into the CM's. ``traffic``
    is by community; where one is missing its configured hours stand in.
    """

    def __init__(
        self,
        *,
        now: datetime,
        zone: tzinfo,
        hours: WorkingHours,
        communities: dict[str, Community],
        busy: tuple[Busy, ...] = (),
        days: int = DAYS,
        traffic: Mapping[str, CommunityTraffic] | None = None,
    ) -> None:
        self.now = now
        self.zone = zone
        self.hours = hours
        self.communities = communities
        self.busy = busy
        self.first: date = now.astimezone(zone).date()
        self.until = local_moment(self.first + timedelta(days=days), 0, zone).astimezone(UTC)
        self._working: dict[str | None, list[Stretch]] = {}
        self._traffic: dict[str | None, CommunityTraffic | Traffic] = dict((traffic or {}).items())

    def without(self, busy: Busy) -> Ground:
        """The same ground as if one thing did not take its time."""
        return self._with(tuple(one for one in self.busy if one is not busy))

    def bare(self) -> Ground:
        """The same ground as if nothing took its time."""
        return self._with(())

    def _with(self, busy: tuple[Busy, ...]) -> Ground:
        other = Ground(
            now=self.now,
            zone=self.zone,
            hours=self.hours,
            communities=self.communities,
            busy=busy,
        )
        other.until, other._working, other._traffic = self.until, self._working, self._traffic
        return other

    def working(self, community: str | None) -> list[Stretch]:
        """The working time ahead for a community's operations."""
        known = self.communities.get(community or "")
        own = community if known and known.hours else None
        if own not in self._working:
            hours = known.hours if own and known and known.hours else self.hours
            stretches = working_stretches(
                self.first - timedelta(days=1), self.until.astimezone(self.zone).date(), hours, self.zone
            )
            self._working[own] = clipped(stretches, self.now, self.until)
        return self._working[own]

    def opened(self, operation: Operation) -> list[Stretch]:
        """The time ahead that an operation may go into, if nothing took it.

        That is working time, for ``extended`` hours with the evenings and week-ends opened beside it. What happens
        without the CM may happen on any day, from 07:00 to 23:00 where the community lives.
        """
        if not operation.presence:
            return self._waking(operation.community)
        if operation.hours == "work":
            return self.working(operation.community)
        known = self.communities.get(operation.community or "")
        hours = known.hours if known and known.hours else self.hours
        more = msgspec.structs.replace(hours, spans=hours.extended)
        stretches = working_stretches(self.first - timedelta(days=1), self._last, more, self.zone)
        return merged([*self.working(operation.community), *clipped(stretches, self.now, self.until)])

    def _waking(self, community: str | None) -> list[Stretch]:
        known = self.communities.get(community or "")
        zone = zone_of(known, self.zone) if known else self.zone
        every = WorkingHours(spans=tuple(Span(weekday, *_WAKING) for weekday in range(7)))
        first = self.first - timedelta(days=1)
        return clipped(working_stretches(first, self._last + timedelta(days=1), every, zone), self.now, self.until)

    @property
    def _last(self) -> date:
        return self.until.astimezone(self.zone).date()

    def free(self, community: str | None, taken: list[Stretch]) -> list[Stretch]:
        """Working time ahead that neither the calendar nor ``taken`` (UTC) holds."""
        return without(self.working(community), [(one.start, one.end) for one in self.busy] + taken)

    def traffic(self, community: str | None) -> CommunityTraffic | Traffic:
        """How busy a community is; evenly so where there is none."""
        if community not in self._traffic:
            known = self.communities.get(community or "")
            last = self.until.astimezone(self.zone).date()
            windows = windows_of(known, self.first - timedelta(days=1), last, self.zone) if known else []
            self._traffic[community] = Traffic(windows)
        return self._traffic[community]

    def length(self, operation: Operation) -> timedelta:
        """How long a stretch an operation still needs; never less than a quarter of an hour."""
        return max(operation.remaining(self.now), min(operation.duration, timedelta(minutes=15)))
