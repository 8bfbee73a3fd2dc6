"""How items of the ledger stand, kept before they are changed, so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cmday.storage.database import Database
from cmday.storage.ledger import FOLD

# By public id (a folded line has one of its own): the state of each item behind it, and until when it was put off.
States = dict[str, dict[str, tuple[str, int | None]]]


def of(db: Database, ids: Iterable[str]) -> States:
    """How these items stand, folded lines with all that is in them."""
    found: States = {}
    for one in ids:
        rows = db.connection.execute(
            f"SELECT id, state, snoozed_until FROM item WHERE {'fold' if one.startswith(FOLD) else 'id'} = ?",  # noqa: S608
            (one,),
        )
        found[one] = {item: (state, until) for item, state, until in rows}
    return found


def changed(db: Database, before: States) -> States:
    """Of these, what stands otherwise now: of a folded line only the items that changed in it."""
    now = of(db, before)
    found = {
        one: {item: was for item, was in items.items() if now[one].get(item) != was} for one, items in before.items()
    }
    return {one: items for one, items in found.items() if items}


def bring_back(db: Database, before: Mapping[str, Mapping[str, Any]]) -> None:
    """Let items stand as they did; those that have gone meanwhile are passed over."""
    with db.write() as tx:
        tx.executemany(
            "UPDATE item SET state = ?, snoozed_until = ? WHERE id = ?",
            [(state, until, item) for items in before.values() for item, (state, until) in items.items()],
        )
