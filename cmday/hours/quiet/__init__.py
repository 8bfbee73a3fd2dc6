"""Quiet and peak hours of a community: as configured (``configured``), or measured from who was there when."""

from cmday.hours.quiet.configured import (
    NOMINAL,
    QUARTERS,
    SUPPOSED,
    Traffic,
    day_curve,
    is_supposed,
    level_of,
    windows_of,
    zone_of,
)

__all__ = [
    "NOMINAL",
    "QUARTERS",
    "SUPPOSED",
    "Traffic",
    "day_curve",
    "is_supposed",
    "level_of",
    "windows_of",
    "zone_of",
]
