"""A thread as it went: what came, what stood around it, what one answered, from here or from elsewhere."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cmday.core.items import Item, Notification, ThreadPost
from cmday.session import Session
from cmday.storage import ledger, outbox, threads


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of a thread. ``item`` is the ledger's id where it is an item of its own, ``this`` the one that is read.

    ``mine`` is what one's own account wrote, ``by`` who of those that share it; what is ``waiting`` has not left yet.
    """

    author: str
    author_handle: str
    text: str
    at: datetime
    url: str | None = None
    item: str | None = None
    mine: bool = False
    by: str | None = None
    this: bool = False
    waiting: bool = False


def turns(session: Session, item: Item) -> list[Turn]:
    """The thread of an item, oldest first, all from what is stored; the item alone where it has none."""
    db = session.database
    told = [one.notification for one in ledger.thread_of(db, item)]
    own = {one.username for one in session.settings.accounts.values() if one.username}
    known = {name for one in told for name in _names(one)}
    written = outbox.of_targets(db, [one.id for one in told])
    found = [_of_item(one, item, own) for one in told]
    sent: set[str | None] = set()
    for answers in written.values():
        for one in answers:
            if one.kind == "reply" and one.state != "cancelled":
                sent.add(one.sent_id)
                found.append(
                    Turn(
                        author="",
                        author_handle=f"@{one.account}",
                        text=one.text,
                        at=one.sent_at or one.created,
                        url=one.sent_url,
                        mine=True,
                        waiting=one.state != "sent",
                    )
                )
    found += [_of_post(post) for post in threads.around(db, item) if post.id not in known and post.id not in sent]
    return sorted(found, key=lambda turn: (turn.waiting, turn.at.timestamp()))


def _names(one: Notification) -> set[str]:
    """The network's ids of an item."""
    also = {one.reply.id} if one.reply and one.reply.id else set()
    return {one.id.removeprefix(f"{one.account}:"), *also, *({one.subject} if one.subject else ())}


def _of_item(one: Notification, item: Item, own: set[str]) -> Turn:
    return Turn(
        author=one.author,
        author_handle=one.author_handle,
        text=one.text or one.subject_text or "",
        at=one.at,
        url=one.url,
        item=one.id,
        mine=one.author_handle in own,
        this=one.id == item.notification.id,
    )


def _of_post(post: ThreadPost) -> Turn:
    return Turn(
        author=post.author,
        author_handle=post.author_handle,
        text=post.text,
        at=post.at,
        url=post.url,
        mine=post.mine,
        by=post.by,
    )
