"""Answered elsewhere: what our own account wrote by phone, by the web or by a colleague closes what it answers.

A post answers the item that it names, and all that the same person said in that thread before. What was said in a
private conversation before one's own words is answered by them; so it is in public where a post does not say whom it
answers. What cmday sent is known already and closes nothing a second time, so that a follow-up may come back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.items import REACTIONS, ThreadPost
from cmday.core.time import epoch
from cmday.storage import journal
from cmday.storage.database import Database

_ITEM: Final = "id, account, kind, author, author_handle, text, at, thread, post"
_POST: Final = "id, thread, at, answers, author, author_handle, by"
_SILENT: Final = ", ".join(f"'{kind}'" for kind in sorted({*REACTIONS, "report"}))
_WAITING: Final = f"state <> 'done' AND gone IS NULL AND kind NOT IN ({_SILENT})"
_EXCERPT: Final = 120
VERB: Final = "answered"


class _Item(msgspec.Struct, frozen=True):
    id: str
    account: str
    kind: str
    author: str
    author_handle: str
    text: str
    at: int
    thread: str | None
    post: str | None


class _Post(msgspec.Struct, frozen=True):
    id: str
    thread: str
    at: int
    answers: str | None
    author: str
    author_handle: str
    by: str | None

    @property
    def who(self) -> str:
        return self.by or self.author_handle or self.author


def close_answered(
    db: Database, account: str, own: Sequence[ThreadPost], fresh: Sequence[str], at: datetime
) -> list[str]:
    """Set as done what these new posts of our account answer, and which of these new items were answered before.

    Part of the transaction it is called in; returns the ids of what was closed.
    """
    closed: dict[str, None] = {}
    with db.write() as tx:
        for told in own:
            post = _Post(told.id, told.thread, epoch(told.at), told.answers, told.author, told.author_handle, told.by)
            if _sent_from_here(db, account, post.id):
                continue
            for item in _perhaps_answered(db, account, post):
                if _answers(db, account, post, item):
                    _close(tx, db, item, post, at)
                    closed[item.id] = None
        for one in fresh:
            found = _waiting_item(db, one)
            post_before = found and _first_answer(db, found)
            if found and post_before:
                _close(tx, db, found, post_before, at)
                closed[found.id] = None
    return list(closed)


def _perhaps_answered(db: Database, account: str, post: _Post) -> list[_Item]:
    """What waits in the thread of a post and was there before it, and what it names, whenever that came."""
    rows = db.connection.execute(
        f"SELECT {_ITEM} FROM item WHERE account = :account AND thread = :thread AND at <= :at AND {_WAITING}"  # noqa: S608
        f" UNION SELECT {_ITEM} FROM item WHERE account = :account AND post = :answers AND {_WAITING}"
        f" UNION SELECT {_ITEM} FROM item WHERE id = :item AND {_WAITING}",
        {
            "account": account,
            "thread": post.thread,
            "at": post.at,
            "answers": post.answers,
            "item": f"{account}:{post.answers}",
        },
    )
    return [_Item(*row) for row in rows]


def _waiting_item(db: Database, one: str) -> _Item | None:
    row = db.connection.execute(f"SELECT {_ITEM} FROM item WHERE id = ? AND {_WAITING}", (one,)).fetchone()  # noqa: S608
    return _Item(*row) if row else None


def _first_answer(db: Database, item: _Item) -> _Post | None:
    """The first of our stored posts that answers an item which came only now."""
    rows = db.connection.execute(
        f"SELECT {_POST} FROM thread_post WHERE account = :account AND mine AND thread = :thread AND at >= :at"  # noqa: S608
        f" UNION SELECT {_POST} FROM thread_post WHERE account = :account AND mine AND answers IN (:native, :post)"
        " ORDER BY at, id",
        {
            "account": item.account,
            "thread": item.thread,
            "at": item.at,
            "native": item.id.removeprefix(f"{item.account}:"),
            "post": item.post,
        },
    )
    found = (_Post(*row) for row in rows.fetchall())
    return next(
        (
            post
            for post in found
            if not _sent_from_here(db, item.account, post.id) and _answers(db, item.account, post, item)
        ),
        None,
    )


def _answers(db: Database, account: str, post: _Post, item: _Item) -> bool:
    """Whether a post of ours answers an item of its thread."""
    if post.answers in (item.post, item.id.removeprefix(f"{account}:")) and post.answers:
        return True
    if item.thread != post.thread or item.at > post.at:
        return False
    if item.kind == "message" or post.answers is None:
        return True
    asked = _author_of(db, account, post.answers)
    return asked is None or asked == item.author_handle


def _author_of(db: Database, account: str, native: str) -> str | None:
    """Who wrote the post with this id; None for our own account, and for nobody we know."""
    row = db.connection.execute(
        "SELECT author_handle FROM item WHERE fold IS NULL AND (id = :item OR (account = :account AND post = :native))"
        " UNION ALL SELECT author_handle FROM thread_post WHERE account = :account AND id = :native AND NOT mine",
        {"item": f"{account}:{native}", "account": account, "native": native},
    ).fetchone()
    return row[0] if row else None


def _sent_from_here(db: Database, account: str, native: str) -> bool:
    row = db.connection.execute("SELECT 1 FROM outbox WHERE account = ? AND sent_id = ?", (account, native)).fetchone()
    return row is not None


def _close(tx: sqlite3.Connection, db: Database, item: _Item, post: _Post, at: datetime) -> None:
    done = tx.execute(
        "UPDATE item SET state = 'done', snoozed_until = NULL, answered_at = ?, answered_by = ?"
        " WHERE id = ? AND state <> 'done'",
        (post.at, post.who, item.id),
    )
    if done.rowcount:
        text = " ".join(f"{item.author or item.author_handle}: {item.text}".split())[:_EXCERPT]
        journal.write(db, at, VERB, item=item.id, text=f"{text} ({post.who})")


def closed_since(db: Database, since: datetime, *, limit: int = 100) -> list[str]:
    """The ids of what was answered elsewhere from a moment on, newest first."""
    rows: Iterable[tuple[str]] = db.connection.execute(
        "SELECT id FROM item WHERE answered_at >= ? AND state = 'done' ORDER BY answered_at DESC LIMIT ?",
        (epoch(since), limit),
    )
    return [one for (one,) in rows]
