"""What a person's own deeds say of a feed: how often its stories were passed on, and how often they were not wanted."""

# ruff: noqa: S608  only question marks are put into the SQL

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cmday.core.time import epoch
from cmday.storage.database import Database
from cmday.storage.entry_store import marks, portions


def refuse(db: Database, ids: Iterable[str], at: datetime) -> None:
    """Note that these entries were not wanted."""
    with db.write() as tx:
        for some in portions([int(one, 16) for one in ids]):
            tx.execute(
                f"INSERT OR IGNORE INTO refusal SELECT key, feed, ? FROM entry WHERE key IN ({marks(some)})",
                (epoch(at), *some),
            )


def allow(db: Database, ids: Iterable[str]) -> None:
    """Forget that they were not."""
    with db.write() as tx:
        for some in portions([int(one, 16) for one in ids]):
            tx.execute(f"DELETE FROM refusal WHERE entry IN ({marks(some)})", some)


def refused(db: Database, since: datetime) -> dict[str, int]:
    """How many stories of each feed were not wanted since then, by address."""
    rows = db.connection.execute(
        "SELECT f.url, count(*) FROM refusal r JOIN feed f ON f.id = r.feed WHERE r.at >= ? GROUP BY r.feed",
        (epoch(since),),
    )
    return dict(rows)


def shared(db: Database, since: datetime) -> dict[tuple[str, str], int]:
    """How many stories of each feed were passed on to each community since then, by community and address.

    What waits in the outbox is not passed on yet, and what was taken back never was.
    """
    rows = db.connection.execute(
        "SELECT s.community, f.url, count(DISTINCT s.outbox) FROM share s JOIN share_entry t ON t.outbox = s.outbox"
        " JOIN entry e ON e.key = t.entry JOIN feed f ON f.id = e.feed LEFT JOIN outbox o ON o.id = s.outbox"
        " WHERE s.at >= ? AND coalesce(o.state, 'sent') = 'sent' GROUP BY 1, 2",
        (epoch(since),),
    )
    return {(community, url): count for community, url, count in rows}
