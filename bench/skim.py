"""``cmday feeds --offline`` costs less than half of ``khal --version``, the same at any size of the database."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.khal import find_khal
from bench.measure import Command, Promise, installed_script, memory, milliseconds, paired, ratio, run_once
from bench.seeded import seed

ENTRIES = 1_000_000
QUICK_ENTRIES = 20_000
FEW = 1_000
FLAT = 1.15  # what two measurements of one thing may differ by
MOST_MB = 45.0


def measure(rounds: int, *, quick: bool) -> list[Promise]:
    entries = QUICK_ENTRIES if quick else ENTRIES
    with tempfile.TemporaryDirectory(prefix="cmday-bench-") as room:
        words = [installed_script(), "feeds", "--offline"]
        large = Command(words, seed(Path(room) / "large", entries))
        small = Command(words, seed(Path(room) / "small", FEW))
        for command in (large, small):
            run_once(command)  # the first look gives the handles of the day
        peer = Command([find_khal(), "--version"])
        ours, few, khal = paired(rounds, large, small, peer)
    name = f"cmday feeds --offline, {entries:,} entries"
    return [
        Promise(
            name=name,
            value=ratio(ours, khal),
            limit=0.5,
            unit="× khal --version",
            ours=milliseconds("cmday", ours),
            peer=milliseconds("khal", khal),
        ),
        Promise(
            name=f"{name}, flat in size",
            value=ratio(ours, few),
            limit=FLAT,
            unit=f"× {FEW:,} entries",
            ours=milliseconds("many", ours),
            peer=milliseconds("few", few),
        ),
        Promise(
            name=f"{name}, memory",
            value=memory(ours),
            limit=MOST_MB,
            unit="MB",
            ours=f"{memory(ours):.1f} MB",
            peer=f"{memory(khal):.1f} MB khal",
        ),
    ]
