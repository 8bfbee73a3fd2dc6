"""The ledger: every notification once, with what the CM made of it.

An item is *open* while it is new or seen. Its state survives a refetch; who edits a text brings it back as new, and
what it was is kept. Reactions (likes, shares, follows) are listed as folded lines, whose public id begins with
``fold/``; what one has to answer in a thread is one line too, and its newest item stands for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.items import REACTIONS, Item, Notification, Page, ReplyTo, State
from cmday.core.time import epoch, from_epoch
from cmday.storage import accounts, activity, addresses, audience, elsewhere, forgotten, threads
from cmday.storage.database import Database
from cmday.storage.item_rows import FOLD, STORED, recognised, row_of, storable

# Word for word as in the partial indices, or SQLite would not use them.
OPEN: Final = "state IN ('new', 'seen')"
COLUMNS: Final = (
    "id, account, network, community, kind, author, author_handle, text, url, at, thread, subject, subject_text,"
    " edited, state, snoozed_until, first_seen, reply, was, gone, answered_at, answered_by"
)
# Somebody changed what they wrote, after it was read here.
_EDITED: Final = "text IS NOT :text AND :edited > coalesce(edited, 0) AND fold IS NULL"
_AT_ONCE: Final = 500
_SAID: Final = 24
_REPLY: Final = msgspec.json.Decoder(ReplyTo)


def store_page(db: Database, account: str, page: Page, at: datetime, *, first: bool = True, whole: bool = True) -> int:
    """Store a page with its cursor and traces of activity in one transaction; returns how many items were new.

    ``first`` and ``whole`` say whether it is the first and the last page of its sweep.
    """
    without = forgotten.known(db)
    asked_page, page = page, without.page(page)
    told = [recognised(one) for one in page.notifications]
    rows = [row_of(one, at) for one in told]
    traces = activity.traces(db, page.notifications)
    with db.write() as tx:
        if forgotten.version(db) != without.version:  # somebody was forgotten meanwhile
            return store_page(db, account, asked_page, at, first=first, whole=whole)
        fresh_ids = _unknown(db, [one.id for one in page.notifications])
        unseen = {one.id: one for one in told}
        stored = tx.executemany(
            f"INSERT INTO item ({', '.join(STORED)}) VALUES ({', '.join(f':{name}' for name in STORED)})"  # noqa: S608
            " ON CONFLICT (id) DO NOTHING",
            rows,
        )
        fresh = stored.rowcount  # the changes of the connection would count what triggers do as well
        if fresh < len(rows):
            # Of two versions the later edit stays, whichever sweep comes second.
            tx.executemany(
                f"UPDATE item SET was = CASE WHEN {_EDITED} THEN text ELSE was END,"  # noqa: S608  constants
                f" state = CASE WHEN {_EDITED} AND state IN ('seen', 'done') THEN 'new' ELSE state END,"
                " kind = :kind, priority = :priority, fold = :fold, author = :author, text = :text,"
                " url = :url, subject_text = :subject_text, edited = :edited, reply = :reply, post = :post"
                " WHERE id = :id AND coalesce(:edited, 0) >= coalesce(edited, 0) AND (text IS NOT :text"
                " OR author IS NOT :author OR kind IS NOT :kind OR url IS NOT :url OR edited IS NOT :edited"
                " OR subject_text IS NOT :subject_text OR reply IS NOT :reply)",
                rows,
            )
        activity.store(tx, traces)
        addresses.store(db, [unseen[one] for one in fresh_ids])
        own = threads.store(db, account, page.thread)
        elsewhere.close_answered(db, account, own, fresh_ids, at)
        threads.note_gone(db, account, page.gone, at)
        audience.store(db, account, page.followers, at)
        accounts.note_page(
            tx,
            account,
            cursor=page.cursor,
            gap=page.gap,
            fresh=fresh,
            at=at,
            first=first,
            whole=whole,
            oldest=min((epoch(one.at) for one in page.notifications), default=None),
            said=page.said and storable(page.said)[:_SAID],
        )
    return fresh


def _unknown(db: Database, ids: Sequence[str]) -> list[str]:
    """Those of the ids that the ledger does not have yet."""
    known: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = db.connection.execute(f"SELECT id FROM item WHERE id IN ({','.join('?' * len(some))})", some)  # noqa: S608
        known.update(one for (one,) in rows)
    return [one for one in dict.fromkeys(ids) if one not in known]


# Reading single items.


def items(db: Database, ids: Sequence[str]) -> list[Item]:
    """The items of these ids, in that order; a folded line comes as its newest reaction with the count of all.

    Unknown ids are missing.
    """
    found: dict[str, Item] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        rows = db.connection.execute(f"SELECT {COLUMNS} FROM item WHERE id IN ({marks})", some)  # noqa: S608  marks only
        found.update((row[0], read_item(db, row)) for row in rows)
    for one in ids:
        if one.startswith(FOLD) and (line := _folded_line(db, one)):
            found[one] = line
    return [found[one] for one in ids if one in found]


def _folded_line(db: Database, fold: str) -> Item | None:
    """What is open in a folded line, or all of it where nothing is."""
    for which in (f" AND {OPEN}", ""):
        row = db.connection.execute(
            f"SELECT count(*), max(at), number FROM item WHERE fold = ?{which}",  # noqa: S608
            (fold,),
        ).fetchone()
        count, _, number = row
        if count:
            newest = db.connection.execute(
                f"SELECT {COLUMNS} FROM item WHERE number = ?",  # noqa: S608
                (number,),
            ).fetchone()
            return as_line(read_item(db, newest), fold, count)
    return None


def as_line(newest: Item, fold: str, count: int, state: State | None = None) -> Item:
    """The newest reaction standing for all that fold with it."""
    return msgspec.structs.replace(
        newest,
        state=state or newest.state,
        notification=msgspec.structs.replace(newest.notification, id=fold),
        count=count,
    )


def thread_of(db: Database, item: Item, *, limit: int = 50) -> list[Item]:
    """What was said in the item's thread, the item included, oldest first; the newest ``limit``.

    Likes and shares stand in a thread too, but say nothing.
    """
    one = item.notification
    if one.thread is None or one.kind in REACTIONS:
        return [item]
    silent = sorted(REACTIONS)
    marks = ",".join("?" * len(silent))
    rows = db.connection.execute(
        f"SELECT {COLUMNS} FROM item WHERE account = ? AND thread = ? AND kind NOT IN ({marks})"  # noqa: S608  marks only
        " ORDER BY at DESC, number DESC LIMIT ?",
        (one.account, one.thread, *silent, limit),
    ).fetchall()
    return [read_item(db, row) for row in reversed(rows)]


def read_item(db: Database, row: Sequence[Any]) -> Item:
    """An item from a row of the listed columns."""
    (number, account, network, community, kind, author, author_handle, text, url, at, thread, subject, subject_text) = (
        row[:13]
    )
    edited, state, snoozed_until, first_seen, reply, was, gone, answered_at, answered_by = row[13:22]
    return Item(
        notification=Notification(
            id=number,
            account=account,
            network=network,
            community=community or None,
            kind=kind,
            author=author,
            author_handle=author_handle,
            text=text,
            url=url,
            at=from_epoch(at, db.zone),
            thread=thread,
            subject=subject,
            subject_text=subject_text,
            edited=None if edited is None else from_epoch(edited, db.zone),
            reply=None if reply is None else _REPLY.decode(reply),
        ),
        state=state,
        first_seen=from_epoch(first_seen, db.zone),
        snoozed_until=None if snoozed_until is None else from_epoch(snoozed_until, db.zone),
        was=was,
        gone=None if gone is None else from_epoch(gone, db.zone),
        answered_at=None if answered_at is None else from_epoch(answered_at, db.zone),
        answered_by=answered_by,
    )


# What a verb hits with an item: what waits on its line up to the item. What came after it was not seen on that line.
HIT: Final = (
    "(id = :id OR (fold IS NULL AND state <> 'done' AND line = (SELECT line FROM item WHERE id = :id)"
    " AND (at, number) < (SELECT at, number FROM item WHERE id = :id)))"
)
