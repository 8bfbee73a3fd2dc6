"""Why cases are held: what was found on the items of the ledger, examined once by each set of rules."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

import msgspec

from cmday.core.cases import Case
from cmday.core.items import REACTIONS, Item, Notification
from cmday.storage import case_rows, keep
from cmday.storage.case_rows import BY_HAND, REPORT, TAKEN_UP
from cmday.storage.case_telling import OF_ITEM, OF_REPORT, Told, tell
from cmday.storage.cases import case_id, cases
from cmday.storage.database import Database
from cmday.storage.ledger import COLUMNS, read_item
from cmday.text.gravity import gravity

_EXAMINED: Final = "moderation.examined"
_LOOK_BACK: Final = 20_000


class Examined(msgspec.Struct, frozen=True):
    """How far the ledger was examined: by which rules (``version``, ``rules`` of them), up to which item's number.

    ``flawed`` tells that the rules had mistakes, so that they are told again.
    """

    version: str = ""
    number: int = 0
    rules: int = 0
    flawed: bool = False


class Cause(msgspec.Struct, frozen=True):
    """Why an item is held: ``rule`` is empty for a report; without ``holds`` it is only counted.

    ``spoken_of`` tells that its words are only quoted, denied or named: it weighs nothing in the queue.
    """

    rule: str
    reason: str
    holds: bool = True
    spoken_of: bool = False


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
        case_rows.weigh(db)
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
    touched: set[str] = set()
    with db.write() as tx:
        for number, item, causes in found:
            touched |= _store_item(tx, item.notification, causes)
            tx.execute("DELETE FROM examine_again WHERE number = ?", (number,))
        case_rows.weigh(db, touched)
        known = msgspec.structs.replace(known, number=max([known.number, *(number for number, _, _ in found)]))
        keep.put(db, _EXAMINED, msgspec.json.encode(known).decode())
    return known


def _store_item(tx: sqlite3.Connection, one: Notification, causes: Sequence[Cause]) -> set[str]:
    """Store why an item is held and what it says; returns the case that it is about, where there is one."""
    case = case_id(one)
    tx.execute("DELETE FROM case_cause WHERE item = ?", (one.id,))
    tx.executemany(
        "INSERT OR REPLACE INTO case_cause (item, rule, case_id, reason, severity) VALUES (?, ?, ?, ?, ?)",
        [(one.id, cause.rule, case if cause.holds else None, cause.reason, _severity(cause)) for cause in causes],
    )
    holds = any(cause.holds for cause in causes)
    if one.kind in REACTIONS and not holds:  # its words are none of the thing's author
        return set()
    reports = any(cause.rule == REPORT for cause in causes)
    told = _told(case, one, OF_REPORT if reports else OF_ITEM)
    return {case} if tell(tx, told, holds=holds) else set()


def _severity(cause: Cause) -> int:
    if cause.rule == REPORT:
        return gravity(cause.reason)
    return -1 if cause.spoken_of else 0


def _told(case: str, one: Notification, source: int) -> Told:
    return Told(
        case=case,
        account=one.account,
        network=one.network,
        community=one.community,
        author=one.author,
        author_handle=one.author_handle,
        text=one.text,
        url=one.url,
        opened_at=one.at,
        source=source,
        item=one.id,
        edited=one.edited,
        thread=one.thread,
    )


def open_by_hand(db: Database, one: Notification, reason: str = TAKEN_UP) -> Case:
    """Open the case of an item, whatever the rules say of it; one that was decided is open again."""
    case = case_id(one)
    with db.write() as tx:
        # Its own row, so that an examination of the item, which writes its causes anew, leaves it alone.
        cause = (f"{BY_HAND}{one.id}", REPORT, case, reason)
        tx.execute("INSERT OR REPLACE INTO case_cause (item, rule, case_id, reason) VALUES (?, ?, ?, ?)", cause)
        tell(tx, _told(case, one, OF_ITEM), holds=True)
        tx.execute(
            "UPDATE moderation_case SET state = 'open', decided_at = NULL, elsewhere = NULL WHERE id = ?", (case,)
        )
        case_rows.weigh(db, [case])
    return cases(db, [case])[case]


def drop_empty(db: Database) -> None:
    """Drop open cases that nothing holds any more: the rule was withdrawn, or the text was mended."""
    empty = (
        "state = 'open' AND queued IS NULL AND NOT EXISTS (SELECT 1 FROM case_cause WHERE case_id = moderation_case.id)"
    )
    if db.connection.execute(f"SELECT 1 FROM moderation_case WHERE {empty} LIMIT 1").fetchone():  # noqa: S608
        with db.write() as tx:
            tx.execute(f"DELETE FROM moderation_case WHERE {empty}")  # noqa: S608  a constant


def hits(db: Database) -> dict[str, int]:
    """How many things each rule fits, of those examined with the present rules; what a queue tells of, too, once."""
    sql = "SELECT rule, count(DISTINCT coalesce(case_id, item)) FROM case_cause WHERE rule <> '' GROUP BY rule"
    return dict(db.connection.execute(sql))
