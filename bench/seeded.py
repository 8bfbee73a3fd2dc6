"""Homes with a database of a given size, filled through the package's own storage."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cmday.core.feeds import Entry
from cmday.core.time import Clock
from cmday.storage.database import open_database
from cmday.storage.entry_store import Judged, store

FEEDS = 200
NOW = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)
_AT_ONCE = 5_000
_SETTINGS = 'language = "en"\ntimezone = "Europe/Paris"\n\n[community.bem]\ntitle = "BEM Talents"\n'
_SUMMARY = "A second ferry, a longer season, and a map of the quays for those who come by bike. " * 3


def seed(home: Path, entries: int) -> dict[str, str]:
    """Fill a home with entries, one in five unread; returns the environment in which a command finds it."""
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(_SETTINGS, encoding="utf-8")
    urls = [f"https://f{number}.example/feed" for number in range(min(FEEDS, entries))]
    (home / "feeds.toml").write_text("\n".join(f'[[feed]]\nurl = "{url}"\n' for url in urls), encoding="utf-8")
    database = open_database(home / "cmday.db", Clock(UTC))
    try:
        for number, url in enumerate(urls):
            share = range(number, entries, len(urls))
            for start in range(0, len(share), _AT_ONCE):
                store(database, url, [_entry(place) for place in share[start : start + _AT_ONCE]], NOW)
            if entries > _AT_ONCE and sys.stderr.isatty():
                sys.stderr.write(f"\rseeding {entries:,} entries: {100 * (number + 1) // len(urls)} %")
        with database.write() as tx:
            tx.execute("UPDATE entry SET state = 1 WHERE id % 5 > 0")
    finally:
        database.close()
    if entries > _AT_ONCE and sys.stderr.isatty():
        sys.stderr.write("\n")
    return {"CMDAY_HOME": str(home), "CMDAY_NOW": NOW.isoformat()}


def _entry(place: int) -> Judged:
    at = NOW - timedelta(minutes=place % 500_000)
    return Judged(
        entry=Entry(
            identity=f"urn:entry:{place}",
            guid=f"urn:entry:{place}",
            title=f"Evening cruises: the season extended, part {place}",
            url=f"https://f{place % FEEDS}.example/{place}",
            published=at,
            summary=_SUMMARY,
        ),
        score=float(place % 7),
        shown_at=at,
    )
