"""Times as exports write them: ISO 8601, seconds since 1970, 02/11/2026 08:31, Nov 2, 2026, 2026110208.

Whether 02/11 is February or November is for the whole column to say: one cell with a 13 in it decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

import msgspec

_SECONDS: Final = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
_BY_HOUR: Final = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])")
_NUMBERED: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[T,]?\s*(.+))?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[T,]?\s*(.+))?")
_NAMED: Final = re.compile(
    r"(?:[a-zûé]{2,9}\.?,?\s+)?(?:(\d{1,2})(?:er|st|nd|rd|th)?\.?\s+([a-zûé]{3,9})\.?|([a-zûé]{3,9})\.?\s+(\d{1,2}))"
    r",?\s+(\d{4})(?:,?\s*(?:at|à)?\s*(.+))?"
)
_CLOCK: Final = re.compile(
    r"(\d{1,2})(?:\s*[:h]\s*(\d{2})?(?::(\d{2})(?:[.,]\d+)?)?)?\s*([ap]\.?m\.?)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?"
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("jan janv january janvier", "feb févr fev february février", "mar march mars", "apr avr april avril"),
            *(
                "may mai",
                "jun june juin",
                "jul juil july juillet",
                "aug août aout august",
                "sep sept september septembre",
            ),
            *("oct october octobre", "nov november novembre", "dec déc december décembre"),
        ),
        1,
    )
    for name in names.split()
}
_MILLISECONDS: Final = 1e11
_CENTURY: Final = 100
_NOON: Final = 12
_LAST_MONTH: Final = 12
_LAST_HOUR: Final = 24
_LONGEST: Final = 60
# Networks are younger; and the zeros and 9999s that tables are filled up with are no times.
_YEARS: Final = range(2000, 2100)


class Moment(msgspec.Struct, frozen=True):
    """A time as it is written: a wall clock, which stands in UTC or a fixed zone where the text names one."""

    wall: datetime
    whole_day: bool


def is_moment(text: str) -> bool:
    """Whether a cell is a date or a time, whichever way round its days and months are."""
    return parse(text, day_first=True) is not None or parse(text, day_first=False) is not None


def day_first(cells: Iterable[str]) -> bool | None:
    """Whether days stand before months in a column; None where nothing in it says so.

    Where both could be, dates that go by the calendar, day after day, say it too.
    """
    pairs = [
        (int(found[1]), int(found[2]), int(found[3])) for cell in cells if (found := _NUMBERED.fullmatch(cell.strip()))
    ]
    if not pairs or any(first > _LAST_MONTH for first, _, _ in pairs):
        return True
    if any(second > _LAST_MONTH for _, second, _ in pairs):
        return False
    days, months = ({pair[place] for pair in pairs} for place in (0, 1))
    if len(days) == len(months):
        return None
    return len(days) > len(months) if min(len(days), len(months)) == 1 else None


def parse(text: str, *, day_first: bool, by_hour: bool = True) -> Moment | None:
    """The time in a cell, or None. ``by_hour`` reads ten digits as year, month, day and hour where they can be.

    Years outside 2000 to 2099 are none.
    """
    text = text.strip().lower()
    if not text or len(text) > _LONGEST or not any(sign.isdigit() for sign in text):
        return None
    found = _parsed(text, day_first=day_first, by_hour=by_hour)
    return found if found and found.wall.year in _YEARS else None


def _parsed(text: str, *, day_first: bool, by_hour: bool) -> Moment | None:
    try:
        if by_hour and _BY_HOUR.fullmatch(text):
            return Moment(datetime.strptime(text, "%Y%m%d%H"), whole_day=False)  # noqa: DTZ007  a wall clock
        if _SECONDS.fullmatch(text):
            seconds = float(text)
            seconds = seconds / 1000 if seconds > _MILLISECONDS else seconds
            return Moment(datetime.fromtimestamp(seconds, UTC), whole_day=False)
        return _iso(text) or _written(text, day_first=day_first)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> Moment | None:
    if text.isdigit() and len(text) != len("20261102"):
        return None
    for form in (text, text.removesuffix(" utc").removesuffix(" gmt").removesuffix("utc").strip() + "+00:00"):
        if form is not text and not text.endswith(("utc", "gmt")):
            break
        try:
            return Moment(datetime.fromisoformat(form.upper()), whole_day=len(text) <= len("2026-11-02"))
        except ValueError:
            continue
    return None


def _written(text: str, *, day_first: bool) -> Moment | None:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day, clock = int(found[1]), int(found[2]), int(found[3]), found[4]
    elif found := _NUMBERED.fullmatch(text):
        first, second, year, clock = int(found[1]), int(found[2]), int(found[3]), found[4]
        day, month = (first, second) if day_first else (second, first)
        year += 2000 if year < _CENTURY else 0
    elif found := _NAMED.fullmatch(text):
        name = found[2] or found[3]
        if name not in _MONTHS:
            return None
        day, month, year, clock = int(found[1] or found[4]), _MONTHS[name], int(found[5]), found[6]
    else:
        return None
    if clock is None:
        return Moment(datetime(year, month, day), whole_day=True)  # noqa: DTZ001  a wall clock
    at = _clock(clock)
    return None if at is None else Moment(datetime.combine(date(year, month, day), at), whole_day=False)


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    hour = _on_the_day(int(found[1]), found[4])
    zone: tzinfo | None = UTC if found[5] in ("z", "utc", "gmt") else None
    if found[5] and zone is None:
        zone = datetime.strptime(found[5].replace(":", ""), "%z").tzinfo
    return time(hour, int(found[2] or 0), int(found[3] or 0), tzinfo=zone)


def _on_the_day(hour: int, half: str | None) -> int:
    if not half:
        return hour
    return hour % _NOON + (_NOON if half.startswith("p") else 0)


def hour_of_day(text: str) -> int | None:
    """The hour in ``8``, ``08:00``, ``8h``, ``8 PM``, ``8 - 9``; None where it is none."""
    text = text.strip().lower()
    found = re.match(r"(\d{1,2})\s*(?:h|:\d\d)?(?::\d\d)?\s*([ap]\.?m\.?)?", text)
    if not found or len(text) > _LONGEST:
        return None
    hour = _on_the_day(int(found[1]), found[2])
    return hour if hour < _LAST_HOUR else None


def seconds_of(moment: Moment, zone: tzinfo) -> int:
    """The UTC seconds of a time; a wall clock is one of ``zone``."""
    wall = moment.wall if moment.wall.tzinfo else moment.wall.replace(tzinfo=zone)
    return int(wall.timestamp())


def number(text: str) -> float | None:
    """A count as people write it: ``1 234``, ``1,234``, ``12.5``; None where it is none or below zero."""
    kept = re.sub(r"[\s\u00a0\u202f'%]", "", text)
    if re.fullmatch(r"\d{1,3}([,.]\d{3})+", kept):
        kept = re.sub(r"[,.]", "", kept)
    try:
        value = float(kept.replace(",", "."))
    except ValueError:
        return None
    return value if 0 <= value < _MILLISECONDS else None


def days_between(first: date, last: date) -> list[date]:
    """The days from one to another, both among them."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
