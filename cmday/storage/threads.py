"""Posts around the items that want an answer: bounded in number and in length, and there without network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from cmday.core.items import Item, Notification, ThreadPost
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database
from cmday.storage.item_rows import web_only

PER_THREAD: Final = 50
NEAR: Final = 8
IN_ALL: Final = 20_000
_TEXT: Final = 4_000
_WORD: Final = 500
_COLUMNS: Final = "id, thread, author, author_handle, text, url, at, answers, mine, by"
_NAMES: Final = (*_COLUMNS.split(", "), "account")


def store(db: Database, account: str, posts: Sequence[ThreadPost]) -> list[ThreadPost]:
    """Store posts, the latest version of each; returns those of our own account that were not known before.

    Part of the transaction it is called in. Of one thread the newest fifty stay, of all the newest twenty thousand.
    """
    if not posts:
        return []
    with db.write() as tx:
        known = {one.id for one in posts if _is_known(db, account, one.id)}
        tx.executemany(
            f"INSERT OR REPLACE INTO thread_post ({', '.join(_NAMES)})"  # noqa: S608  our own words
            f" VALUES ({', '.join(f':{name}' for name in _NAMES)})",
            [_row(account, one) for one in posts],
        )
        for thread in {one.thread for one in posts}:
            tx.execute(
                "DELETE FROM thread_post WHERE number IN (SELECT number FROM thread_post"
                " WHERE account = ? AND thread = ? ORDER BY at DESC, number DESC LIMIT -1 OFFSET ?)",
                (account, thread, PER_THREAD),
            )
        tx.execute(
            "DELETE FROM thread_post WHERE number <= (SELECT number FROM thread_post"
            " ORDER BY number DESC LIMIT 1 OFFSET ?)",
            (IN_ALL,),
        )
    return [one for one in posts if one.mine and one.id not in known]


def note_gone(db: Database, account: str, ids: Iterable[str], at: Any) -> None:
    """Note that posts were deleted where they stood: items say so, what stood around them is forgotten."""
    with db.write() as tx:
        for one in ids:
            tx.execute(
                "UPDATE item SET gone = :at WHERE gone IS NULL AND fold IS NULL"
                " AND (id = :item OR (account = :account AND post = :post))",
                {"at": epoch(at), "item": f"{account}:{one}", "account": account, "post": one},
            )
            tx.execute("DELETE FROM thread_post WHERE account = ? AND id = ?", (account, one))


def around(db: Database, item: Item) -> list[ThreadPost]:
    """What is stored of an item's thread, oldest first; where nothing is, of the room that the item was said in."""
    one = item.notification
    found = of_thread(db, one.account, one.thread) if one.thread else []
    if found:
        return found
    row = db.connection.execute(
        "SELECT thread FROM thread_post WHERE account = ? AND id = ?",
        (one.account, one.id.removeprefix(f"{one.account}:")),
    ).fetchone()
    near = of_thread(db, one.account, row[0]) if row else []
    at = next((place for place, post in enumerate(near) if one.id == f"{one.account}:{post.id}"), 0)
    return near[max(0, at - NEAR) : at + NEAR + 1]


def of_thread(db: Database, account: str, thread: str) -> list[ThreadPost]:
    """What is stored of a thread, oldest first."""
    rows = db.connection.execute(
        f"SELECT {_COLUMNS} FROM thread_post WHERE account = ? AND thread = ? ORDER BY at, number",  # noqa: S608
        (account, thread),
    )
    return [_post(db, row) for row in rows]


def answered_by_others(db: Database, items: Iterable[Notification]) -> dict[str, str]:
    """Of these items, which somebody else than their author answered in public, and who, as far as it is stored."""
    found: dict[str, str] = {}
    for one in items:
        native = one.reply.id if one.reply and one.reply.id else one.subject
        row = db.connection.execute(
            "SELECT author_handle FROM thread_post WHERE account = ? AND answers IN (?, ?) AND NOT mine"
            " AND author_handle <> ? ORDER BY at LIMIT 1",
            (one.account, native, one.id.removeprefix(f"{one.account}:"), one.author_handle),
        ).fetchone()
        if row and one.kind != "message":
            found[one.id] = row[0]
    return found


def _is_known(db: Database, account: str, one: str) -> bool:
    found = db.connection.execute("SELECT 1 FROM thread_post WHERE account = ? AND id = ?", (account, _storable(one)))
    return found.fetchone() is not None


def _row(account: str, one: ThreadPost) -> dict[str, object]:
    return {
        "account": account,
        "id": _storable(one.id),
        "thread": _storable(one.thread),
        "author": _storable(one.author)[:_WORD],
        "author_handle": _storable(one.author_handle)[:_WORD],
        "text": _storable(one.text)[:_TEXT],
        "url": web_only(one.url),
        "at": epoch(one.at),
        "answers": one.answers and _storable(one.answers),
        "mine": one.mine,
        "by": one.by and _storable(one.by)[:_WORD],
    }


def _storable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _post(db: Database, row: Sequence[Any]) -> ThreadPost:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return ThreadPost(**{**values, "at": from_epoch(values["at"], db.zone), "mine": bool(values["mine"])})


def own_answers(db: Database, account: str, posts: Sequence[str]) -> list[ThreadPost]:
    """What our account wrote in answer to these posts, as far as it is stored."""
    rows = db.connection.execute(
        f"SELECT {_COLUMNS} FROM thread_post WHERE account = ? AND mine AND answers IN ({','.join('?' * len(posts))})",  # noqa: S608
        (account, *posts),
    )
    return [_post(db, row) for row in rows]
