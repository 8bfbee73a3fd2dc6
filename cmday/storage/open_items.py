"""What waits in the ledger: the items that want an answer, and the folded reactions; quick however long its history.

``communities`` empty means all; what belongs to no community belongs to all of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from cmday.core.items import PRIORITY, Item, Kind, State
from cmday.storage.database import Database
from cmday.storage.ledger import COLUMNS, OPEN, as_line, read_item

_ANSWERS: Final = f"{OPEN} AND fold IS NULL"
_WANTING: Final = sorted({number for number in PRIORITY.values() if number != PRIORITY["like"]})


def to_answer(
    db: Database,
    *,
    communities: Collection[str] = (),
    kinds: Collection[Kind] = (),
    limit: int | None = None,
) -> list[Item]:
    """The open items that want an answer: of each community and priority the oldest ``limit``.

    Within one community, who came first is to be answered first; so the most urgent ``limit`` of all are among them.
    """
    found: list[Item] = []
    for name in _present(db, communities):
        for priority in _WANTING:
            rows = db.connection.execute(
                f"SELECT {COLUMNS} FROM item WHERE {_ANSWERS} AND community = ? AND priority = ?{_among('kind', kinds)}"  # noqa: S608
                " ORDER BY at LIMIT ?",
                (name, priority, *kinds, -1 if limit is None else limit),
            )
            found.extend(read_item(db, row) for row in rows)
    return found


def count_to_answer(db: Database, *, communities: Collection[str] = (), kinds: Collection[Kind] = ()) -> int:
    """How many open items want an answer; a report wants a decision instead."""
    names = _with_nobodys(communities)
    (count,) = db.connection.execute(
        f"SELECT count(*) FROM item WHERE {_ANSWERS} AND priority <> {PRIORITY['report']}"  # noqa: S608
        f"{_among('community', names)}{_among('kind', kinds)}",
        (*names, *kinds),
    ).fetchone()
    return int(count)


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """A line of folded reactions: how many, of how many people, and the ledger's number of the newest."""

    id: str
    kind: Kind
    community: str | None
    count: int
    people: int
    state: State
    at: int
    number: int


def folds(
    db: Database, *, communities: Collection[str] = (), kinds: Collection[Kind] = (), closed: bool = False
) -> list[Fold]:
    """Reactions folded into lines, newest first.

    ``closed`` takes those that are done or snoozed too; a line's state is then its most open one.
    """
    names = _with_nobodys(communities)
    which = "fold IS NOT NULL" if closed else f"{OPEN} AND fold IS NOT NULL"
    # With a single max() in it, SQLite takes the bare columns from the row that holds the maximum.
    rows = db.connection.execute(
        "SELECT fold, kind, community, count(*), count(DISTINCT author_handle), max(at), number,"  # noqa: S608
        " count(*) FILTER (WHERE state = 'new'), count(*) FILTER (WHERE state = 'seen'),"
        f" count(*) FILTER (WHERE state = 'snoozed') FROM item WHERE {which}"
        f"{_among('community', names)}{_among('kind', kinds)} GROUP BY fold",
        (*names, *kinds),
    )
    found = [
        Fold(
            id=fold,
            kind=kind,
            community=community or None,
            count=count,
            people=people,
            state="new" if new else "seen" if seen else "snoozed" if snoozed else "done",
            at=at,
            number=number,
        )
        for fold, kind, community, count, people, at, number, new, seen, snoozed in rows
    ]
    return sorted(found, key=lambda fold: (-fold.at, fold.id))


def line_of(db: Database, fold: Fold) -> Item:
    """A folded line as an item: its newest reaction, standing for all."""
    row = db.connection.execute(f"SELECT {COLUMNS} FROM item WHERE number = ?", (fold.number,)).fetchone()  # noqa: S608
    return as_line(read_item(db, row), fold.id, fold.count, fold.people, fold.state)


def closed_items(
    db: Database, *, communities: Collection[str] = (), kinds: Collection[Kind] = (), limit: int | None = None
) -> list[Item]:
    """What is done or snoozed and is no reaction, newest first."""
    names = _with_nobodys(communities)
    rows = db.connection.execute(
        f"SELECT {COLUMNS} FROM item WHERE state IN ('done', 'snoozed') AND fold IS NULL"  # noqa: S608
        f"{_among('community', names)}{_among('kind', kinds)} ORDER BY at DESC LIMIT ?",
        (*names, *kinds, -1 if limit is None else limit),
    )
    return [read_item(db, row) for row in rows]


def _present(db: Database, communities: Collection[str]) -> list[str]:
    """The communities that have something to answer, found by leaping through the index."""
    if communities:
        return _with_nobodys(communities)
    found: list[str] = []
    leap = f"SELECT min(community) FROM item WHERE {_ANSWERS} AND community"  # noqa: S608  constants
    (name,) = db.connection.execute(f"{leap} >= ''").fetchone()
    while name is not None:
        found.append(name)
        (name,) = db.connection.execute(f"{leap} > ?", (name,)).fetchone()
    return found


def _with_nobodys(communities: Collection[str]) -> list[str]:
    return ["", *communities] if communities else []


def _among(column: str, values: Collection[object]) -> str:
    return f" AND {column} IN ({','.join('?' * len(values))})" if values else ""
