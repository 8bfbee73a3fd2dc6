"""The platforms' own queues as cases: what stands in them, what is open there again, what was dealt with elsewhere.

What a sweep tells is stored page by page. Nothing that was decided here is touched, unless it is reported again, or
stands in the queue again after it was out of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.accounts import Account
from cmday.core.cases import QueueEntry
from cmday.core.time import epoch
from cmday.storage import acquaintance, appeals, case_rows
from cmday.storage.case_telling import OF_QUEUE, Told, tell
from cmday.storage.cases import id_of
from cmday.storage.database import Database
from cmday.storage.item_rows import storable
from cmday.text.gravity import gravity

REPORTED_AGAIN: Final = "reported again after it was decided"
IN_THE_QUEUE_AGAIN: Final = "open again in the queue of its network"
ELSEWHERE: Final = "resolved elsewhere"
_OLDEST: Final = timedelta(days=366)
_MOST_REPORTS: Final = 500
_MOST_WORDS: Final = 1_000
_IN_DOUBT: Final = (
    "SELECT target FROM outbox WHERE kind = 'action' AND state IN ('sending', 'doubtful') AND target IS NOT NULL"
)


class _Before(msgspec.Struct, frozen=True):
    """How a case stood before the queue told of it."""

    state: str = "open"
    decided_at: int | None = None
    queued: int | None = None
    appeal: int = 0
    elsewhere: str | None = None


def store(db: Database, account: Account, entries: Iterable[QueueEntry], at: datetime) -> None:
    """Store some of an account's queue as cases; part of the transaction it is called in. Storing twice is as once."""
    with db.write() as tx:
        touched = [case for one in entries if (case := _store_one(tx, account, one, at))]
        for one in entries:
            if one.appeal:
                appeals.of_queue(db, id_of(account.name, storable(one.subject)), at)
        case_rows.weigh(db, touched)
        acquaintance.meet(db, account.network, (person for one in entries for person in _people(one)))


def _people(one: QueueEntry) -> list[tuple[str, str, datetime]]:
    """Who is named, so that they can be found and forgotten; a colleague as well."""
    told = [(one.author_handle, one.author, one.at), *((each.by_handle, each.by, each.at) for each in one.reports)]
    told += [(one.claimed_by, "", one.at)] if one.claimed_by else []
    return [(storable(handle)[:_MOST_WORDS], storable(name)[:_MOST_WORDS], at) for handle, name, at in told if handle]


def _store_one(tx: sqlite3.Connection, account: Account, one: QueueEntry, at: datetime) -> str | None:
    case = id_of(account.name, storable(one.subject))
    row = tx.execute(
        "SELECT state, decided_at, queued, appeal, elsewhere FROM moderation_case WHERE id = ?", (case,)
    ).fetchone()
    if row is None and one.resolved:  # it was never our case
        return None
    before = _Before(*row) if row else _Before()
    tell(tx, _told(case, account, one, at), holds=True)
    _store_columns(tx, case, one)
    _store_reports(tx, case, one)
    if one.resolved:
        if before.state == "open" and before.queued != 0:
            _resolve(tx, case, one.resolved, by=one.claimed_by, done=one.resolved_as)
        _leave_queue(tx, case)
    elif before.state != "open" and (again := _again(before, one)) is not None:
        tx.execute(
            "UPDATE moderation_case SET state = 'open', decided_at = NULL, elsewhere = NULL, again = ? WHERE id = ?",
            (again or None, case),
        )
    return case


def _told(case: str, account: Account, one: QueueEntry, at: datetime) -> Told:
    since = min((each.at for each in one.reports), default=one.at)
    return Told(
        case=case,
        account=account.name,
        network=account.network,
        community=account.community,
        author=one.author,
        author_handle=one.author_handle,
        text=one.text,
        url=one.url,
        opened_at=max(min(since, at), at - _OLDEST),
        source=OF_QUEUE,
        edited=one.edited,
        thread=one.thread,
    )


def _store_columns(tx: sqlite3.Connection, case: str, one: QueueEntry) -> None:
    tx.execute(
        "UPDATE moderation_case SET author_id = coalesce(?, author_id), subject = ?, held = ?, claimed_by = ?,"
        " appeal = ?, labels = ?, joined = coalesce(?, joined), place = ?, queued = 1 WHERE id = ?",
        (
            one.author_id,
            one.subject,
            one.held,
            one.claimed_by and storable(one.claimed_by)[:_MOST_WORDS],
            one.appeal,
            msgspec.json.encode([storable(label) for label in one.labels]).decode(),
            epoch(one.joined) if one.joined else None,
            msgspec.json.encode({storable(name): storable(value) for name, value in one.place.items()}).decode(),
            case,
        ),
    )


