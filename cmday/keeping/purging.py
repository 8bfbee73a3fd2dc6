"""Retention: what is older than one wants to keep is told first, then it goes for good."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import msgspec

from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.storage import audit, erasing, journal, purging

_LENGTH: Final = re.compile(r"(\d{1,4})\s*([a-z]+)")
_MONTHS: Final = {
    **dict.fromkeys(("m", "month", "months", "mois"), 1),
    **dict.fromkeys(("y", "year", "years", "a", "an", "ans"), 12),
}
# 29, 30 and 31 of a month without such a day are its last day that every month has.
_LAST_DAY: Final = 28
_MOST_MONTHS: Final = 1200


class PurgedRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows of a table go, or lose whose they were (``audit_personal``, ``decision``)."""

    table: str
    rows: int


class PurgedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday purge --json``: what ended before ``before``; ``last_hash`` is that of the audit log."""

    before: datetime
    dry_run: bool
    tables: tuple[PurgedRow, ...]
    last_hash: str


def moment(older: str, now: datetime) -> datetime:
    """The moment so many months or years before now, at midnight; raises ``WrongUse``, also for less than a month."""
    found = _LENGTH.fullmatch(older.strip().casefold())
    months = int(found[1]) * _MONTHS.get(found[2], 0) if found else 0
    if not 1 <= months <= _MOST_MONTHS:
        raise WrongUse(
            phrase('"{text}" is no time to keep things for', text=older.strip()[:40]),
            phrase("write months or years: 12m, 2y; a month at least"),
        )
    count = now.year * 12 + now.month - 1 - months
    day = min(now.day, _LAST_DAY)
    return now.replace(year=count // 12, month=count % 12 + 1, day=day, hour=0, minute=0, second=0)


def plan(session: Session, before: datetime) -> PurgedData:
    """What would go."""
    erasing.make_ready(session.database)
    return _data(session, before, purging.rehearse(session.database, before), dry_run=True)


def carry_out(session: Session, before: datetime) -> PurgedData:
    """Do it, and write the database file anew, so that the bytes are gone. Raises ``Busy`` while another reads."""
    db, now = session.database, session.clock.now()
    erasing.make_ready(db)
    with db.write():
        counts = purging.purge(db, before, now)
        journal.write(db, now, "purge", text=before.date().isoformat())
    erasing.make_sure(db)
    return _data(session, before, counts, dry_run=False)


def _data(session: Session, before: datetime, counts: dict[str, int], *, dry_run: bool) -> PurgedData:
    rows = tuple(PurgedRow(table=table, rows=rows) for table, rows in sorted(counts.items()))
    return PurgedData(before=before, dry_run=dry_run, tables=rows, last_hash=audit.last_hash(session.database))
