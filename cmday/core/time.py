"""The clock, passed in and always aware of its zone."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

# What others claim beyond these is taken for these: there is room left to reckon in, in every zone.
EARLIEST: Final = datetime(2, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9998, 1, 1, tzinfo=UTC)
_FIRST_SECOND: Final = int(EARLIEST.timestamp())
_LAST_SECOND: Final = int(LATEST.timestamp())


class Clock:
    """Tells the time in the CM's own zone; ``frozen`` makes it stand still (``CMDAY_NOW``)."""

    __slots__ = ("frozen", "zone")

    def __init__(self, zone: tzinfo, frozen: datetime | None = None) -> None:
        self.zone = zone
        self.frozen = frozen

    def now(self) -> datetime:
        """The present moment, aware, in the CM's zone, without microseconds."""
        moment = self.frozen or datetime.now(UTC)
        return moment.astimezone(self.zone).replace(microsecond=0)

    def today(self) -> date:
        """The CM's calendar day."""
        return self.now().date()


def parse_instant(text: str) -> datetime:
    """An ISO 8601 date and time with offset; raises ``ValueError`` where the offset is missing."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def frozen_instant() -> datetime | None:
    """The moment that ``CMDAY_NOW`` asks for, or None; raises ``ValueError`` where it cannot be read."""
    text = os.environ.get("CMDAY_NOW")
    return parse_instant(text) if text else None


def system_zone() -> tzinfo:
    """The zone of this machine: ``TZ``, then /etc/timezone or /etc/localtime, then the present offset."""
    name = os.environ.get("TZ", "").lstrip(":") or _system_zone_name()
    if name:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass  # an unknown or POSIX-style TZ: the offset below is right for today
    return datetime.now(UTC).astimezone().tzinfo or UTC


def _system_zone_name() -> str | None:
    listed = Path("/etc/timezone")
    if listed.is_file():
        return listed.read_text(encoding="utf-8").strip() or None
    target = Path("/etc/localtime")
    if target.is_symlink():
        _, found, name = str(target.resolve()).partition("zoneinfo/")
        return name if found else None
    return None


def zone_name(zone: tzinfo) -> str:
    """The IANA name of a zone, or its offset (``UTC+01:00``) where it has none."""
    if isinstance(zone, ZoneInfo) and zone.key:
        return zone.key
    return timezone(zone.utcoffset(None) or timedelta()).tzname(None) if isinstance(zone, timezone) else str(zone)


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Midnight to midnight of a calendar day in a zone; 23 to 25 hours long where clocks change."""
    start = datetime.combine(day, time.min, zone)
    return start, datetime.combine(day + timedelta(days=1), time.min, zone)


def bounded(moment: datetime) -> datetime:
    """A moment that somebody else claims, aware, as one that can be reckoned with."""
    return min(max(moment, EARLIEST), LATEST)


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970 in UTC, as the database keeps every instant; bounded, so that it can be read back."""
    return min(max(int(moment.timestamp()), _FIRST_SECOND), _LAST_SECOND)


def from_epoch(seconds: int, zone: tzinfo) -> datetime:
    """The instant that the database keeps, aware, in a zone."""
    return datetime.fromtimestamp(seconds, zone)
