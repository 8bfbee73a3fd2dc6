"""Cases of the platforms' queues as rules look at them: which they have not seen, and what they found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.core.cases import Case
from cmday.storage import case_rows
from cmday.storage.case_causes import Cause
from cmday.storage.case_rows import SELECT
from cmday.storage.database import Database

# The causes of a case that no item tells of; no item of the ledger is called so.
_QUEUE: Final = "queue/"
# As in the index case_to_examine, or SQLite would not use it.
_UNSEEN: Final = "queued = 1 AND state = 'open' AND examined IS NULL"


def anything_to_examine(db: Database) -> bool:
    """Whether a case stands in a queue that the present rules have not seen as it is now."""
    row = db.connection.execute(f"SELECT EXISTS (SELECT 1 FROM moderation_case WHERE {_UNSEEN})").fetchone()  # noqa: S608
    return bool(row[0])


def to_examine(db: Database, limit: int) -> list[Case]:
    """Some of these cases."""
    rows = db.connection.execute(f"{SELECT} WHERE {_UNSEEN} LIMIT ?", (limit,)).fetchall()
    return case_rows.read(db, rows, db.clock.now())


def store(db: Database, found: Sequence[tuple[Case, Sequence[Cause]]]) -> None:
    """Store what was found, and that these cases were looked at, in one transaction."""
    with db.write() as tx:
        for case, causes in found:
            tx.execute("DELETE FROM case_cause WHERE item = ?", (f"{_QUEUE}{case.id}",))
            tx.executemany(
                "INSERT OR REPLACE INTO case_cause (item, rule, case_id, reason, severity) VALUES (?, ?, ?, ?, ?)",
                [
                    (f"{_QUEUE}{case.id}", one.rule, case.id if one.holds else None, one.reason, -int(one.spoken_of))
                    for one in causes
                ],
            )
            tx.execute("UPDATE moderation_case SET examined = 1 WHERE id = ?", (case.id,))
        case_rows.weigh(db, [case.id for case, _ in found])


def begin_anew(db: Database) -> None:
    """Let the rules look at every case again: they are others now."""
    with db.write() as tx:
        tx.execute("UPDATE moderation_case SET examined = NULL WHERE examined IS NOT NULL AND state = 'open'")
