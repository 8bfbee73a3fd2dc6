"""Where the day stands: which steps were begun, shown or done, and when the last start was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal

import msgspec

from cmday.core.time import epoch, from_epoch
from cmday.storage import keep
from cmday.storage.database import Database

StepState = Literal["begun", "shown", "done"]
_LAST_START: Final = "start.last"
_KEEP_DAYS: Final = 31


class StepProgress(msgspec.Struct, frozen=True, kw_only=True):
    """One step today. ``waiting`` counts what waited for an answer or a decision when it was last shown."""

    step: str
    state: StepState
    at: datetime
    waiting: int


def mark(db: Database, day: date, step: str, state: StepState, at: datetime, *, waiting: int = 0) -> None:
    """Note how far a step is today: ``begun`` before it is shown, ``shown`` after, ``done`` when nothing waits."""
    with db.write() as tx:
        tx.execute(
            "INSERT INTO step_progress VALUES (?, ?, ?, ?, ?) ON CONFLICT (day, step) DO UPDATE"
            " SET state = excluded.state, at = excluded.at, waiting = excluded.waiting",
            (day.isoformat(), step, state, epoch(at), waiting),
        )
        tx.execute("DELETE FROM step_progress WHERE day < ?", ((day - timedelta(days=_KEEP_DAYS)).isoformat(),))


def of_day(db: Database, day: date) -> dict[str, StepProgress]:
    """The progress of a day by step; a step that was not begun is missing."""
    rows = db.connection.execute("SELECT step, state, at, waiting FROM step_progress WHERE day = ?", (day.isoformat(),))
    return {
        step: StepProgress(step=step, state=state, at=from_epoch(at, db.zone), waiting=waiting)
        for step, state, at, waiting in rows
    }


def resume_at(db: Database, day: date, steps: Sequence[str]) -> str | None:
    """The first of these steps that was not shown whole today; None when all were."""
    known = of_day(db, day)
    return next((step for step in steps if step not in known or known[step].state == "begun"), None)


def last_start(db: Database) -> datetime | None:
    """When the last whole ``start`` was: "since" in the header of the next."""
    text = keep.get(db, _LAST_START)
    return from_epoch(int(text), db.zone) if text else None


def record_start(db: Database, at: datetime) -> None:
    """Note that a ``start`` came to its end."""
    keep.put(db, _LAST_START, str(epoch(at)))
