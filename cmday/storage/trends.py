"""What trends on the web, counted day by day: the past week of each is what a rise is held against."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from cmday.core.feeds import Entry
from cmday.core.time import epoch
from cmday.storage import feeds
from cmday.storage.database import Database

WEEK: Final = 7
_KEEP: Final = 30
_DAY: Final = 86_400


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was told: ``today``, and on each of the past seven days on which its source was seen.

    A day on which the source was seen and did not list it counts as ``least``, the smallest number that it listed
    then: more would have been listed.
    """

    feed_url: str
    identity: str
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
        "SELECT f.url, t.feed, t.identity, t.day, t.count FROM trend t JOIN feed f ON f.id = t.feed"
        " WHERE t.day BETWEEN ? AND ?",
        (day - WEEK, day),
    ).fetchall()
    least: dict[tuple[int, int], int] = {}
    counted: dict[tuple[int, str], dict[int, int]] = {}
    urls: dict[int, str] = {}
    for url, feed, identity, at, count in rows:
        urls[feed] = url
        least[feed, at] = min(count, least.get((feed, at), count))
        counted.setdefault((feed, identity), {})[at] = count
    return [
        Trend(
            feed_url=urls[feed],
            identity=identity,
            today=days[day],
            week=tuple(days.get(at, least[feed, at]) for at in range(day - WEEK, day) if (feed, at) in least),
        )
        for (feed, identity), days in counted.items()
        if day in days
    ]


def sources(db: Database) -> set[str]:
    """The addresses of the feeds that list what trends."""
    return {url for (url,) in db.connection.execute("SELECT url FROM feed WHERE id IN (SELECT feed FROM trend)")}
