"""What was done in a span of days, as the journal has it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from cmday.core.time import day_bounds
from cmday.daybook.time_spent import Spent, time_spent
from cmday.session import Session
from cmday.storage import journal

_MOST = 10_000
_WEEK = 7


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.entries[]``: ``verb`` is done, read, note...; ``step`` and ``item`` say to what."""

    id: int
    at: datetime
    verb: str
    step: str | None
    item: str | None
    text: str


class LogData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday log --json``: the days from ``first`` to ``last``, and the time spent by step."""

    first: date
    last: date
    entries: tuple[LogLine, ...]
    spent: tuple[Spent, ...]


def of_days(session: Session, *, week: bool = False) -> LogData:
    """Today, or today and the six days before."""
    last = session.clock.today()
    first = last - timedelta(days=_WEEK - 1) if week else last
    start, _ = day_bounds(first, session.clock.zone)
    _, end = day_bounds(last, session.clock.zone)
    lines = journal.entries(session.database, since=start, until=end, limit=_MOST)
    return LogData(
        first=first,
        last=last,
        entries=tuple(
            LogLine(id=line.id, at=line.at, verb=line.verb, step=line.step, item=line.item, text=line.text)
            for line in lines
        ),
        spent=_by_day(session, lines),
    )


def _by_day(session: Session, lines: list[journal.JournalEntry]) -> tuple[Spent, ...]:
    """The time by step over several days: nights are nobody's, so each day is counted alone."""
    days: dict[date, list[journal.JournalEntry]] = {}
    for line in lines:
        days.setdefault(line.at.astimezone(session.clock.zone).date(), []).append(line)
    totals: dict[str | None, Spent] = {}
    for found in (time_spent(day) for day in days.values()):
        for spent in found:
            known = totals.get(spent.step)
            totals[spent.step] = (
                msgspec.structs.replace(known, minutes=known.minutes + spent.minutes, deeds=known.deeds + spent.deeds)
                if known
                else spent
            )
    return tuple(totals.values())
