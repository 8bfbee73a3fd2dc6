"""How drills went, kept to be compared with the next time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database

DrillKind = Literal["scenario", "reply"]


class DrillRun(msgspec.Struct, frozen=True, kw_only=True):
    """One drill, or one answer of ``drill reply``; ``measures`` is JSON."""

    kind: DrillKind
    name: str
    language: str
    at: datetime
    points: int
    most: int
    measures: str = "{}"


def put(db: Database, one: DrillRun) -> None:
    """Keep how a drill went."""
    with db.write() as tx:
        tx.execute(
            "INSERT INTO drill (kind, name, language, at, points, most, measures) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (one.kind, one.name, one.language, epoch(one.at), one.points, one.most, one.measures),
        )


def runs(db: Database, kind: DrillKind, name: str | None = None) -> list[DrillRun]:
    """All that were kept, of one name or of all, the newest first."""
    rows = db.connection.execute(
        "SELECT kind, name, language, at, points, most, measures FROM drill"
        " WHERE kind = ? AND name = coalesce(?, name) ORDER BY number DESC",
        (kind, name),
    )
    return [
        DrillRun(
            kind=kind_,
            name=name_,
            language=language,
            at=from_epoch(at, db.zone),
            points=points,
            most=most,
            measures=measures,
        )
        for kind_, name_, language, at, points, most, measures in rows
    ]
