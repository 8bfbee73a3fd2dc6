"""A case as it is read: its own row, why it is held, who reported it; and what each of them weighs.

The order of the queue is ``weight`` plus one for every hour that a case has waited. What does not grow with time is
bounded (190 at most), so none waits behind newer ones for longer than eight days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.cases import Case, CaseReport
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

REPORT: Final = ""  # the rule of a cause that is a report
BY_HAND: Final = "by-hand/"
TAKEN_UP: Final = "taken up by hand"

_COLUMNS: Final = (
    *("id", "account", "network", "community", "author", "author_handle", "text", "url", "opened_at", "state", "item"),
    *("decided_at", "author_id", "subject", "edited", "held", "claimed_by", "appeal", "elsewhere", "labels", "joined"),
    *("place", "thread", "queued", "again", "weight"),
)
SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM moderation_case"  # noqa: S608  our own words
# As in the index case_rank, or SQLite would not use it.
RANK: Final = "opened_at - 3600 * weight, id"
HOUR: Final = 3600
_AT_ONCE: Final = 500
_MOST_SAID: Final = 20
_LABELS: Final = msgspec.json.Decoder(tuple[str, ...])
_PLACE: Final = msgspec.json.Decoder(dict[str, str])

_REPORTED: Final = f"SELECT count(*) FROM case_cause WHERE case_id = c.id AND rule = '{REPORT}'"  # noqa: S608
_WEIGHT: Final = f"""
    25 * appeal + 15 * held
    + min(100, 20 * (CASE WHEN queued IS NULL THEN ({_REPORTED}) ELSE
        ({_REPORTED} AND item LIKE '{BY_HAND}%') + (SELECT count(DISTINCT coalesce(nullif(by_handle, ''), id))
            FROM case_report WHERE case_id = c.id AND open) END))
    + min(30, 10 * (SELECT count(DISTINCT rule) FROM case_cause
        WHERE case_id = c.id AND rule <> '{REPORT}' AND severity >= 0))
    + min(20, max(coalesce((SELECT max(severity) FROM case_cause WHERE case_id = c.id), 0),
        coalesce((SELECT max(severity) FROM case_report WHERE case_id = c.id AND open), 0)))
"""  # noqa: S608  our own words


def weigh(db: Database, ids: Iterable[str] | None = None) -> None:
    """Reckon anew what these cases weigh, or all that are open; part of the transaction it is called in."""
    update = f"UPDATE moderation_case AS c SET weight = {_WEIGHT}"  # noqa: S608  our own words
    with db.write() as tx:
        if ids is None:
            tx.execute(f"{update} WHERE state = 'open'")
        else:
            tx.executemany(f"{update} WHERE id = ?", [(one,) for one in ids])


def read(db: Database, rows: Sequence[Sequence[Any]], now: datetime) -> list[Case]:
    """Cases from rows of ``SELECT``, in that order."""
    ids = [row[0] for row in rows]
    causes = _grouped(db, "SELECT case_id, rule, item, reason FROM case_cause", "ORDER BY case_id, rule, item", ids)
    queued = [row[0] for row in rows if row[_COLUMNS.index("queued")] is not None]
    reports = _grouped(db, "SELECT case_id, reason FROM case_report", "AND open ORDER BY case_id, at, id", queued)
    seconds = epoch(now)
    return [_case(db, row, causes.get(row[0], ()), reports.get(row[0], ()), seconds) for row in rows]


def reports_of(db: Database, case: str) -> list[CaseReport]:
    """Who reported a thing to its platform and why, oldest first, with what is settled there already."""
    rows = db.connection.execute(
        "SELECT id, by, by_handle, reason, at FROM case_report WHERE case_id = ? ORDER BY at, id", (case,)
    )
    return [
        CaseReport(id=one, by=by, by_handle=handle, reason=reason, at=from_epoch(at, db.zone))
        for one, by, handle, reason, at in rows
    ]


def _grouped(db: Database, select: str, rest: str, ids: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        for row in db.connection.execute(f"{select} WHERE case_id IN ({marks}) {rest}", some):
            found.setdefault(row[0], []).append(row)
    return found


def _case(db: Database, row: Sequence[Any], causes: Sequence[Any], reports: Sequence[Any], now: int) -> Case:
    its = dict(zip(_COLUMNS, row, strict=True))
    opened, queued, is_open = its["opened_at"], its["queued"], its["state"] == "open"
    # A report that the queue tells of came as a notification, too: what one did by hand is no such thing.
    told = [cause for cause in causes if not cause[1] and (queued is None or cause[2].startswith(BY_HAND))]
    rules = dict.fromkeys(cause[1] for cause in causes if cause[1])
    said = dict.fromkeys(f"reported: {reason}" if reason else "reported" for _, reason in reports)
    reasons = [
        *([its["again"]] if its["again"] and is_open else ()),
        *(["its author asks to be heard"] if its["appeal"] else ()),
        *list(said)[:_MOST_SAID],
        *dict.fromkeys(cause[3] for cause in told),
        *dict.fromkeys(cause[3] for cause in causes if cause[1]),
        *(["held there until somebody decides"] if its["held"] else ()),
    ]
    waited = max(0, now - opened) // HOUR if is_open else 0
    return Case(
        id=its["id"],
        account=its["account"],
        network=its["network"],
        community=its["community"] or None,
        author=its["author"],
        author_handle=its["author_handle"],
        text=its["text"],
        url=its["url"],
        reasons=tuple(reasons),
        rules=tuple(rules),
        reports=len(reports) + len(told),
        priority=its["weight"] + waited,
        opened_at=from_epoch(opened, db.zone),
        state=its["state"],
        item=its["item"] or None,
        decided_at=_moment(db, its["decided_at"]),
        author_id=its["author_id"],
        subject=its["subject"],
        edited=_moment(db, its["edited"]),
        held=bool(its["held"]),
        claimed_by=its["claimed_by"],
        appeal=bool(its["appeal"]),
        elsewhere=its["elsewhere"],
        labels=() if its["labels"] == "[]" else _LABELS.decode(its["labels"]),
        joined=_moment(db, its["joined"]),
        place={} if its["place"] == "{}" else _PLACE.decode(its["place"]),
        thread=its["thread"],
    )


def _moment(db: Database, seconds: int | None) -> datetime | None:
    return None if seconds is None else from_epoch(seconds, db.zone)
