"""Cases for a moderator: reading and deciding them. One a thing; a decision outlives every refetch.

Why they are held is stored by ``case_causes``, what the platforms' queues tell by ``case_queue``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal

from cmday.core.cases import Case, CaseState
from cmday.core.items import Notification
from cmday.core.time import epoch
from cmday.storage import case_rows
from cmday.storage.case_rows import BY_HAND, RANK, SELECT, SELECT_MANY
from cmday.storage.database import Database

Which = Literal["open", "decided", "all"]
_AT_ONCE: Final = 500
_ALL: Final = -1


def case_id(one: Notification) -> str:
    """The case that an item belongs to: of the post it is about, so that reports and mentions of one post meet."""
    return id_of(one.account, one.subject or one.id.removeprefix(f"{one.account}:"))


def id_of(account: str, subject: str) -> str:
    """The id of the case of a thing, which its network calls ``subject``."""
    return f"case/{account}/{subject}"


def open_cases(db: Database, *, communities: Sequence[str] = (), limit: int | None = None) -> list[Case]:
    """The open cases in focus, the most pressing first; what belongs to no community is always in focus."""
    return listed(db, "open", communities=communities, limit=limit)


def listed(db: Database, which: Which, *, communities: Sequence[str] = (), limit: int | None = None) -> list[Case]:
    """Cases in focus: open ones by what presses most, decided ones with the newest decision first, in that order."""
    most = _ALL if limit is None else limit
    found = []
    if which != "decided":
        where, values = _focus("state = 'open'", communities)
        select = SELECT_MANY if limit is None else SELECT
        found += db.connection.execute(f"{select} WHERE {where} ORDER BY {RANK} LIMIT ?", (*values, most)).fetchall()
    if which != "open":
        where, values = _focus("state <> 'open'", communities)
        left = _ALL if limit is None else max(0, limit - len(found))
        found += db.connection.execute(
            f"{SELECT} WHERE {where} ORDER BY decided_at DESC, id LIMIT ?", (*values, left)
        ).fetchall()
    return case_rows.read(db, found, db.clock.now())


def count(db: Database, which: Which = "open", *, communities: Sequence[str] = ()) -> int:
    """How many cases are in focus."""
    where, values = _focus({"open": "state = 'open'", "decided": "state <> 'open'", "all": "1"}[which], communities)
    row = db.connection.execute(f"SELECT count(*) FROM moderation_case WHERE {where}", values).fetchone()  # noqa: S608
    return int(row[0])


def resolved_elsewhere(
    db: Database, since: datetime, *, communities: Sequence[str] = (), limit: int | None = None
) -> list[Case]:
    """Cases in focus that others dealt with outside cmday since then, the newest first."""
    where, values = _focus("state <> 'open' AND decided_at >= ? AND elsewhere IS NOT NULL", communities)
    rows = db.connection.execute(
        f"{SELECT} WHERE {where} ORDER BY decided_at DESC, id LIMIT ?",
        (epoch(since), *values, _ALL if limit is None else limit),
    ).fetchall()
    return case_rows.read(db, rows, db.clock.now())


def _focus(where: str, communities: Sequence[str]) -> tuple[str, list[str]]:
    if not communities:
        return where, []
    return f"{where} AND community IN ({','.join('?' * (len(communities) + 1))})", ["", *communities]


def cases(db: Database, ids: Iterable[str]) -> dict[str, Case]:
    """The cases of these ids, open or decided; unknown ones are missing."""
    wanted = list(dict.fromkeys(ids))
    rows = []
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows += db.connection.execute(f"{SELECT} WHERE id IN ({','.join('?' * len(some))})", some).fetchall()
    found = {case.id: case for case in case_rows.read(db, rows, db.clock.now())}
    return {one: found[one] for one in wanted if one in found}


def of_author(db: Database, handles: Iterable[tuple[str, str]]) -> list[Case]:
    """The cases of somebody, given as pairs of network and handle, over all communities, the newest first."""
    rows = []
    for network, handle in handles:
        rows += db.connection.execute(
            f"{SELECT} WHERE network = ? AND author_handle = ? AND author_handle <> ''", (network, handle)
        ).fetchall()
    found = case_rows.read(db, rows, db.clock.now())
    return sorted(found, key=lambda case: (case.opened_at, case.id), reverse=True)


def items_of(db: Database, case: str, *, reports: bool = False) -> list[str]:
    """The ids of the items behind a case; with ``reports`` only those that are reports."""
    rows = db.connection.execute(
        "SELECT DISTINCT item FROM case_cause WHERE case_id = ? AND (rule = '' OR ?)", (case, not reports)
    )
    return [item for (item,) in rows]


def decide(db: Database, case: str, state: CaseState, at: datetime | None) -> bool:
    """Give a case another state; returns whether that changed anything."""
    with db.write() as tx:
        done = tx.execute(
            "UPDATE moderation_case SET state = ?, decided_at = ?, elsewhere = NULL, again = NULL"
            " WHERE id = ? AND state <> ?",
            (state, None if state == "open" or at is None else epoch(at), case, state),
        )
        if done.rowcount:
            case_rows.weigh(db, [case])
        return done.rowcount > 0


def remove(db: Database, case: str) -> None:
    """Forget a case that was opened by hand; what stands in its platform's queue stays."""
    with db.write() as tx:
        tx.execute("DELETE FROM case_cause WHERE case_id = ? AND item LIKE ?", (case, f"{BY_HAND}%"))
        tx.execute("DELETE FROM moderation_case WHERE id = ? AND queued IS NULL", (case,))
        case_rows.weigh(db, [case])
