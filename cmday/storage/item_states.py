"""How items of the ledger stand: changed here, and kept before, so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from cmday.core.items import State
from cmday.core.time import epoch
from cmday.storage.database import Database
from cmday.storage.item_rows import FOLD
from cmday.storage.ledger import HIT, OPEN

# By public id (a folded line has one of its own): the state of each item behind it, and until when it was put off.
States = dict[str, dict[str, tuple[str, int | None]]]
_AT_ONCE: Final = 500


def of(db: Database, ids: Iterable[str]) -> States:
    """How these items stand, with all that a verb hits with them: folded lines whole, of threads what waits there."""
    found: States = {}
    for one in ids:
        rows = db.connection.execute(
            f"SELECT id, state, snoozed_until FROM item WHERE {'fold = :id' if one.startswith(FOLD) else HIT}",  # noqa: S608
            {"id": one},
        )
        found[one] = {item: (state, until) for item, state, until in rows}
    return found


def of_all(db: Database, groups: Mapping[str, Sequence[str]]) -> States:
    """How exactly these items stand, by the public id of the line that each belongs to."""
    now = _standing(db, [item for items in groups.values() for item in items])
    return {one: {item: now[item] for item in items if item in now} for one, items in groups.items()}


def changed(db: Database, before: States) -> States:
    """Of these, what stands otherwise now: of a line only the items that changed in it."""
    now = _standing(db, [item for items in before.values() for item in items])
    found = {one: {item: was for item, was in items.items() if now.get(item) != was} for one, items in before.items()}
    return {one: items for one, items in found.items() if items}


def set_state(db: Database, ids: Iterable[str], state: State, *, until: datetime | None = None) -> int:
    """Give items another state, with all that waits on their line up to them; returns how many changed.

    ``seen`` is for new ones only. ``until`` belongs to ``snoozed``.
    """
    only = "state = 'new'" if state == "seen" else "state IS NOT :state OR state = 'snoozed'"
    with db.write() as tx:
        before = tx.total_changes
        for one in ids:
            what = f"fold = :id AND {OPEN}" if one.startswith(FOLD) else HIT
            tx.execute(
                f"UPDATE item SET state = :state, snoozed_until = :until WHERE {what} AND ({only})",  # noqa: S608
                {"id": one, "state": state, "until": epoch(until) if until else None},
            )
        return tx.total_changes - before


def reopen(db: Database, ids: Iterable[str]) -> int:
    """Bring back, as seen, what was done or put off, folded lines whole; returns how many changed."""
    with db.write() as tx:
        before = tx.total_changes
        for one in ids:
            tx.execute(
                "UPDATE item SET state = 'seen', snoozed_until = NULL WHERE state IN ('done', 'snoozed')"  # noqa: S608
                f" AND {'fold' if one.startswith(FOLD) else 'id'} = ?",
                (one,),
            )
        return tx.total_changes - before


def wake(db: Database, now: datetime) -> int:
    """Bring back, as seen, what was snoozed until now or earlier; writes only where there is something."""
    due = "state = 'snoozed' AND snoozed_until <= ?"
    if not db.connection.execute(f"SELECT 1 FROM item WHERE {due} LIMIT 1", (epoch(now),)).fetchone():  # noqa: S608
        return 0
    with db.write() as tx:
        done = tx.execute(f"UPDATE item SET state = 'seen', snoozed_until = NULL WHERE {due}", (epoch(now),))  # noqa: S608
        return done.rowcount


def set_each(db: Database, ids: Iterable[str], state: State, *, until: datetime | None = None) -> None:
    """Give exactly these items another state; ``seen`` is for new ones only, ``until`` belongs to ``snoozed``."""
    with db.write() as tx:
        tx.executemany(
            "UPDATE item SET state = ?1, snoozed_until = ?2 WHERE id = ?3 AND (?1 <> 'seen' OR state = 'new')",
            [(state, epoch(until) if until else None, one) for one in ids],
        )


def bring_back(db: Database, before: Mapping[str, Mapping[str, Any]]) -> None:
    """Let items stand as they did; those that have gone meanwhile are passed over."""
    with db.write() as tx:
        tx.executemany(
            "UPDATE item SET state = ?, snoozed_until = ? WHERE id = ?",
            [(state, until, item) for items in before.values() for item, (state, until) in items.items()],
        )


def _standing(db: Database, ids: Sequence[str]) -> dict[str, tuple[str, int | None]]:
    found: dict[str, tuple[str, int | None]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = db.connection.execute(
            f"SELECT id, state, snoozed_until FROM item WHERE id IN ({','.join('?' * len(some))})",  # noqa: S608  marks only
            some,
        )
        found.update((item, (state, until)) for item, state, until in rows)
    return found
