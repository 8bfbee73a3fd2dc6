"""What waits in the ledger: the items that want an answer, and the folded reactions; quick however long its history.

``communities`` empty means all; what belongs to no community belongs to all of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from cmday.core.items import PRIORITY, STATES, Item, Kind
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
    """How many open items want an answer."""
    names = _with_nobodys(communities)
    (count,) = db.connection.execute(
        f"SELECT count(*) FROM item WHERE {_ANSWERS}{_among('community', names)}{_among('kind', kinds)}",  # noqa: S608
        (*names, *kinds),
    ).fetchone()
    return int(count)


def folded(
    db: Database,
    *,
    communities: Collection[str] = (),
    kinds: Collection[Kind] = (),
    closed: bool = False,
) -> list[Item]:
    """Reactions as folded lines, newest first, each with its count and the number of people.

    ``closed`` takes those that are done or snoozed too; a line's state is then its most open one.
    """
    names = _with_nobodys(communities)
    which = "fold IS NOT NULL" if closed else f"{OPEN} AND fold IS NOT NULL"
    order = " ".join(f"WHEN '{state}' THEN {place}" for place, state in enumerate(_BY_OPENNESS))
    groups = db.connection.execute(
        f"SELECT fold, count(*), count(DISTINCT author_handle), min(CASE state {order} END) FROM item"  # noqa: S608
        f" WHERE {which}{_among('community', names)}{_among('kind', kinds)} GROUP BY fold",
        (*names, *kinds),
    ).fetchall()
    lines: list[Item] = []
    for fold, count, people, openness in groups:
        row = db.connection.execute(
            f"SELECT {COLUMNS}, max(at) FROM item WHERE fold = ?{'' if closed else f' AND {OPEN}'}",  # noqa: S608
            (fold,),
        ).fetchone()
        lines.append(as_line(read_item(db, row), fold, count, people, _BY_OPENNESS[openness]))
    return sorted(lines, key=lambda line: line.notification.at, reverse=True)


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


_BY_OPENNESS: Final = sorted(STATES, key=("new", "seen", "snoozed", "done").index)


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