def _store_reports(tx: sqlite3.Connection, case: str, one: QueueEntry) -> None:
    tx.executemany(
        "INSERT INTO case_report (case_id, id, by, by_handle, reason, severity, at, open)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (case_id, id) DO UPDATE SET by = excluded.by,"
        " by_handle = excluded.by_handle, reason = excluded.reason, severity = excluded.severity,"
        " at = excluded.at, open = 1",
        [
            (
                *(case, storable(each.id), storable(each.by)[:_MOST_WORDS], storable(each.by_handle)[:_MOST_WORDS]),
                *(storable(each.reason)[:_MOST_WORDS], gravity(each.reason), epoch(each.at)),
            )
            for each in one.reports[:_MOST_REPORTS]
        ],
    )


def _again(before: _Before, one: QueueEntry) -> str | None:
    """Why a decided case is open again, None where it is not; an appeal speaks for itself."""
    if one.appeal and not before.appeal:
        return ""
    if before.queued == 0 or before.elsewhere is not None:
        return IN_THE_QUEUE_AGAIN
    if before.decided_at is not None and any(epoch(each.at) > before.decided_at for each in one.reports):
        return REPORTED_AGAIN
    return None


def _resolve(tx: sqlite3.Connection, case: str, at: datetime, *, by: str | None, done: str | None) -> None:
    said = ELSEWHERE + (f" by {storable(by)}" if by else "") + (f": {storable(done)}" if done else "")
    tx.execute(
        "UPDATE moderation_case SET state = 'resolved', decided_at = ?, elsewhere = ?, again = NULL WHERE id = ?",
        (epoch(at), said[:_MOST_WORDS], case),
    )


def _leave_queue(tx: sqlite3.Connection, case: str) -> None:
    tx.execute(
        "UPDATE moderation_case SET queued = iif(queued IS NULL, NULL, 0), held = 0, claimed_by = NULL WHERE id = ?",
        (case,),
    )
    tx.execute("UPDATE case_report SET open = 0 WHERE case_id = ?", (case,))


def end_whole(
    db: Database, account: Account, seen: Mapping[str, Iterable[str]], at: datetime, *, asked: datetime
) -> int:
    """Note that a sweep held all that is open: what it lacks was dealt with elsewhere; returns how many cases that is.

    ``seen`` are the ids of the open reports by subject, ``asked`` when the sweep began. What an action of ours may have
    ended is left alone, and so is what came after the question.
    """
    there = {id_of(account.name, storable(subject)): set(ids) for subject, ids in seen.items()}
    with db.write() as tx:
        gone = [row for row in _open_there(tx, account.name, asked) if row[0] not in there]
        for case, state, claimed in gone:
            if state == "open":
                _resolve(tx, case, at, by=claimed, done=None)
            _leave_queue(tx, case)
        for case, ids in there.items():
            _close_reports(tx, case, ids)
        case_rows.weigh(db, [*(case for case, _, _ in gone), *there])
    return sum(state == "open" for _, state, _ in gone)


def _open_there(tx: sqlite3.Connection, account: str, asked: datetime) -> list[tuple[str, str, str | None]]:
    """The cases that stood in the queue; and those that only notifications of reports hold, which stand there too."""
    queued = tx.execute(
        "SELECT id, state, claimed_by FROM moderation_case WHERE account = ? AND queued = 1"  # noqa: S608
        f" AND id NOT IN ({_IN_DOUBT})",
        (account,),
    ).fetchall()
    told = tx.execute(
        "SELECT id, state, NULL FROM moderation_case c WHERE account = ? AND state = 'open' AND queued IS NULL"  # noqa: S608
        f" AND id NOT IN ({_IN_DOUBT}) AND NOT EXISTS (SELECT 1 FROM case_cause r LEFT JOIN item i ON i.id = r.item"
        " WHERE r.case_id = c.id AND (r.rule <> '' OR i.id IS NULL OR i.first_seen >= ?))",
        (account, epoch(asked)),
    ).fetchall()
    return [*queued, *told]


def _close_reports(tx: sqlite3.Connection, case: str, seen: set[str]) -> None:
    known = tx.execute("SELECT id FROM case_report WHERE case_id = ? AND open", (case,)).fetchall()
    settled = [(case, one) for (one,) in known if one not in seen]
    tx.executemany("UPDATE case_report SET open = 0 WHERE case_id = ? AND id = ?", settled)
