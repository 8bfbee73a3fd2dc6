"""What was exchanged before: with whom, how often, and what one answered to which question."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from cmday.core.items import REACTIONS, Item, Notification
from cmday.core.time import from_epoch
from cmday.storage.database import Database


class Exchanges(msgspec.Struct, frozen=True, kw_only=True):
    """How often somebody wrote before: ``count`` conversations, the first and the last moment of them."""

    count: int
    first: datetime
    last: datetime


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of one's own: what it said, when and to whom, and the words that it answered."""

    text: str
    at: datetime
    to: str
    question: str
    community: str | None


def exchanges(db: Database, item: Item) -> Exchanges | None:
    """The conversations with the author of an item before it, on all accounts of its network; None for none."""
    one = item.notification
    silent = sorted(REACTIONS)
    count, first, last = db.connection.execute(
        "SELECT count(DISTINCT coalesce(account || thread, id)), min(at), max(at) FROM item"  # noqa: S608  marks only
        " WHERE author_handle = ? AND fold IS NULL AND network = ? AND id <> ? AND at <= ?"
        f" AND kind NOT IN ({','.join('?' * len(silent))})",
        (one.author_handle, one.network, one.id, int(one.at.timestamp()), *silent),
    ).fetchone()
    if not count or not one.author_handle:
        return None
    return Exchanges(count=count, first=from_epoch(first, db.zone), last=from_epoch(last, db.zone))


def first_seen(db: Database, item: Item, known_for: timedelta) -> bool:
    """Whether nothing of this author came before the item, in a ledger that knows their network for so long already."""
    one = item.notification
    moment = int((item.since or one.at).timestamp())
    seen, known = db.connection.execute(
        "SELECT EXISTS (SELECT 1 FROM item WHERE network = :network AND author_handle = :handle AND at < :at),"
        " EXISTS (SELECT 1 FROM item INDEXED BY item_network WHERE network = :network AND at <= :start)",
        {
            "network": one.network,
            "handle": one.author_handle,
            "at": moment,
            "start": moment - int(known_for.total_seconds()),
        },
    ).fetchone()
    return bool(known and not seen)


def sent(db: Database, *, limit: int = 2_000) -> list[Answer]:
    """The newest replies that were sent from here, with what they answered, newest first."""
    rows = db.connection.execute(
        "SELECT o.text, o.sent_at, i.author, i.author_handle, i.text, o.community FROM outbox o"
        " JOIN item i ON i.id = o.target WHERE o.kind = 'reply' AND o.state = 'sent' AND o.sent_at IS NOT NULL"
        " ORDER BY o.sent_at DESC LIMIT ?",
        (limit,),
    )
    return [
        Answer(
            text=text,
            at=from_epoch(at, db.zone),
            to=author or handle,
            question=question,
            community=community or None,
        )
        for text, at, author, handle, question, community in rows
    ]


def own_words(db: Database, own: Collection[str], *, limit: int = 500) -> list[Answer]:
    """What one wrote in threads that the ledger holds (a mailbox with its sent mail), newest first.

    ``own`` are the addresses that are one's own. What came last before it in its thread is the question.
    """
    if not own:
        return []
    rows = db.connection.execute(
        "SELECT a.text, a.at, q.author, q.author_handle, q.text, a.community FROM item a"  # noqa: S608  marks only
        " JOIN item q ON q.number = (SELECT number FROM item WHERE account = a.account AND thread = a.thread"
        "  AND at <= a.at AND author_handle <> a.author_handle ORDER BY at DESC LIMIT 1)"
        f" WHERE a.author_handle IN ({','.join('?' * len(own))}) AND a.fold IS NULL AND a.thread IS NOT NULL"
        " ORDER BY a.at DESC LIMIT ?",
        (*own, limit),
    )
    return [
        Answer(
            text=text,
            at=from_epoch(at, db.zone),
            to=author or handle,
            question=question,
            community=community or None,
        )
        for text, at, author, handle, question, community in rows
    ]


def post_of(db: Database, one: Notification) -> str | None:
    """The words of one's own post that a thread is about, where somebody's liking of it told them."""
    if one.thread is None:
        return None
    row = db.connection.execute(
        "SELECT subject_text FROM item WHERE account = ? AND thread = ? AND subject = thread"
        " AND subject_text IS NOT NULL LIMIT 1",
        (one.account, one.thread),
    ).fetchone()
    return str(row[0]) if row else None
