"""A refresh of 1,000 feeds in which nothing is new, beside newsboat and the ``reader`` package.

Every feed is a host of its own (``fN.localhost``) on a server of ours, which gives an ETag and answers 304 to whoever
shows it. What is measured is the second and later refresh, when all three have the validators.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.feed_server import FeedServer
from bench.measure import (
    Command,
    Cost,
    Promise,
    installed_script,
    memory,
    milliseconds,
    ratio,
    run_once,
)
from bench.readers import Peer, newsboat, reader

FEEDS = 1_000
QUICK_FEEDS = 100
SLOWEST = 2.5  # seconds that the slowest host takes to answer
MOST_MB = 150.0
SETTLING = 5
ROUNDS = 3  # each takes a minute with both peers
_PARSERS = re.compile(r"\| +(feedparser|pyexpat|xml\.sax|xml\.etree\.ElementTree|nh3)$", re.MULTILINE)


def measure(rounds: int, *, quick: bool) -> list[Promise]:
    feeds = QUICK_FEEDS if quick else FEEDS
    with FeedServer(SLOWEST) as server, tempfile.TemporaryDirectory(prefix="cmday-bench-") as folder:
        room = Path(folder)
        urls = server.urls(feeds)
        ours = _Ours(room / "cmday", urls)
        first = run_once(ours.next())
        peers = [peer for peer in (newsboat(room, urls), reader(room, urls)) if peer]
        firsts = [run_once(peer.command) for peer in peers]
        for peer in peers:
            run_once(peer.command)  # newsboat asks without validators once more
        for _ in range(SETTLING):
            run_once(ours.next())  # what came first is folded and indexed in portions
        kept = _unchanged(min(rounds, ROUNDS), feeds, ours, peers, server)
        parsers = _parsers(ours.next())
        return [
            *kept,
            _everything_new(feeds, first, peers, firsts),
            Promise(
                name=f"refresh of {feeds:,}, parsers imported",
                value=len(parsers),
                limit=0,
                unit="",
                ours=" ".join(parsers) or "none",
                peer="",
            ),
        ]


class _Ours:
    """cmday with a home of its own; between two refreshes so much time goes by that every feed is due."""

    def __init__(self, home: Path, urls: list[str]) -> None:
        home.mkdir(mode=0o700)
        (home / "feeds.toml").write_text("".join(f'[[feed]]\nurl = "{url}"\n\n' for url in urls), encoding="utf-8")
        self.home = home
        self.now = datetime(2026, 11, 2, 8, 31, tzinfo=UTC)

    def next(self) -> Command:
        self.now += timedelta(hours=7)
        return Command(
            [installed_script(), "feeds", "refresh", "-q"],
            {"CMDAY_HOME": str(self.home), "CMDAY_NOW": self.now.isoformat()},
        )


def _unchanged(rounds: int, feeds: int, ours: _Ours, peers: list[Peer], server: FeedServer) -> list[Promise]:
    costs: list[Cost] = []
    others: list[list[Cost]] = [[] for _ in peers]
    whole, same = server.counts()
    for _ in range(rounds):
        costs.append(run_once(ours.next()))
        for place, peer in enumerate(peers):
            others[place].append(run_once(peer.command))
    whole, same = (now - before for now, before in zip(server.counts(), (whole, same), strict=True))
    if whole:
        sys.stderr.write(f"{whole} of {whole + same} requests were without validators\n")
    name = f"refresh of {feeds:,}, nothing new"
    wall = sorted(cost.wall for cost in costs)[len(costs) // 2]
    kept = [
        Promise(
            name=f"{name}, CPU",
            value=ratio(costs, others[place]),
            limit=peer.limit,
            unit=f"× {peer.name}",
            ours=milliseconds("cmday", costs),
            peer=milliseconds(peer.title, others[place]),
        )
        for place, peer in enumerate(peers)
    ]
    return [
        *kept,
        Promise(
            name=f"{name}, wall",
            value=wall / SLOWEST,
            limit=1.2,
            unit="× the slowest answer",
            ours=f"cmday {wall:.2f} s",
            peer=f"slowest {SLOWEST:.2f} s",
        ),
        Promise(
            name=f"{name}, memory",
            value=memory(costs),
            limit=MOST_MB,
            unit="MB",
            ours=f"{memory(costs):.0f} MB",
            peer=" · ".join(f"{memory(other):.0f} MB {peer.title}" for peer, other in zip(peers, others, strict=True)),
        ),
    ]


def _everything_new(feeds: int, first: Cost, peers: list[Peer], firsts: list[Cost]) -> Promise:
    return Promise(
        name=f"refresh of {feeds:,}, everything new, memory",
        value=memory([first]),
        limit=MOST_MB,
        unit="MB",
        ours=f"cmday {first.wall:.1f} s, {first.cpu:.1f} s CPU",
        peer=" · ".join(
            f"{peer.title} {cost.wall:.1f} s, {cost.cpu:.1f} s CPU" for peer, cost in zip(peers, firsts, strict=True)
        ),
    )


def _parsers(command: Command) -> list[str]:
    """The parsers of feeds that a refresh imports."""
    told = subprocess.run(
        command.argv,
        env={**os.environ, **command.environment, "PYTHONPROFILEIMPORTTIME": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return sorted(set(_PARSERS.findall(told.stderr)))
