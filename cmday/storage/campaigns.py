"""When campaigns of a community were: days that say nothing of its ordinary weeks."""

from __future__ import annotations

from datetime import datetime

from cmday.core.time import from_epoch
from cmday.storage.database import Database


def spans(db: Database, community: str) -> list[tuple[datetime, datetime, str]]:
    """Start, end and title of each operation of the kind ``campaign`` that has a place and was not dropped."""
    rows = db.connection.execute(
        "SELECT placed, placed + duration, title FROM operation"
        " WHERE kind = 'campaign' AND community = ? AND placed IS NOT NULL AND state <> 'dropped' ORDER BY placed",
        (community,),
    )
    return [(from_epoch(start, db.zone), from_epoch(end, db.zone), title) for start, end, title in rows]
