"""Rooms that one runs: what is said there to nobody stands on one folded line, until nobody has answered a question.

A room is the thread of its items; the posts of the same thread are what was said there, whoever it was said to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from cmday.core.items import PRIORITY, ThreadPost
from cmday.core.time import epoch
from cmday.storage import threads
from cmday.storage.database import Database
from cmday.storage.item_rows import FOLD
from cmday.storage.ledger import OPEN

_AFTER_SLASH: Final = "0"  # the character after "/", which ends a range of words that begin alike


class Room(msgspec.Struct, frozen=True):
    """A room with something open in it."""

    account: str
    thread: str
    community: str | None


def open_rooms(db: Database, account: str) -> list[Room]:
    """The rooms of an account in which something is open: words said to nobody, or questions that nobody answered."""
    begin = f"{FOLD}{account}/other"
    rows = db.connection.execute(
        "SELECT thread, community FROM item"  # noqa: S608  constants
        f" WHERE {OPEN} AND fold IS NOT NULL AND fold >= :begin AND fold < :end AND thread IS NOT NULL GROUP BY thread"
        f" UNION SELECT thread, community FROM item WHERE {OPEN} AND fold IS NULL AND line >= :line AND line < :beyond"
        " AND kind = 'question' AND id IN (SELECT account || ':' || id FROM thread_post"
        " WHERE thread_post.account = :account AND thread_post.thread = item.thread) GROUP BY thread",
        {
            "account": account,
            "begin": f"{begin}/",
            "end": f"{begin}{_AFTER_SLASH}",
            "line": f"{account}\n",
            "beyond": f"{account}\v",
        },
    )
    return [Room(account, thread, community or None) for thread, community in rows]


def posts(db: Database, room: Room) -> list[ThreadPost]:
    """What is stored of a room, oldest first."""
    return threads.of_thread(db, room.account, room.thread)


def count_as_questions(db: Database, room: Room, ids: Iterable[str]) -> int:
    """Let these words count as questions to us; returns how many that changed. Those that are done stay done."""
    with db.write() as tx:
        before = tx.total_changes
        tx.executemany(
            "UPDATE item SET kind = 'question', priority = ?, fold = NULL, line = account || char(10) || thread"  # noqa: S608
            f" || char(10) || author_handle WHERE id = ? AND thread = ? AND kind = 'other' AND {OPEN}",
            [(PRIORITY["question"], f"{room.account}:{one}", room.thread) for one in ids],
        )
        return tx.total_changes - before


def count_as_answered(db: Database, room: Room, answers: Mapping[str, ThreadPost]) -> int:
    """Set questions of a room as done that somebody answered there meanwhile; returns how many."""
    with db.write() as tx:
        before = tx.total_changes
        tx.executemany(
            "UPDATE item SET state = 'done', snoozed_until = NULL, answered_at = ?, answered_by = ?"
            " WHERE id = ? AND thread = ? AND kind = 'question' AND state <> 'done'",
            [
                (epoch(post.at), post.by or post.author_handle, f"{room.account}:{one}", room.thread)
                for one, post in answers.items()
            ],
        )
        return tx.total_changes - before
