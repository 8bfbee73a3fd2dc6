"""The past as people name it: ``mon`` is the last Monday, ``12 nov`` the last one, ``3d`` three days ago."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from cmday.core.time import EARLIEST
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.text.date_words import UNITS
from cmday.text.dates import parse_day

_AGO: Final = re.compile(r"(?:il y a\s+)?(\d{1,5})\s*([a-z]+)(?:\s+ago)?")
_DAY: Final = timedelta(days=1)
# Read from so long ago, a weekday is the last one, a day of the year the last one, 29 February too.
_A_WEEK: Final = timedelta(days=6)
_VIEWPOINTS: Final = (_A_WEEK, *(timedelta(days=days) for days in (365, 4 * 365, 8 * 365)))
_HINT: Final = phrase("name a day that is over: mon, yesterday, 12 nov, 3d")


def parse_since(text: str, now: datetime, *, language: str = "en") -> datetime:
    """The moment from which on is meant: the start of a day, or some hours ago; in the zone of ``now``.

    ``2h``, ``3 days``, ``2 weeks ago``, ``il y a 3 jours`` count back. A weekday is the last one, today's is today; a
    day of the year without its year is the last one. Raises ``WrongUse``, also for a day to come.
    """
    match = _AGO.fullmatch(text.strip().casefold())
    if match and (unit := UNITS.get(match[2])):
        then = _before(text, now, int(match[1]) * unit)
        return then if unit < _DAY else _start(then.date(), now)
    day, today = parse_day(text, now, language=language), now.date()
    if day > today and _seen_from(text, now, _A_WEEK, language) == day - _A_WEEK:
        raise _to_come(day)  # it counts from today: tomorrow, in 3 days
    for viewpoint in _VIEWPOINTS:
        if day > today:
            day = _seen_from(text, now, viewpoint, language)
    if day > today:
        raise _to_come(day)
    return _start(day, now)


def parse_age(text: str, now: datetime) -> datetime:
    """The moment so long ago, to the second: ``3d`` is three times 24 hours. Raises ``WrongUse`` with a hint."""
    match = _AGO.fullmatch(text.strip().casefold())
    unit = UNITS.get(match[2]) if match else None
    if match is None or unit is None:
        raise WrongUse(
            phrase('"{text}" is not a length I can read', text=text.strip()[:60]),
            phrase("write for example 3d, 2w or 6h"),
        )
    return _before(text, now, int(match[1]) * unit)


def _seen_from(text: str, now: datetime, viewpoint: timedelta, language: str) -> date:
    return parse_day(text, _before(text, now, viewpoint), language=language)


def _before(text: str, now: datetime, length: timedelta) -> datetime:
    if now - EARLIEST < length:
        raise WrongUse(phrase('"{text}" is too long ago', text=text.strip()[:60]), _HINT)
    return (now.astimezone(UTC) - length).astimezone(now.tzinfo)


def _start(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(), now.tzinfo).astimezone(UTC).astimezone(now.tzinfo)


def _to_come(day: date) -> WrongUse:
    return WrongUse(phrase("{day} is still to come", day=day.isoformat()), _HINT)
