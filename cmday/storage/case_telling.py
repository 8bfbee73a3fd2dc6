"""What is told of the thing that a case is about: by items of the ledger, by reports of it, by its platform's queue.

They may come in any order and any number of times, and the case is the same: the version edited last counts; of one
version the queue tells more than an item, and an item more than a report of it.
"""

# ruff: noqa: S608  only our own words are put into the SQL

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Final

import msgspec

from cmday.core.time import epoch, from_epoch
from cmday.storage.item_rows import storable

OF_REPORT, OF_ITEM, OF_QUEUE = 0, 1, 2
EDITED_SINCE: Final = "edited after it was approved"
_ITEM: Final = "at, edited, id, community, author, author_handle, text, url, thread"
_MOST_TEXT: Final = 20_000
_MOST_WORDS: Final = 500

_TELLS: Final = (
    *("account", "network", "community", "author", "author_handle", "text", "url", "opened_at", "item", "source"),
    *("edited", "thread"),
)
_MORE: Final = (
    "((coalesce(:edited, 0), :source) > (coalesce(edited, 0), source)"
    " OR (coalesce(:edited, 0), :source) = (coalesce(edited, 0), source) AND (:item <= item OR item = ''))"
)
_IS_REPORT: Final = "item IN (SELECT item FROM case_cause WHERE rule = '')"
_BETTER_ITEM: Final = f"""(:item <> '' AND (item = '' OR (:source > {OF_REPORT}, item)
    > (NOT {_IS_REPORT}, :item)))"""
_EDITED: Final = f"""(state = 'approved' AND :held AND text IS NOT :text AND (:edited > decided_at
    OR :edited IS NULL AND edited IS NULL AND source = {OF_QUEUE} AND :source = {OF_QUEUE}))"""
_UPDATE: Final = f"""
UPDATE moderation_case SET
    state = iif({_EDITED}, 'open', state),
    again = iif({_EDITED}, '{EDITED_SINCE}', again),
    decided_at = iif({_EDITED}, NULL, decided_at),
    opened_at = iif(:holds, min(opened_at, :opened_at), opened_at),
    community = iif(community = '' OR :source = {OF_ITEM}, :community, community),
    thread = iif({_MORE}, coalesce(:thread, thread), coalesce(thread, :thread)),
    text = iif({_MORE}, :text, text),
    author = iif({_MORE}, :author, author),
    author_handle = iif({_MORE}, :author_handle, author_handle),
    url = iif({_MORE}, coalesce(:url, url), coalesce(url, :url)),
    item = iif({_BETTER_ITEM}, :item, item),
    edited = nullif(max(coalesce(edited, 0), coalesce(:edited, 0)), 0),
    source = iif({_MORE}, :source, source)
WHERE id = :id
"""
_INSERT: Final = f"""
INSERT INTO moderation_case (id, {", ".join(_TELLS)}) VALUES (:id, {", ".join(f":{name}" for name in _TELLS)})
"""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the thing; ``source`` is who tells it, ``item`` the ledger's id of the item that does (or empty).

    ``opened_at`` is since when it waits by this account of it.
    """

    case: str
    account: str
    network: str
    community: str | None
    author: str
    author_handle: str
    text: str
    url: str | None
    opened_at: datetime
    source: int
    item: str = ""
    edited: datetime | None = None
    thread: str | None = None


def tell(tx: sqlite3.Connection, told: Told, *, holds: bool) -> bool:
    """Let the case of a thing know; returns if there is one. Where this ``holds``, there is one from now on.

    A case that was approved before the text became another is open again.
    """
    if tx.execute("SELECT 1 FROM moderation_case WHERE id = ?", (told.case,)).fetchone():
        held = holds or tx.execute("SELECT 1 FROM case_cause WHERE case_id = ? LIMIT 1", (told.case,)).fetchone()
        tx.execute(_UPDATE, {**_values(told), "holds": holds, "held": bool(held)})
        return True
    if not holds:
        return False
    tx.execute(_INSERT, _values(told))
    for one in _seen_before(tx, told):
        tx.execute(_UPDATE, {**_values(one), "holds": False, "held": False})
    return True


def _seen_before(tx: sqlite3.Connection, told: Told) -> list[Told]:
    """What its author said, where the ledger has it: nothing was wrong with it when it came."""
    subject = told.case.removeprefix(f"case/{told.account}/")
    rows = tx.execute(
        f"SELECT {_ITEM} FROM item WHERE account = ? AND (post = ? OR id = ?) AND fold IS NULL AND kind <> 'report'",
        (told.account, subject, f"{told.account}:{subject}"),
    ).fetchall()
    return [
        msgspec.structs.replace(
            told,
            **dict(
                zip(("item", "community", "author", "author_handle", "text", "url", "thread"), row[2:], strict=True)
            ),
            opened_at=from_epoch(row[0], UTC),
            edited=None if row[1] is None else from_epoch(row[1], UTC),
            source=OF_ITEM,
        )
        for row in rows
    ]


def _values(told: Told) -> dict[str, object]:
    values = msgspec.structs.asdict(told)
    return {
        **values,
        "id": told.case,
        "community": told.community or "",
        "author": storable(told.author)[:_MOST_WORDS],
        "author_handle": storable(told.author_handle)[:_MOST_WORDS],
        "text": storable(told.text)[:_MOST_TEXT],
        "url": told.url and storable(told.url),
        "opened_at": epoch(told.opened_at),
        "edited": epoch(told.edited) if told.edited else None,
    }
