"""``cmday --version`` costs at most twice a Python that does nothing."""

from __future__ import annotations

import sys

from bench.measure import Command, Promise, installed_script, milliseconds, paired, ratio

LIMIT = 2.0


def measure(rounds: int, *, quick: bool) -> list[Promise]:  # noqa: ARG001  quick enough as it is
    ours, nothing = paired(rounds, Command([installed_script(), "--version"]), Command([sys.executable, "-c", "pass"]))
    return [
        Promise(
            name="cmday --version",
            value=ratio(ours, nothing),
            limit=LIMIT,
            unit="× python -c pass",
            ours=milliseconds("cmday", ours),
            peer=milliseconds("python", nothing),
        )
    ]
