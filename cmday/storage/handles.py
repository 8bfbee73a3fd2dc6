"""Handles given out: a number stays with its item in every terminal until midnight."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from cmday.core.handles import expand, is_handle
from cmday.errors import NotFound
from cmday.i18n import phrase
from cmday.storage.database import Database

# Yesterday's are kept one day more, for a command typed across midnight to say what its number was.
_KEEP_DAYS: Final = 1
_AT_ONCE: Final = 500
_MANY: Final = 1_000
_COMMANDS: Final = {"s": "schedule", "i": "inbox", "f": "feeds", "m": "moderate", "o": "outbox"}


def give(db: Database, day: date, letter: str, ids: Iterable[str]) -> dict[str, str]:
    """The handles of these items, ``{id: "i3"}``; items without one get the next numbers, in the order given.

    Writes only where something new is to be numbered.
    """
    wanted = list(dict.fromkeys(ids))
    known = _known(db, day, letter, wanted)
    if len(known) == len(wanted):
        return {item: known[item] for item in wanted}
    with db.write() as tx:
        known = _known(db, day, letter, wanted)
        (last,) = tx.execute(
            "SELECT coalesce(max(number), 0) FROM handle WHERE day = ? AND letter = ?", (day.isoformat(), letter)
        ).fetchone()
        fresh = {item: number for number, item in enumerate((one for one in wanted if one not in known), last + 1)}
        tx.executemany(
            "INSERT INTO handle VALUES (?, ?, ?, ?)",
            ((day.isoformat(), letter, number, item) for item, number in fresh.items()),
        )
        tx.execute("DELETE FROM handle WHERE day < ?", ((day - timedelta(days=_KEEP_DAYS)).isoformat(),))
    return {item: known.get(item) or f"{letter}{fresh[item]}" for item in wanted}


def _known(db: Database, day: date, letter: str, ids: list[str]) -> dict[str, str]:
    if len(ids) > _MANY:  # one look at all that were given that day is faster
        rows = db.connection.execute(
            "SELECT item, number FROM handle WHERE day = ? AND letter = ?", (day.isoformat(), letter)
        )
        named = set(ids)
        return {item: f"{letter}{number}" for item, number in rows if item in named}
    found: dict[str, str] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        rows = db.connection.execute(
            # Named, because SQLite would read the whole day for each five hundred.
            "SELECT item, number FROM handle INDEXED BY sqlite_autoindex_handle_2"  # noqa: S608  marks only
            f" WHERE day = ? AND letter = ? AND item IN ({marks})",
            (day.isoformat(), letter, *some),
        )
        found.update((item, f"{letter}{number}") for item, number in rows)
    return found


def given(db: Database, day: date, letter: str) -> dict[str, str]:
    """All handles of a letter that were given that day, ``{"i3": id}``, in order."""
    rows = db.connection.execute(
        "SELECT number, item FROM handle WHERE day = ? AND letter = ? ORDER BY number", (day.isoformat(), letter)
    )
    return {f"{letter}{number}": item for number, item in rows}


def resolve(db: Database, day: date, words: list[str], letter: str | None) -> list[tuple[str, str]]:
    """The items that a person named, as ``(handle, id)``, each once and in the order given.

    Lists and ranges are taken apart; a range passes over numbers that were never given. A word that is no handle is
    taken for a stable id and comes back as both. ``letter`` is the command's own, which the person may leave out; with
    None each handle must bring its letter. Raises ``NotFound`` and ``WrongUse``.
    """
    hits: dict[str, str] = {}
    for word in words:
        singles = expand([word], letter)
        for single in singles:
            item = item_of(db, day, single) if is_handle(single) else single
            if item is None and len(singles) > 1:
                continue
            if item is None:
                raise _unknown(single)
            hits.setdefault(item, single)
    if words and not hits:
        raise _unknown(" ".join(words))
    return [(handle, item) for item, handle in hits.items()]


def item_of(db: Database, day: date, handle: str) -> str | None:
    """The id of the item that has this handle today, or None."""
    row = db.connection.execute(
        "SELECT item FROM handle WHERE day = ? AND letter = ? AND number = ?",
        (day.isoformat(), handle[0].lower(), int(handle[1:])),
    ).fetchone()
    return str(row[0]) if row else None


def _unknown(word: str) -> NotFound:
    return NotFound(
        phrase("nothing has the handle {word} today", word=word),
        phrase("cmday {command} --offline shows today's handles", command=_COMMANDS.get(word[:1].lower(), "plan")),
    )
