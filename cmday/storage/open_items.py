"""What waits in the ledger: who wants an answer, a line a thread, and the folded reactions; quick however long it is.

``Query`` says which are meant; communities empty means all, and what belongs to no community belongs to all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from cmday.core.item_query import Query
from cmday.core.items import REACTIONS, WANT_ANSWER, Item, Kind, State
from cmday.core.time import from_epoch
from cmday.storage.database import Database
from cmday.storage.item_query import where
from cmday.storage.item_rows import FOLD
from cmday.storage.ledger import COLUMNS, OPEN, as_line, read_item

_ANSWERS: Final = f"{OPEN} AND fold IS NULL"
_ALL: Final = Query()
_AT_ONCE: Final = 500
# Reports want a decision; reactions are folded.
WAITING: Final[tuple[Kind, ...]] = (*sorted(WANT_ANSWER), "report")


class Head(msgspec.Struct, frozen=True):
    """An open item as far as it takes to know its place: ``at`` in seconds, ``line`` what it stands on a line with."""

    kind: Kind
    community: str | None
    at: int
    line: str


def heads(db: Database, query: Query = _ALL) -> list[Iterator[Head]]:
    """The open items that are not deleted, of each community and kind in order of arrival, read as they are asked for.

    Within one community and kind who came first is to be answered first, so that who merges these has the most urgent
    first, however many there are.
    """
    return [
        _stream(db, name, kind, query)
        for name in _present(db, query)
        for kind in WAITING
        if not query.kinds or kind in query.kinds
    ]


def _stream(db: Database, community: str, kind: Kind, query: Query) -> Iterator[Head]:
    more, values = where(query, communities=False, kinds=False)
    rows = db.connection.execute(
        f"SELECT at, line FROM item WHERE {_ANSWERS} AND community = :named AND kind = :sort AND gone IS NULL"  # noqa: S608
        f"{more} ORDER BY at",
        {**values, "named": community, "sort": kind},
    )
    for at, line in rows:
        yield Head(kind, community or None, at, line)


def lines(db: Database, wanted: Iterable[str]) -> list[Item]:
    """The lines of these names, each as its newest open item that stands for all that are open on it."""
    names = list(dict.fromkeys(wanted))
    found: dict[str, Item] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        # Counted first, so that of a conversation of thousands only one is read whole.
        rows = db.connection.execute(
            f"SELECT whole.name, whole.count, whole.since, {COLUMNS} FROM (SELECT line AS name, count(*) AS count,"  # noqa: S608
            f" min(at) AS since, max(at) AS newest FROM item WHERE {_ANSWERS} AND line IN ({marks}) GROUP BY line)"
            f" AS whole JOIN item ON item.line = whole.name AND item.at = whole.newest WHERE {_ANSWERS}"
            " ORDER BY item.number",
            some,
        )
        for line, count, since, *row in rows:  # of two of one moment the last stays
            found[line] = msgspec.structs.replace(read_item(db, row), count=count, since=from_epoch(since, db.zone))
    return [found[name] for name in names if name in found]


def deleted(db: Database, query: Query = _ALL) -> list[Item]:
    """What is open and was deleted where it stood: it says so until it is done."""
    more, values = where(query)
    rows = db.connection.execute(
        f"SELECT {COLUMNS} FROM item WHERE gone IS NOT NULL AND {_ANSWERS}{more} ORDER BY gone",  # noqa: S608
        values,
    )
    return [read_item(db, row) for row in rows]


def count_to_answer(db: Database, query: Query = _ALL) -> int:
    """How many lines want an answer; a report wants a decision instead, and what was deleted wants nothing."""
    more, values = where(query)
    (count,) = db.connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM item INDEXED BY item_open_line"  # noqa: S608  our own words
        f" WHERE {_ANSWERS} AND kind <> 'report' AND gone IS NULL{more} GROUP BY line)",
        values,
    ).fetchone()
    return int(count)


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """A line of folded reactions: how many, and the ledger's number of the newest."""

    id: str
    kind: Kind
    community: str | None
    count: int
    state: State
    at: int
    number: int


def folds(db: Database, query: Query = _ALL, *, closed: bool = False) -> list[Fold]:
    """Reactions folded into lines, newest first.

    ``closed`` takes those that are done or snoozed too; a line's state is then its most open one.
    """
    if query.kinds and not REACTIONS.intersection(query.kinds):
        return []
    which = "fold IS NOT NULL" if closed else f"{OPEN} AND fold IS NOT NULL"
    more, values = where(query)
    # With a single max() in it, SQLite takes the bare columns from the row that holds the maximum.
    rows = db.connection.execute(
        "SELECT fold, kind, community, count(*), max(at), number,"  # noqa: S608
        " count(*) FILTER (WHERE state = 'new'), count(*) FILTER (WHERE state = 'seen'),"
        f" count(*) FILTER (WHERE state = 'snoozed') FROM item WHERE {which}{more} GROUP BY fold",
        values,
    )
    found = [
        Fold(
            id=fold,
            kind=kind,
            community=community or None,
            count=count,
            state="new" if new else "seen" if seen else "snoozed" if snoozed else "done",
            at=at,
            number=number,
        )
        for fold, kind, community, count, at, number, new, seen, snoozed in rows
    ]
    return sorted(found, key=lambda fold: (-fold.at, fold.id))


def line_of(db: Database, fold: Fold) -> Item:
    """A folded line as an item: its newest reaction, standing for all."""
    row = db.connection.execute(f"SELECT {COLUMNS} FROM item WHERE number = ?", (fold.number,)).fetchone()  # noqa: S608
    return as_line(read_item(db, row), fold.id, fold.count, fold.state)


def closed_items(db: Database, query: Query = _ALL, *, limit: int | None = None) -> list[Item]:
    """What is done or snoozed and is no reaction, newest first."""
    more, values = where(query)
    rows = db.connection.execute(
        f"SELECT {COLUMNS} FROM item WHERE state IN ('done', 'snoozed') AND fold IS NULL"  # noqa: S608
        f"{more} ORDER BY at DESC LIMIT :most",
        {**values, "most": -1 if limit is None else limit},
    )
    return [read_item(db, row) for row in rows]


def matching(db: Database, query: Query) -> dict[str, list[str]]:
    """All that is open and meant: by the public id of its line (its newest item, or its fold) the ids behind it.

    Who waits longest comes first, reactions last.
    """
    more, values = where(query)
    rows = db.connection.execute(
        "SELECT id, fold, line FROM item"  # noqa: S608  our own words
        f" WHERE {OPEN}{more} ORDER BY fold IS NOT NULL, at, number",
        values,
    )
    found: dict[str, list[str]] = {}
    for one, fold, line in rows:
        found.setdefault(fold or line, []).append(one)
    return {(key if key.startswith(FOLD) else ids[-1]): ids for key, ids in found.items()}


def _present(db: Database, query: Query) -> list[str]:
    """The communities that have something to answer, found by leaping through the index."""
    if query.communities:
        return ["", *query.communities]
    found: list[str] = []
    leap = f"SELECT min(community) FROM item WHERE {_ANSWERS} AND community"  # noqa: S608  constants
    (name,) = db.connection.execute(f"{leap} >= ''").fetchone()
    while name is not None:
        found.append(name)
        (name,) = db.connection.execute(f"{leap} > ?", (name,)).fetchone()
    return found
