"""One's own words on items: by them they are found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cmday.storage.database import Database

_AT_ONCE: Final = 500


def add(db: Database, items: Iterable[str], label: str) -> None:
    """Put a label on items; one that is there already stays."""
    with db.write() as tx:
        tx.executemany("INSERT OR IGNORE INTO item_label VALUES (?, ?)", [(item, label) for item in items])


def remove(db: Database, items: Iterable[str], label: str) -> None:
    """Take a label off items."""
    with db.write() as tx:
        tx.executemany("DELETE FROM item_label WHERE item = ? AND label = ?", [(item, label) for item in items])


def of(db: Database, items: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The labels of these items, in order of the alphabet; those without are missing."""
    wanted = list(dict.fromkeys(items))
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        rows = db.connection.execute(
            f"SELECT item, label FROM item_label WHERE item IN ({marks}) ORDER BY label",  # noqa: S608  marks only
            some,
        )
        for item, label in rows:
            found[item] = (*found.get(item, ()), label)
    return found


def known(db: Database) -> list[str]:
    """All labels in use, in order of the alphabet."""
    return [label for (label,) in db.connection.execute("SELECT DISTINCT label FROM item_label ORDER BY label")]


def bring_back(db: Database, before: Mapping[str, Sequence[Any]]) -> None:
    """Let items have exactly these labels."""
    with db.write() as tx:
        for item, labels in before.items():
            tx.execute("DELETE FROM item_label WHERE item = ?", (item,))
            tx.executemany("INSERT OR IGNORE INTO item_label VALUES (?, ?)", [(item, str(label)) for label in labels])
