"""How busy each community is, as its schedule, its plan and its screens share it: measured where that can be.

Measured is from whole days of the community's own clock, up to last midnight, so that the answer stays the same all
day; what was measured is kept until there is something new to measure.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from cmday.core.communities import Community
from cmday.core.time import epoch
from cmday.hours.holidays import holiday
from cmday.hours.quiet import zone_of
from cmday.hours.quiet.circadian import Shares, expected_shifts
from cmday.hours.quiet.measured import MeasuredTraffic
from cmday.hours.quiet.measuring import LeftOut, MeasuredWeek, measure
from cmday.hours.quiet.traffic import CommunityTraffic, ConfiguredTraffic
from cmday.hours.quiet.weeks import offsets, weeks_of
from cmday.hours.working import local_moment
from cmday.session import Session
from cmday.storage import activity, campaigns, imported, looked, measured

# What is older counts for a fortieth of the newest, and less.
_LOOKED_BACK: Final = timedelta(weeks=16)
# A change of how it is measured makes what is kept worthless.
_METHOD: Final = 1


def of(session: Session, community: Community) -> CommunityTraffic:
    """The traffic of a community of the settings."""
    zone, today = session.clock.zone, session.clock.today()
    week = week_of(session, community)
    if week is None or week.basis == "configured":
        return ConfiguredTraffic(community, zone, today)
    return MeasuredTraffic(week, community, session.settings.hours, zone, today)


def all_of(session: Session) -> dict[str, CommunityTraffic]:
    """The traffic of every community, by its short name, as ``Ground`` wants it."""
    return {short: of(session, one) for short, one in session.settings.communities.items()}


def week_of(session: Session, community: Community) -> MeasuredWeek | None:
    """The measured week of a community, also where it rests on too little to be used; None where nobody looked."""
    clock = zone_of(community, session.clock.zone)
    until = local_moment(session.clock.now().astimezone(clock).date(), 0, clock)
    stretches = _looked_at(session, community, epoch(until - _LOOKED_BACK), epoch(until))
    if not stretches:
        return None
    left_out = days_left_out(session, community, (until - _LOOKED_BACK).date(), until.date())
    made_of = repr(
        (
            _METHOD,
            stretches,
            [one.number for one in imported.all_of(session.database, community.short)],
            str(clock),
            sorted(community.audience.items()),
            [(one.day.isoformat(), one.kind, one.why) for one in left_out],
        )
    )
    kept = measured.get(session.database, community.short, made_of)
    if kept is None:
        kept = _measured(session, community, until, stretches, left_out)
        if kept:
            measured.put(session.database, community.short, made_of, kept)
    return kept


def _looked_at(session: Session, community: Community, since: int, until: int) -> list[tuple[int, int]]:
    names = [one.name for one in session.settings.accounts.values() if community.short in one.communities]
    return [
        (max(start, since), min(end, until))
        for start, end in looked.stretches(session.database, names, (community.short,))
        if start < until and end > since
    ]


def _measured(
    session: Session,
    community: Community,
    until: datetime,
    stretches: list[tuple[int, int]],
    left_out: list[LeftOut],
) -> MeasuredWeek | None:
    clock = zone_of(community, session.clock.zone)
    stretch = offsets(clock, epoch(until - _LOOKED_BACK), epoch(until))
    people = activity.people_by_hour(session.database, community.short, stretch)
    weeks = weeks_of(people, stretches, stretch, {one.day for one in left_out})
    if not weeks:
        return None
    seen = [one for one in left_out if any(_covers(one.day, clock, *span) for span in stretches)]
    return measure(weeks, _expected(community, clock, until), seen)


def days_left_out(session: Session, community: Community, first: date, last: date) -> list[LeftOut]:
    """Days on the community's clock, ``last`` not among them, that say nothing of an ordinary week, in order."""
    country = country_of(session, community)
    off = community.hours.days_off if community.hours else frozenset[str]()
    found = _campaign_days(session, community)
    for ahead in range((last - first).days):
        day = first + timedelta(days=ahead)
        if country and (name := holiday(day, country)):
            found[day] = LeftOut(day, "holiday", name)
        elif day.isoformat() in off:
            found[day] = LeftOut(day, "closed", "")
    return [found[day] for day in sorted(found) if first <= day < last]


def country_of(session: Session, community: Community) -> str | None:
    """The country whose holidays a community has: its own, else the CM's."""
    return (community.hours.country if community.hours else None) or session.settings.hours.country


def _campaign_days(session: Session, community: Community) -> dict[date, LeftOut]:
    zone = zone_of(community, session.clock.zone)
    spans = [
        (start.astimezone(zone).date(), end.astimezone(zone).date(), title)
        for start, end, title in campaigns.spans(session.database, community.short)
    ]
    return {
        day: LeftOut(day, "campaign", title)
        for first, last, title in spans
        for day in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    }


def _covers(day: date, clock: tzinfo, start: int, end: int) -> bool:
    return epoch(local_moment(day, 0, clock)) < end and start < epoch(local_moment(day + timedelta(days=1), 0, clock))


def _expected(community: Community, clock: tzinfo, at: datetime) -> Shares | None:
    """Where the configured audience lives, as hours behind the community's clock; on that clock where none is named."""
    here = at.utcoffset() or timedelta()
    zones: list[tuple[tzinfo, float]] = [(ZoneInfo(name), weight) for name, weight in community.audience.items()]
    behind = [
        ((here - (at.astimezone(zone).utcoffset() or timedelta())) / timedelta(hours=1), weight)
        for zone, weight in zones or [(clock, 1.0)]
    ]
    return expected_shifts(behind)
