"""A case as it is read: its own row, why it is held, who reported it; and what each of them weighs.

The order of the queue is ``weight`` plus one for every hour that a case has waited. What does not grow with time is
bounded (190 at most), so none waits behind newer ones for longer than eight days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
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
# To read all of it in the order of an index would jump about in the file.
SELECT_MANY: Final = f"{SELECT} NOT INDEXED"
# As in the index case_rank, or SQLite would not use it.
RANK: Final = "opened_at - 3600 * weight, id"
HOUR: Final = 3600
_QUEUED: Final = _COLUMNS.index("queued")
_AT_ONCE: Final = 500
_MANY: Final = 2_000
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
    causes = _grouped(db, "SELECT case_id, rule, item, reason FROM case_cause WHERE case_id", "", "rule, item", ids)
    queued = [row[0] for row in rows if row[_QUEUED] is not None]
    reports = _grouped(db, "SELECT case_id, reason FROM case_report WHERE case_id", "AND open", "id", queued)
    seconds = epoch(now)
    return [_case(db.zone, row, causes.get(row[0], ()), reports.get(row[0], ()), seconds) for row in rows]


def reports_of(db: Database, case: str) -> list[CaseReport]:
    """Who reported a thing to its platform and why, oldest first, with what is settled there already."""
    rows = db.connection.execute(
        "SELECT id, by, by_handle, reason, at FROM case_report WHERE case_id = ? ORDER BY at, id", (case,)
    )
    return [
        CaseReport(id=one, by=by, by_handle=handle, reason=reason, at=from_epoch(at, db.zone))
        for one, by, handle, reason, at in rows
    ]


def _grouped(db: Database, select: str, where: str, order: str, ids: Sequence[str]) -> dict[str, list[Any]]:
    """Rows by the case that they begin with; where most are wanted, one look at all is faster than many."""
    found: dict[str, list[Any]] = {}
    many = len(ids) > _MANY
    for start in range(0, len(ids), len(ids) if many else _AT_ONCE):
        some = [] if many else ids[start : start + _AT_ONCE]
        which = "IS NOT NULL" if many else f"IN ({','.join('?' * len(some))})"
        for row in db.connection.execute(f"{select} {which} {where} ORDER BY case_id, {order}", some):
            if (case := row[0]) in found:
                found[case].append(row)
            else:
                found[case] = [row]
    return found


def _case(zone: tzinfo, row: Sequence[Any], causes: Sequence[Any], reports: Sequence[Any], now: int) -> Case:
    (
        one, account, network, community, author, handle, text, url, opened, state, item, decided, author_id, subject,
        edited, held, claimed, appeal, elsewhere, labels, joined, place, thread, queued, again, weight,
    ) = row  # fmt: skip
    is_open = state == "open"
    # A report that the queue tells of came as a notification, too: what one did by hand is no such thing.
    told = (
        [cause for cause in causes if not cause[1] and (queued is None or cause[2].startswith(BY_HAND))]
        if causes
        else []
    )
    reasons = [again] if again and is_open else []
    if appeal:
        reasons.append("its author asks to be heard")
    if len(reports) == 1:
        reasons.append(_reported(reports[0][1]))
    elif reports:
        reasons += list(dict.fromkeys(_reported(said) for _, said in reports))[:_MOST_SAID]
    if causes:
        reasons += dict.fromkeys(cause[3] for cause in (*told, *(cause for cause in causes if cause[1])))
    if held:
        reasons.append("held there until somebody decides")
    return Case(
        id=one,
        account=account,
        network=network,
        community=community or None,
        author=author,
        author_handle=handle,
        text=text,
        url=url,
        reasons=tuple(reasons),
        rules=tuple(dict.fromkeys(cause[1] for cause in causes if cause[1])) if causes else (),
        reports=len(reports) + len(told),
        priority=weight + (max(0, now - opened) // HOUR if is_open else 0),
        opened_at=datetime.fromtimestamp(opened, zone),
        state=state,
        item=item or None,
        decided_at=None if decided is None else datetime.fromtimestamp(decided, zone),
        author_id=author_id,
        subject=subject,
        edited=None if edited is None else datetime.fromtimestamp(edited, zone),
        held=held == 1,
        claimed_by=claimed,
        appeal=appeal == 1,
        elsewhere=elsewhere,
        labels=() if labels == "[]" else _LABELS.decode(labels),
        joined=None if joined is None else datetime.fromtimestamp(joined, zone),
        place={} if place == "{}" else _PLACE.decode(place),
        thread=thread,
    )


def _reported(said: str) -> str:
    return f"reported: {said}" if said else "reported"
