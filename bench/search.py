"""``cmday feeds search`` on a database of a given size: filling the index, and rare, usual and frequent words."""

from __future__ import annotations

import random
import statistics
import sys
import time
from datetime import UTC, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from bench.measure import Command, run_once
from bench.seeded import FEEDS, NOW
from cmday.core.feeds import Entry
from cmday.core.time import Clock
from cmday.session import Session
from cmday.steps.news.searching import index_new
from cmday.storage import search
from cmday.storage.database import open_database
from cmday.storage.entry_store import Judged, store

_AT_ONCE = 5_000
_WORDS = 20_000
_TITLE, _SUMMARY = 9, 40
_ROUNDS = 5


def seed(home: Path, entries: int) -> dict[str, str]:
    """Fill a home with entries of random words, the tenth word ten times as rare as the first."""
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text('language = "en"\ntimezone = "Europe/Paris"\n', encoding="utf-8")
    urls = [f"https://f{number}.example/feed" for number in range(min(FEEDS, entries))]
    (home / "feeds.toml").write_text("\n".join(f'[[feed]]\nurl = "{url}"\n' for url in urls), encoding="utf-8")
    dice = random.Random(7)
    words = [f"mot{number}é" for number in range(1, _WORDS + 1)]
    weights = [1 / number for number in range(1, _WORDS + 1)]
    database = open_database(home / "cmday.db", Clock(UTC))
    for url in urls:
        share = range(entries // len(urls))
        for start in range(0, len(share), _AT_ONCE):
            some = []
            for place in share[start : start + _AT_ONCE]:
                drawn = dice.choices(words, weights, k=_TITLE + _SUMMARY)
                title, summary = " ".join(drawn[:_TITLE]), " ".join(drawn[_TITLE:])
                at = NOW - timedelta(minutes=dice.randrange(500_000))
                entry = Entry(identity=f"{url}/{place}", guid=None, title=title, url=f"{url}/{place}", summary=summary)
                some.append(Judged(entry=entry, shown_at=at))
            store(database, url, some, NOW)
    database.close()
    return {"CMDAY_HOME": str(home), "CMDAY_NOW": NOW.isoformat()}


def fill(home: Path) -> tuple[int, float]:
    """Put everything into the index; returns how many entries, and the seconds of CPU."""
    database = open_database(home / "cmday.db", Clock(UTC))
    session = cast("Session", SimpleNamespace(database=database))
    began = time.process_time()
    done = index_new(session, search.waiting(database))
    spent = time.process_time() - began
    database.close()
    return done, spent


def main(home: Path, entries: int) -> None:
    environment = seed(home, entries)
    done, spent = fill(home)
    print(f"index: {done:,} entries, {spent:.1f} s CPU, {spent / done * 1e6:.0f} µs each")
    for name, words in {
        "rare": ["mot19000e"],
        "two words": ["mot500e", "mot700e"],
        "frequent": ["mot1e"],
        "phrase": ["mot1e mot2e"],
        "prefix": ["mot19*"],
    }.items():
        command = Command([sys.executable, "-m", "cmday", "feeds", "search", *words], environment)
        cpu = statistics.median(run_once(command).cpu for _ in range(_ROUNDS))
        print(f"{name}: {cpu * 1000:.0f} ms CPU, start of Python and all")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
