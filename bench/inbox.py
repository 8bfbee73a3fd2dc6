"""``cmday inbox --offline`` with a ledger of 200,000 items: under 0.3 s, whether they are history or all still open."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import Command, Promise, installed_script, milliseconds, paired, run_once
from cmday.core.items import Kind, Notification, Page
from cmday.core.time import Clock
from cmday.storage.database import open_database
from cmday.storage.ledger import store_page

ITEMS = 200_000
QUICK_ITEMS = 20_000
MOST_SECONDS = 0.3
NOW = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)
_AT_ONCE = 5_000
_PEOPLE = 9_000
_THREADS = 3  # so many items a thread, on average
_KINDS: tuple[Kind, ...] = (
    "message",
    "mention",
    "mention",
    "reply",
    "reply",
    "question",
    "like",
    "like",
    "share",
    "follow",
)
_COMMUNITIES = ("bem", "sss", "cap")
_SETTINGS = (
    'language = "en"\ntimezone = "Europe/Paris"\n'
    + "".join(f'[community.{name}]\ntitle = "{name}"\n' for name in _COMMUNITIES)
    + "".join(
        f'[account.{name}]\nnetwork = "mastodon"\nserver = "https://{name}.example"\ncommunities = ["{name}"]\n'
        for name in _COMMUNITIES
    )
)


def measure(rounds: int, *, quick: bool) -> list[Promise]:
    items = QUICK_ITEMS if quick else ITEMS
    with tempfile.TemporaryDirectory(prefix="cmday-bench-") as room:
        words = [installed_script(), "inbox", "--offline"]
        history = Command(words, seed(Path(room) / "history", items, open_ones=items // 100))
        waiting = Command(words, seed(Path(room) / "waiting", items, open_ones=items))
        for command in (history, waiting):
            run_once(command)
        costs = paired(rounds, history, waiting)
    return [
        Promise(
            name=f"cmday inbox --offline, {items:,} items, {name}",
            value=statistics.median(cost.wall for cost in found),
            limit=MOST_SECONDS,
            unit="s",
            ours=milliseconds("inbox", found),
            peer="CPU; the promise is wall time",
        )
        for name, found in zip(("1 in 100 open", "all open"), costs, strict=True)
    ]


def seed(home: Path, items: int, *, open_ones: int) -> dict[str, str]:
    """Fill a home with notifications of three accounts, the newest of them open; returns its environment."""
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(_SETTINGS, encoding="utf-8")
    database = open_database(home / "cmday.db", Clock(UTC))
    try:
        for account, name in enumerate(_COMMUNITIES):
            share = range(account, items, len(_COMMUNITIES))
            for start in range(0, len(share), _AT_ONCE):
                store_page(
                    database, name, Page(notifications=tuple(_some(share[start : start + _AT_ONCE])), cursor=None), NOW
                )
            if items > _AT_ONCE and sys.stderr.isatty():
                sys.stderr.write(f"\rseeding {items:,} items: account {account + 1} of {len(_COMMUNITIES)}")
        with database.write() as tx:
            tx.execute(
                "UPDATE item SET state = 'done' WHERE id NOT IN (SELECT id FROM item ORDER BY at DESC LIMIT ?)",
                (open_ones,),
            )
    finally:
        database.close()
    if items > _AT_ONCE and sys.stderr.isatty():
        sys.stderr.write("\n")
    return {"CMDAY_HOME": str(home), "CMDAY_NOW": NOW.isoformat()}


def _some(places: range) -> Iterator[Notification]:
    for place in places:
        name = _COMMUNITIES[place % len(_COMMUNITIES)]
        kind = _KINDS[place // len(_COMMUNITIES) % len(_KINDS)]
        person = place * 7919 % _PEOPLE
        reaction = kind in ("like", "share", "follow")
        yield Notification(
            id=f"{name}:{place}",
            account=name,
            network="mastodon",
            community=name,
            kind=kind,
            author=f"Person {person}",
            author_handle=f"@p{person}@there.example",
            text=""
            if reaction
            else "Doors on Friday, is it at seven or at eight? The poster says one, the website the other.",
            url=f"https://{name}.example/@p{person}/{place}",
            at=NOW - timedelta(minutes=place % 300_000),
            thread=None if reaction else f"thread{place // (_THREADS * len(_COMMUNITIES))}",
            subject=f"post{place % 4_000}" if reaction else str(place),
            subject_text="Friday's line-up" if reaction else None,
        )
