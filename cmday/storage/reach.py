"""How often posts of others were shared, as far as their networks told lately."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from cmday.core.time import epoch
from cmday.storage.database import Database

_AT_ONCE: Final = 500


def store(db: Database, shares: Mapping[str, int], at: datetime) -> None:
    """Note by id of the item how often it was shared by now."""
    with db.write() as tx:
        tx.executemany(
            "INSERT INTO item_reach SELECT number, ?2, ?3 FROM item WHERE id = ?1"
            " ON CONFLICT (number) DO UPDATE SET shares = excluded.shares, at = excluded.at",
            [(item, count, epoch(at)) for item, count in shares.items()],
        )


def of(db: Database, items: Iterable[str]) -> dict[str, int]:
    """How often each of these items was shared; those that nobody told of are missing."""
    wanted = list(dict.fromkeys(items))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        found.update(
            db.connection.execute(
                f"SELECT i.id, r.shares FROM item i JOIN item_reach r ON r.number = i.number WHERE i.id IN ({marks})",  # noqa: S608
                some,
            )
        )
    return found
