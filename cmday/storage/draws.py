"""Draws of contests: what was published, and who won. Neither is ever changed again."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cmday.core.items import REACTIONS, Item
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database
from cmday.storage.ledger import COLUMNS, read_item


class StoredDraw(msgspec.Struct, frozen=True, kw_only=True):
    """A draw as it is kept; ``rules`` and ``result`` are JSON, ``result`` None until it was drawn."""

    contest: str
    rules: str
    seed: str
    prepared: datetime
    drawn: datetime | None
    result: str | None


def of_contest(db: Database, contest: str) -> StoredDraw | None:
    """The draw of a contest, where one was prepared."""
    row = db.connection.execute(
        "SELECT rules, seed, prepared, drawn, result FROM draw WHERE contest = ?", (contest,)
    ).fetchone()
    if row is None:
        return None
    rules, seed, prepared, drawn, result = row
    return StoredDraw(
        contest=contest,
        rules=rules,
        seed=seed,
        prepared=from_epoch(prepared, db.zone),
        drawn=None if drawn is None else from_epoch(drawn, db.zone),
        result=result,
    )


def prepare(db: Database, contest: str, rules: str, seed: str, at: datetime) -> None:
    """Keep rules and seed; they stand from now on."""
    with db.write() as tx:
        tx.execute(
            "INSERT INTO draw (contest, rules, seed, prepared) VALUES (?, ?, ?, ?)", (contest, rules, seed, epoch(at))
        )


def keep_result(db: Database, contest: str, result: str, at: datetime) -> None:
    """Keep who won, once."""
    with db.write() as tx:
        tx.execute("UPDATE draw SET result = ?, drawn = ? WHERE contest = ?", (result, epoch(at), contest))


def answers(db: Database, account: str, thread: str) -> list[Item]:
    """Everything that others said in a thread, whatever became of it in the inbox, oldest first."""
    silent = sorted(REACTIONS)
    marks = ",".join("?" * len(silent))
    rows = db.connection.execute(
        f"SELECT {COLUMNS} FROM item WHERE account = ? AND thread = ? AND kind NOT IN ({marks}) ORDER BY at, number",  # noqa: S608  marks only
        (account, thread, *silent),
    )
    return [read_item(db, row) for row in rows]
