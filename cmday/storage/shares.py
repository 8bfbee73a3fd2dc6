"""What was shared with whom. Where a share stands is asked of its post in the outbox; what was taken back never was."""

# ruff: noqa: S608  only question marks and our own column names are put into the SQL

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.shares import Share
from cmday.core.time import epoch, from_epoch
from cmday.storage.database import Database
from cmday.storage.entry_store import marks, portions

_OWN: Final = (
    *("outbox", "community", "account", "network", "at", "title", "url", "link", "source", "author", "published"),
    *("summary", "note"),
)
# A post that the outbox has no more was not taken back, so it counts.
_STATE: Final = "coalesce(o.state, 'sent')"
_READ: Final = (
    f"SELECT {', '.join(f's.{name}' for name in _OWN)}, {_STATE}, o.sent_at, o.sent_url"
    " FROM share s LEFT JOIN outbox o ON o.id = s.outbox"
)
_STANDS: Final = f"{_STATE} <> 'cancelled'"


def put(db: Database, shares: Iterable[Share]) -> None:
    """Remember shares; their posts are in the outbox."""
    with db.write() as tx:
        for one in shares:
            values = msgspec.structs.asdict(one)
            values["at"] = epoch(one.at)
            values["published"] = epoch(one.published) if one.published else None
            tx.execute(
                f"INSERT INTO share ({', '.join(_OWN)}) VALUES ({', '.join('?' * len(_OWN))})",
                tuple(values[name] for name in _OWN),
            )
            tx.executemany(
                "INSERT OR IGNORE INTO share_entry VALUES (?, ?)",
                ((int(entry, 16), one.outbox) for entry in one.entries),
            )


def of_entries(db: Database, ids: Iterable[str]) -> dict[str, tuple[Share, ...]]:
    """The shares of these entries, the oldest first, by entry; what was taken back is left out.

    Entries that were never shared are missing. A share holds for every entry of the story it was made of.
    """
    keys = {int(one, 16): one for one in ids}
    posts: dict[str, list[str]] = {}
    for some in portions(list(keys)):
        rows = db.connection.execute(f"SELECT outbox, entry FROM share_entry WHERE entry IN ({marks(some)})", some)
        for post, entry in rows:
            posts.setdefault(post, []).append(keys[entry])
    found: dict[str, list[Share]] = {}
    for one in _of_posts(db, list(posts)) if posts else ():
        for entry in posts[one.outbox]:
            found.setdefault(entry, []).append(one)
    return {entry: tuple(shares) for entry, shares in found.items()}


def since(db: Database, start: datetime, communities: Sequence[str] = ()) -> list[Share]:
    """What was shared since then with these communities, or with all, the oldest first.

    What was taken back is left out. A share belongs to the moment it went out, until then to that it was written at.
    """
    where = f"WHERE {_STANDS} AND coalesce(o.sent_at, s.at) >= ?"
    values: list[Any] = [epoch(start)]
    if communities:
        where += f" AND s.community IN ({', '.join('?' * len(communities))})"
        values += communities
    return _read(db, f"{where} ORDER BY coalesce(o.sent_at, s.at), s.rowid", values)


def _of_posts(db: Database, posts: list[str]) -> list[Share]:
    found = []
    for start in range(0, len(posts), 500):
        some = posts[start : start + 500]
        found += _read(db, f"WHERE {_STANDS} AND s.outbox IN ({', '.join('?' * len(some))})", some)
    return sorted(found, key=lambda one: (one.moment, one.outbox))


def _read(db: Database, where: str, values: Sequence[Any]) -> list[Share]:
    return [_share(db, row) for row in db.connection.execute(f"{_READ} {where}", tuple(values)).fetchall()]


def _share(db: Database, row: Sequence[Any]) -> Share:
    *own, state, sent_at, sent_url = row
    values = dict(zip(_OWN, own, strict=True))
    entries = db.connection.execute("SELECT entry FROM share_entry WHERE outbox = ?", (values["outbox"],))
    values["at"] = from_epoch(values["at"], db.zone)
    values["published"] = from_epoch(values["published"], db.zone) if values["published"] is not None else None
    return Share(
        **values,
        state=state,
        sent_at=from_epoch(sent_at, db.zone) if sent_at is not None else None,
        sent_url=sent_url,
        entries=tuple(f"{entry:016x}" for (entry,) in entries),
    )
