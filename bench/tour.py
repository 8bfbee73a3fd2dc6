"""The tour of six networks that take two seconds an answer, beside the slowest of them alone.

Each is a host of its own (``NAME.localhost``) that answers as its documentation says, by what the connectors' own tests
are held to. A network that needs five answers takes ten seconds; six of them may take half a second more.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from bench.measure import Command, Cost, Promise, installed_script, run_once
from tests.connectors.test_documented_tour import AT, TOURS, behind
from tests.loopback.server import Loopback

NETWORKS = ("github", "discourse", "forgejo", "facebook", "instagram", "youtube")
SECONDS = 2.0
QUICK_SECONDS = 0.4
MOST_MORE = 0.5
ROUNDS = 3


def measure(rounds: int, *, quick: bool) -> list[Promise]:
    delay = QUICK_SECONDS if quick else SECONDS
    with Loopback() as server, tempfile.TemporaryDirectory(prefix="cmday-bench-") as folder:
        room = Path(folder)
        for name in NETWORKS:
            behind(server, TOURS[name][0], host=f"{name}.localhost", delay=delay)
        alone = {name: _tour(room, name, (name,), server.port, min(rounds, ROUNDS)) for name in NETWORKS}
        together = _tour(room, "all", NETWORKS, server.port, min(rounds, ROUNDS))
    slowest = max(alone, key=lambda name: _wall(alone[name]))
    return [
        Promise(
            name=f"tour of {len(NETWORKS)} networks, {delay:g} s an answer",
            value=_wall(together) - _wall(alone[slowest]),
            limit=MOST_MORE,
            unit="s more",
            ours=f"all {_wall(together):.2f} s",
            peer=f"{slowest} alone {_wall(alone[slowest]):.2f} s",
        )
    ]


def _tour(room: Path, title: str, names: tuple[str, ...], port: int, rounds: int) -> list[Cost]:
    """First sweeps of some networks, each in a home of its own."""
    found = []
    for number in range(rounds):
        home = room / f"{title}-{number}"
        home.mkdir(mode=0o700)
        lines = ['[limits]\ndeadline = "60s"\n']
        for name in names:
            lines.append(f'[account.{name}]\nnetwork = "{name}"\nserver = "http://{name}.localhost:{port}"\n')
            lines.append(f'secret = {{ env = "BENCH_TOKEN" }}\n{TOURS[name][1]}\n')
        (home / "config.toml").write_text("".join(lines), encoding="utf-8")
        environment = {"CMDAY_HOME": str(home), "CMDAY_NOW": AT, "BENCH_TOKEN": "none", "CMDAY_LANG": "en"}
        found.append(run_once(Command([installed_script(), "inbox", "--json"], environment)))
    return found


def _wall(costs: list[Cost]) -> float:
    return statistics.median(cost.wall for cost in costs)
