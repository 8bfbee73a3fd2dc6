"""The days on which the CM's own dates fall.

Rules are those of RFC 5545 (3.3.10) as far as they are about whole days, with BYEASTER (days from Easter Sunday) beside
them. They are read period by period and never search: the libraries look for 30 February until the year 9999.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from cmday.core.events import OwnDate

MOST: Final = 400
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY: Final = timedelta(days=1)
# Every second year, month or week is counted from here, a Monday.
_BEGIN: Final = date(2000, 1, 3)


def days_of(one: OwnDate, first: date, last: date) -> list[date]:
    """The days from ``first`` to ``last``, both included, on which a date falls; at most ``MOST``, in order.

    29 February falls in leap years only.
    """
    if one.rule:
        found: Iterable[date] = _by_rule(one.rule, first, last)
    else:
        found = _in_years(one, range(first.year, last.year + 1) if one.year is None else (one.year,))
    return [day for day in found if first <= day <= last][:MOST]


def _in_years(one: OwnDate, years: Iterable[int]) -> Iterator[date]:
    for year in years:
        try:
            yield date(year, one.month, one.day)
        except ValueError:
            continue  # there is no 29 February in this year


def _by_rule(rule: str, first: date, last: date) -> Iterator[date]:
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    until = parts.get("UNTIL", "99991231")
    for number, days in _periods(parts["FREQ"], first, last):
        if number % max(1, int(parts.get("INTERVAL", 1))):
            continue
        fitting = [day for day in days if _fits(day, parts)]
        if "BYSETPOS" in parts:
            places = {place - 1 if place > 0 else len(fitting) + place for place in _numbers(parts["BYSETPOS"])}
            fitting = [day for place, day in enumerate(fitting) if place in places]
        yield from (day for day in fitting if f"{day:%Y%m%d}" <= until)


def _periods(freq: str, first: date, last: date) -> Iterator[tuple[int, list[date]]]:
    """The years, months or weeks that touch the days, each with its number and its own days."""
    day = first
    while day <= last:
        if freq == "YEARLY":
            begin, length = date(day.year, 1, 1), (date(day.year, 12, 31) - date(day.year, 1, 1)).days + 1
            number = day.year - _BEGIN.year
        elif freq == "MONTHLY":
            begin, length = day.replace(day=1), monthrange(day.year, day.month)[1]
            number = (day.year - _BEGIN.year) * 12 + day.month - 1
        else:
            begin, length = day - day.weekday() * _DAY, len(_WEEKDAYS)
            number = (begin - _BEGIN).days // len(_WEEKDAYS)
        yield number, [begin + ahead * _DAY for ahead in range(length)]
        day = begin + length * _DAY


def _fits(day: date, parts: dict[str, str]) -> bool:
    month = monthrange(day.year, day.month)[1]
    year = (date(day.year, 12, 31) - date(day.year, 1, 1)).days + 1
    of_year = (day - date(day.year, 1, 1)).days + 1
    weeks = date(day.year, 12, 28).isocalendar().week
    counted = {
        "BYMONTH": (day.month,),
        "BYMONTHDAY": (day.day, day.day - month - 1),
        "BYYEARDAY": (of_year, of_year - year - 1),
        "BYWEEKNO": (day.isocalendar().week, day.isocalendar().week - weeks - 1),
    }
    if any(not set(_numbers(parts[name])) & set(own) for name, own in counted.items() if name in parts):
        return False
    if "BYEASTER" in parts and (day - _easter(day.year)).days not in _numbers(parts["BYEASTER"]):
        return False
    if "BYDAY" not in parts:
        return True
    by_month = parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts
    place, length = (day.day, month) if by_month else (of_year, year)
    ordinals = {0, (place + 6) // 7, -((length - place) // 7 + 1)}
    return any(
        named[-2:] == _WEEKDAYS[day.weekday()] and int(named[:-2] or 0) in ordinals
        for named in parts["BYDAY"].split(",")
    )


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _easter(year: int) -> date:
    """Easter Sunday, by the Gregorian algorithm of Meeus, Jones and Butcher."""
    century, rest = divmod(year, 100)
    golden = year % 19
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
