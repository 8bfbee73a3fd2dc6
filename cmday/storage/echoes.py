"""The points that an entry has for how many sources tell its story: stored beside its own, so that neither is lost."""

from __future__ import annotations

from collections.abc import Mapping

from cmday.storage.database import Database


def give(db: Database, points: Mapping[str, float]) -> None:
    """Give entries (by id) these points for their story, in place of those they had; their rank follows."""
    rows = [(echo, int(item, 16)) for item, echo in points.items()]
    with db.write() as tx:
        # On the right of each = stand the values from before the update.
        tx.executemany("UPDATE entry SET rank = rank - echo + ?1, echo = ?1 WHERE key = ?2 AND echo <> ?1", rows)
