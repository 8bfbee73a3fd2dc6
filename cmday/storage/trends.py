"""What trends on the web, counted day by day: the past week of each is what a rise is held against."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.core.feeds import Entry
from cmday.core.time import epoch
from cmday.storage import feeds
from cmday.storage.database import Database
from cmday.storage.entry_store import key_of

WEEK: Final = 7
_KEEP: Final = 30
_DAY: Final = 86_400


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was told: ``today``, and on each of the past seven days on which its source was seen.

    A day on which the source was seen and did not list it counts as the smallest number that it listed then: more
    would have been listed. ``entry`` is its id; ``whose`` are the communities whose words it has, with ``points``.
    """

    feed_url: str
    entry: str
    title: str
    url: str | None
    language: str | None
    unread: bool
    whose: tuple[str, ...]
    points: float
    today: int
    week: tuple[int, ...]


def record(db: Database, url: str, entries: Iterable[Entry], now: datetime) -> None:
    """Note the counts that a source of trends gives with its entries; entries without counts are passed over."""
    day = epoch(now) // _DAY
    rows = [
        (entry.identity, day - ago, count)
        for entry in entries
        for ago, count in enumerate(entry.counts[: WEEK + 1])
        if count >= 0
    ]
    if not rows:
        return
    with db.write() as tx:
        number = feeds.id_of(tx, url)
        tx.executemany(
            "INSERT INTO trend VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = max(count, excluded.count)",
            ((number, *row) for row in rows),
        )
        tx.execute("DELETE FROM trend WHERE day < ?", (day - _KEEP,))


def of_today(db: Database, now: datetime) -> list[Trend]:
    """What trends today, each with its own past week."""
    day = epoch(now) // _DAY
    rows = db.connection.execute(
        "SELECT feed, identity, day, count FROM trend WHERE day BETWEEN ? AND ?", (day - WEEK, day)
    ).fetchall()
    least: dict[tuple[int, int], int] = {}
    counted: dict[tuple[int, str], dict[int, int]] = {}
    for feed, identity, at, count in rows:
        least[feed, at] = min(count, least.get((feed, at), count))
        counted.setdefault((feed, identity), {})[at] = count
    found = []
    for (feed, identity), days in counted.items():
        entry = _entry(db, feed, identity) if day in days else None
        if entry is None:
            continue
        key, title, url, language, state, whose, points, feed_url = entry
        found.append(
            Trend(
                feed_url=feed_url,
                entry=f"{key:016x}",
                title=title,
                url=url,
                language=language,
                unread=state == 0,
                whose=tuple(whose.split()),
                points=points,
                today=days[day],
                week=tuple(days.get(at, least[feed, at]) for at in range(day - WEEK, day) if (feed, at) in least),
            )
        )
    return found


def _entry(db: Database, feed: int, identity: str) -> Any:
    return db.connection.execute(
        "SELECT e.key, e.title, e.url, t.language, e.state, e.whose, e.score, f.url"
        " FROM entry e JOIN feed f ON f.id = e.feed JOIN entry_text t ON t.entry = e.id WHERE e.key = ?",
        (key_of(feed, identity),),
    ).fetchone()


def sources(db: Database) -> set[str]:
    """The addresses of the feeds that list what trends."""
    return {url for (url,) in db.connection.execute("SELECT url FROM feed WHERE id IN (SELECT feed FROM trend)")}
