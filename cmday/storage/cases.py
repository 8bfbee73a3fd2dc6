"""Cases for a moderator: one a thing, with every report and rule hit on it; a decision outlives every refetch."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.cases import Case, CaseState
from cmday.core.items import Item, Notification
from cmday.core.time import epoch, from_epoch
from cmday.storage import keep
from cmday.storage.database import Database
from cmday.storage.ledger import COLUMNS, read_item

REPORT: Final = ""  # the rule of a cause that is a report
_BY_HAND: Final = "by-hand/"
_EXAMINED: Final = "moderation.examined"
_PER_REPORT: Final = 20
_PER_RULE: Final = 10
_LOOK_BACK: Final = 20_000
_CASE: Final = "id, account, network, community, author, author_handle, text, url, opened_at, state, item, decided_at"


class Examined(msgspec.Struct, frozen=True):
    """How far the ledger was examined: by which rules (``version``, ``rules`` of them), up to which item's number.

    ``flawed`` tells that the rules had mistakes, so that they are told again.
    """

    version: str = ""
    number: int = 0
    rules: int = 0
    flawed: bool = False


class Cause(msgspec.Struct, frozen=True):
    """Why an item is held: ``rule`` is empty for a report; without ``holds`` it is only counted."""

    rule: str
    reason: str
    holds: bool = True


def examined(db: Database) -> Examined:
    """How far the ledger was examined."""
    kept = keep.get(db, _EXAMINED)
    if kept is None:
        return Examined()
    try:
        return msgspec.json.decode(kept, type=Examined)
    except msgspec.DecodeError:
        return Examined()


def begin_anew(db: Database, version: str, rules: int, *, flawed: bool) -> Examined:
    """Examine by other rules: their hits are forgotten, cases that only rules held are dropped unless decided.

    The newest twenty thousand items are looked at again.
    """
    with db.write() as tx:
        tx.execute("DELETE FROM case_cause WHERE rule <> ?", (REPORT,))
        (last,) = tx.execute("SELECT coalesce(max(number), 0) FROM item").fetchone()
        known = Examined(version, max(0, last - _LOOK_BACK), rules, flawed)
        if known.number == 0:
            tx.execute("DELETE FROM examine_again")
        keep.put(db, _EXAMINED, msgspec.json.encode(known).decode())
    return known


def to_examine(db: Database, known: Examined, limit: int) -> list[tuple[int, Item]]:
    """Items that the present rules have not seen, by number: new ones, and those whose text changed since."""
    rows = db.connection.execute(
        f"SELECT number, {COLUMNS} FROM item WHERE number > ? ORDER BY number LIMIT ?",  # noqa: S608  a constant
        (known.number, limit),
    ).fetchall()
    if not rows:
        rows = db.connection.execute(
            f"SELECT number, {COLUMNS} FROM item WHERE number IN (SELECT number FROM examine_again LIMIT ?)",  # noqa: S608
            (limit,),
        ).fetchall()
    return [(row[0], read_item(db, row[1:])) for row in rows]


def anything_to_examine(db: Database, known: Examined) -> bool:
    """Whether the ledger holds an item that the present rules have not seen."""
    return bool(
        db.connection.execute(
            "SELECT EXISTS (SELECT 1 FROM item WHERE number > ?) OR EXISTS (SELECT 1 FROM examine_again)",
            (known.number,),
        ).fetchone()[0]
    )


def store_causes(db: Database, known: Examined, found: Sequence[tuple[int, Item, Sequence[Cause]]]) -> Examined:
    """Store what was found on some items, and that they were examined, in one transaction."""
    with db.write() as tx:
        for number, item, causes in found:
            _store_item(tx, item.notification, causes)
            tx.execute("DELETE FROM examine_again WHERE number = ?", (number,))
        known = msgspec.structs.replace(known, number=max([known.number, *(number for number, _, _ in found)]))
        keep.put(db, _EXAMINED, msgspec.json.encode(known).decode())
    return known


def _store_item(tx: sqlite3.Connection, one: Notification, causes: Sequence[Cause]) -> None:
    case = case_id(one)
    held = any(cause.holds for cause in causes)
    tx.execute("DELETE FROM case_cause WHERE item = ?", (one.id,))
    tx.executemany(
        "INSERT OR REPLACE INTO case_cause (item, rule, case_id, reason) VALUES (?, ?, ?, ?)",
        [(one.id, cause.rule, case if cause.holds else None, cause.reason) for cause in causes],
    )
    if held:
        # What somebody wrote says more than what a report says about it.
        tx.execute(
            "INSERT INTO moderation_case (id, account, network, community, author, author_handle, text, url, opened_at,"
            " item) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text,"
            " author = excluded.author, author_handle = excluded.author_handle, url = coalesce(excluded.url, url),"
            " item = excluded.item WHERE excluded.item NOT IN (SELECT item FROM case_cause WHERE rule = '')",
            (
                *(case, one.account, one.network, one.community or "", one.author, one.author_handle, one.text),
                *(one.url, epoch(one.at), one.id),
            ),
        )


def open_by_hand(db: Database, one: Notification, reason: str) -> Case:
    """Open the case of an item, whatever the rules say of it; one that was decided is open again."""
    case = case_id(one)
    with db.write() as tx:
        # Its own row, so that an examination of the item, which writes its causes anew, leaves it alone.
        cause = (f"{_BY_HAND}{one.id}", REPORT, case, reason)
        tx.execute("INSERT OR REPLACE INTO case_cause (item, rule, case_id, reason) VALUES (?, ?, ?, ?)", cause)
        tx.execute(
            "INSERT INTO moderation_case (id, account, network, community, author, author_handle, text, url, opened_at,"
            " item) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = 'open',"
            " decided_at = NULL",
            (
                *(case, one.account, one.network, one.community or "", one.author, one.author_handle, one.text),
                *(one.url, epoch(one.at), one.id),
            ),
        )
    return cases(db, [case])[case]


def drop_empty(db: Database) -> None:
    """Drop open cases that nothing holds any more: the rule was withdrawn, or the text was mended."""
    empty = "state = 'open' AND NOT EXISTS (SELECT 1 FROM case_cause WHERE case_id = moderation_case.id)"
    if db.connection.execute(f"SELECT 1 FROM moderation_case WHERE {empty} LIMIT 1").fetchone():  # noqa: S608
        with db.write() as tx:
            tx.execute(f"DELETE FROM moderation_case WHERE {empty}")  # noqa: S608  a constant


def case_id(one: Notification) -> str:
    """The case that an item belongs to: of the post it is about, so that reports and mentions of one post meet."""
    return f"case/{one.account}/{one.subject or one.id.removeprefix(f'{one.account}:')}"


# Reading and deciding.


def open_cases(db: Database, *, communities: Sequence[str] = ()) -> list[Case]:
    """All open cases in focus, the most pressing first; what belongs to no community is always in focus."""
    where, values = "state = 'open'", []
    if communities:
        where += f" AND community IN ({','.join('?' * (len(communities) + 1))})"
        values = ["", *communities]
    rows = db.connection.execute(f"SELECT {_CASE} FROM moderation_case WHERE {where}", values).fetchall()  # noqa: S608
    found = [_case(db, row) for row in rows]
    return sorted(found, key=lambda case: (-case.priority, case.opened_at, case.id))


def cases(db: Database, ids: Iterable[str]) -> dict[str, Case]:
    """The cases of these ids, open or decided; unknown ones are missing."""
    found = {}
    for one in ids:
        row = db.connection.execute(f"SELECT {_CASE} FROM moderation_case WHERE id = ?", (one,)).fetchone()  # noqa: S608
        if row:
            found[one] = _case(db, row)
    return found


def items_of(db: Database, case: str, *, reports: bool = False) -> list[str]:
    """The ids of the items behind a case; with ``reports`` only those that are reports."""
    rows = db.connection.execute(
        "SELECT DISTINCT item FROM case_cause WHERE case_id = ? AND (rule = '' OR ?)", (case, not reports)
    )
    return [item for (item,) in rows]


def remove(db: Database, case: str) -> None:
    """Forget a case that was opened by hand."""
    with db.write() as tx:
        tx.execute("DELETE FROM case_cause WHERE case_id = ? AND item LIKE ?", (case, f"{_BY_HAND}%"))
        tx.execute("DELETE FROM moderation_case WHERE id = ?", (case,))


def decide(db: Database, case: str, state: CaseState, at: datetime | None) -> bool:
    """Give a case another state; returns whether that changed anything."""
    with db.write() as tx:
        done = tx.execute(
            "UPDATE moderation_case SET state = ?, decided_at = ? WHERE id = ? AND state <> ?",
            (state, None if state == "open" or at is None else epoch(at), case, state),
        )
        return done.rowcount > 0


def hits(db: Database) -> dict[str, int]:
    """How many items each rule fits, of those examined with the present rules."""
    return dict(db.connection.execute("SELECT rule, count(*) FROM case_cause WHERE rule <> '' GROUP BY rule"))


def _case(db: Database, row: Sequence[Any]) -> Case:
    causes = db.connection.execute(
        "SELECT rule, reason FROM case_cause WHERE case_id = ? ORDER BY rule, item", (row[0],)
    ).fetchall()
    rules = tuple(dict.fromkeys(rule for rule, _ in causes if rule))
    reports = sum(not rule for rule, _ in causes)
    return Case(
        id=row[0],
        account=row[1],
        network=row[2],
        community=row[3] or None,
        author=row[4],
        author_handle=row[5],
        text=row[6],
        url=row[7],
        reasons=tuple(dict.fromkeys(reason for _, reason in causes)),
        rules=rules,
        reports=reports,
        priority=reports * _PER_REPORT + len(rules) * _PER_RULE,
        opened_at=from_epoch(row[8], db.zone),
        state=row[9],
        item=row[10],
        decided_at=None if row[11] is None else from_epoch(row[11], db.zone),
    )
