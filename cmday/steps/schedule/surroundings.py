"""What surrounds the CM's day: the clocks and the public holidays of the communities, and their traffic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta, tzinfo
from typing import Final

from cmday.core.time import zone_name
from cmday.hours.holidays import holiday
from cmday.hours.quiet import zone_of
from cmday.hours.working import local_moment
from cmday.i18n import language
from cmday.session import Session
from cmday.steps import traffic
from cmday.steps.schedule.report import HolidayLine, TrafficLine, ZoneLine

HOLIDAYS_AHEAD: Final = 14
_QUARTER: Final = 15
_DAY: Final = 24 * 60


def zone_lines(session: Session, day: date) -> Iterator[ZoneLine]:
    """The zones of the communities whose clocks differ from the CM's on that day, in the order of the settings."""
    here = session.clock.zone
    zones: dict[str, tuple[tzinfo, list[str]]] = {}
    for one in session.settings.communities.values():
        zone = zone_of(one, here)
        if session.in_focus(one.short):
            zones.setdefault(zone_name(zone), (zone, []))[1].append(one.short)
    own = _hours(day, here, here)
    for zone, shorts in zones.values():
        hours = _hours(day, here, zone)
        if hours != own:
            noon = local_moment(day, _DAY // 2, here)
            there = noon.astimezone(zone).utcoffset() or timedelta()
            ahead = (there - (noon.utcoffset() or timedelta())) // timedelta(minutes=1)
            yield ZoneLine(communities=tuple(shorts), hours=hours, ahead=ahead)


def _hours(day: date, here: tzinfo, there: tzinfo) -> tuple[tuple[int, int], ...]:
    """The minutes of a day here at which an hour begins there; no zone is off by less than a quarter of an hour."""
    moments = ((minute, local_moment(day, minute, here).astimezone(there)) for minute in range(0, _DAY, _QUARTER))
    return tuple((minute, moment.hour) for minute, moment in moments if not moment.minute)


def holiday_lines(session: Session, first: date, last: date) -> Iterator[HolidayLine]:
    """The public holidays of these days, the CM's own and those of communities in other countries."""
    countries: dict[str, list[str]] = {}
    own = session.settings.hours.country
    for one in session.settings.communities.values():
        country = traffic.country_of(session, one)
        if country and country != own and session.in_focus(one.short):
            countries.setdefault(country, []).append(one.short)
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if own and (name := holiday(day, own, language())):
            yield HolidayLine(day=day, name=name)
        for country, shorts in countries.items():
            if name := holiday(day, country, language()):
                yield HolidayLine(day=day, name=name, communities=tuple(shorts))


def traffic_lines(session: Session, day: date) -> Iterator[TrafficLine]:
    """Each community's traffic on the CM's clock, measured where that can be."""
    for one in session.settings.communities.values():
        if session.in_focus(one.short):
            own = traffic.of(session, one)
            yield TrafficLine(community=one.short, quarters=own.curve(day), measured=own.basis != "configured")
