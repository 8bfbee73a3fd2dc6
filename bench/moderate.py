"""``cmday moderate --json`` with 10,000 open cases: under 0.3 s, all of them told."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import Command, Promise, installed_script, milliseconds, paired
from cmday.core.accounts import Account
from cmday.core.cases import CaseReport, QueueEntry
from cmday.core.time import Clock
from cmday.storage.case_queue import store
from cmday.storage.database import open_database

CASES = 10_000
QUICK_CASES = 2_000
MOST_SECONDS = 0.3
NOW = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)
_AT_ONCE = 1_000
_PEOPLE = 900
_ACCOUNT = Account(name="blog", network="wordpress", server="https://blog.example", communities=("bem",))
_SETTINGS = (
    'language = "en"\ntimezone = "Europe/Paris"\n[community.bem]\ntitle = "BEM Talents"\n'
    '[account.blog]\nnetwork = "wordpress"\nserver = "https://blog.example"\nusername = "ana"\ncommunities = ["bem"]\n'
)


def measure(rounds: int, *, quick: bool) -> list[Promise]:
    """All commands are without the network: what is counted is reading, ordering and writing them."""
    cases = QUICK_CASES if quick else CASES
    with tempfile.TemporaryDirectory(prefix="cmday-bench-") as room:
        home = seed(Path(room) / "home", cases)
        listing = Command([installed_script(), "moderate", "--offline", "--json"], home)
        [costs] = paired(rounds, listing)
    return [
        Promise(
            name=f"cmday moderate --json, {cases:,} cases",
            value=statistics.median(cost.wall for cost in costs),
            limit=MOST_SECONDS,
            unit="s",
            ours=milliseconds("moderate", costs),
            peer="CPU; the promise is wall time",
        )
    ]


def seed(home: Path, cases: int) -> dict[str, str]:
    """Fill a home with a queue of reported comments; returns its environment."""
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(_SETTINGS, encoding="utf-8")
    database = open_database(home / "cmday.db", Clock(UTC))
    try:
        for start in range(0, cases, _AT_ONCE):
            store(database, _ACCOUNT, list(_some(range(start, start + _AT_ONCE))), NOW)
    finally:
        database.close()
    return {"CMDAY_HOME": str(home), "CMDAY_NOW": NOW.isoformat()}


def _some(places: range) -> Iterator[QueueEntry]:
    for place in places:
        person = place * 7919 % _PEOPLE
        at = NOW - timedelta(minutes=place % 20_000)
        yield QueueEntry(
            subject=str(place),
            author=f"Person {person}",
            author_handle=f"p{person}@there.example",
            author_id=str(person),
            text="Free followers, quickly and for next to nothing: write to me, and tell your friends about it.",
            url=f"https://blog.example/post#comment-{place}",
            at=at,
            reports=tuple(
                CaseReport(id=f"{place}-{n}", by=f"Reader {n}", by_handle=f"r{n}@there.example", reason="spam", at=at)
                for n in range(place % 3)
            ),
            held=place % 2 == 0,
            place={"post": str(place % 50)},
        )
