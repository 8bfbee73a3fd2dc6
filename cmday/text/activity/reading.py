"""From a table and its columns to activity: events of people, or counts of people by the hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

import msgspec

from cmday.text.activity import moments
from cmday.text.activity.columns import Columns, weekday_of
from cmday.text.activity.table import Table

_HOUR: Final = 3600
_DAY_HOURS: Final = 24


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """What a file tells: ``events`` (UTC seconds and who) or ``hours`` (the hour's first second in UTC, how many).

    ``start`` and ``end`` are the hours it covers; ``skipped`` rows could not be read. ``whole_days`` says that the
    times hold no hours: nothing can be learnt of them.
    """

    events: list[tuple[int, str]]
    hours: list[tuple[int, float]]
    start: int
    end: int
    skipped: int
    whole_days: bool = False


def wants_day_order(table: Table, columns: Columns) -> bool:
    """Whether the dates could be read both ways round."""
    return _day_first(table, columns) is None


def wants_dates(columns: Columns) -> bool:
    """Whether it is a table of hours of the day that does not say of which days."""
    return columns.time is None and columns.date is None


def read_activity(
    table: Table,
    columns: Columns,
    zone: tzinfo,
    *,
    day_first: bool | None = None,
    days: tuple[date, date] | None = None,
    until: int | None = None,
) -> Activity:
    """What a table tells; wall clocks are those of ``zone``, a table without dates spreads over ``days``.

    What lies behind ``until`` (UTC seconds) is skipped, unless everything does.
    """
    order = day_first if day_first is not None else _day_first(table, columns) is not False
    if wants_dates(columns):
        return _spread(table, columns, zone, days)
    events: list[tuple[int, str]] = []
    hours: dict[int, float] = {}
    skipped = clocks = 0
    rows = [list(_row(row, columns, zone, day_first=order)) for row in table.rows]
    if until is not None and any(at <= until for row in rows for at, *_ in row):
        rows = [[one for one in row if one[0] <= until] for row in rows]
    for found in rows:
        skipped += not found
        for at, who, count, whole_day in found:
            clocks += not whole_day
            if who is not None:
                events.append((at, who))
            else:
                hours[at] = hours.get(at, 0.0) + count
    return _bounded(events, hours, skipped, whole_days=bool(events or hours) and not clocks)


def _row(
    row: list[str], columns: Columns, zone: tzinfo, *, day_first: bool
) -> Iterator[tuple[int, str | None, float, bool]]:
    """What one row tells: seconds, who, how many, and whether no hour is known."""
    place = columns.time if columns.time is not None else columns.date
    moment = moments.parse(row[place], day_first=day_first) if place is not None else None
    if moment is None:
        return
    if columns.hours:
        for hour, column in enumerate(columns.hours):
            count = moments.number(row[column])
            if count is not None:
                yield _at(moment, hour, zone), None, count, False
        return
    whole_day = moment.whole_day
    at = moments.seconds_of(moment, zone)
    if columns.hour is not None:
        hour_found = moments.hour_of_day(row[columns.hour])
        if hour_found is None:
            return
        at, whole_day = _at(moment, hour_found, zone), False
    if columns.actor is not None:
        if row[columns.actor]:
            yield at, row[columns.actor], 1.0, whole_day
        return
    count = moments.number(row[columns.count]) if columns.count is not None else None
    if count is not None:
        yield at if columns.hour is not None else _at(moment, moment.wall.hour, zone), None, count, whole_day


def _at(moment: moments.Moment, hour: int, zone: tzinfo) -> int:
    wall = datetime.combine(moment.wall.date(), time(hour), moment.wall.tzinfo or zone)
    return int(wall.timestamp())


def _spread(table: Table, columns: Columns, zone: tzinfo, days: tuple[date, date] | None) -> Activity:
    """Counts by hour of the day (and weekday) shared out evenly among the days they stand for."""
    if days is None:
        raise ValueError(days)
    hours: dict[int, float] = {}
    skipped = 0
    every = moments.days_between(*days)
    for row in table.rows:
        weekday = weekday_of(row[columns.weekday]) if columns.weekday is not None else None
        meant = [day for day in every if weekday is None or day.weekday() == weekday]
        pairs = (
            [(hour, moments.number(row[place])) for hour, place in enumerate(columns.hours)]
            if columns.hours
            else [(moments.hour_of_day(row[columns.hour or 0]), moments.number(row[columns.count or 0]))]
        )
        known = [(hour, count) for hour, count in pairs if hour is not None and count is not None]
        skipped += not known or not meant
        for day in meant:
            for hour, count in known:
                at = int(datetime.combine(day, time(hour), zone).timestamp())
                hours[at] = hours.get(at, 0.0) + count / len(meant)
    found = _bounded([], hours, skipped)
    if not hours:
        return found
    start, end = (datetime.combine(day, time(), zone) for day in (days[0], days[1] + timedelta(days=1)))
    return msgspec.structs.replace(found, start=int(start.timestamp()), end=int(end.timestamp()))


def _bounded(
    events: list[tuple[int, str]], hours: dict[int, float], skipped: int, *, whole_days: bool = False
) -> Activity:
    every = [at for at, _ in events] + list(hours)
    start = min(every, default=0) // _HOUR * _HOUR
    end = max(every, default=0) // _HOUR * _HOUR + _HOUR if every else start
    return Activity(
        events=sorted(set(events)),
        hours=sorted(hours.items()),
        start=start,
        end=end,
        skipped=skipped,
        whole_days=whole_days,
    )


def _day_first(table: Table, columns: Columns) -> bool | None:
    place = columns.time if columns.time is not None else columns.date
    return moments.day_first(row[place] for row in table.rows) if place is not None else True


def period(text: str) -> tuple[date, date]:
    """The days of ``2026-10-01..2026-10-31``; raises ``ValueError``."""
    first, _, last = text.partition("..")
    begin = date.fromisoformat(first.strip())
    end = date.fromisoformat(last.strip()) if last else begin
    if not timedelta() <= end - begin <= timedelta(days=3660):
        raise ValueError(text)
    return begin, end
