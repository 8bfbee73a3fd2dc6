"""``python -m bench``: all promises, one line each; exit code 1 where one is not kept."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import msgspec

from bench.measure import Promise

# One module a promise; a new one is a new line here.
PROMISES = ("version", "glance", "inbox", "moderate", "skim", "schedule", "parsing", "tour", "refresh")
# What is judged on a folder of data, with options of its own: bench/NAME.py has a ``main(argv)``.
JUDGES = ("quiet", "placement", "folding", "learning", "rules", "calendars")
ROUNDS = 15
QUICK_ROUNDS = 5


def main(argv: list[str]) -> int:
    """Measure, print, and return 1 where a promise is not kept."""
    if argv and argv[0] in JUDGES:
        judge: Callable[[list[str]], int] = import_module(f"bench.{argv[0]}").main
        return judge(argv[1:])
    parser = argparse.ArgumentParser(prog="python -m bench", description="What cmday promises about speed.")
    parser.add_argument("names", nargs="*", choices=[[], *PROMISES], help="measure these only")
    parser.add_argument("--quick", action="store_true", help="few rounds on a small database: a look, not a proof")
    parser.add_argument("--rounds", type=int, help=f"runs of each command ({ROUNDS}, or {QUICK_ROUNDS} with --quick)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(argv)
    rounds = asked.rounds or (QUICK_ROUNDS if asked.quick else ROUNDS)
    kept: list[Promise] = []
    for name in asked.names or PROMISES:
        measure: Callable[..., list[Promise]] = import_module(f"bench.{name}").measure
        for promise in measure(rounds, quick=asked.quick):
            kept.append(promise)
            if not asked.json:
                print(line(promise), flush=True)
    if asked.json:
        print(json.dumps([as_json(promise) for promise in kept], indent=2))
    return 0 if all(promise.holds for promise in kept) else 1


def line(promise: Promise) -> str:
    """One promise in words: kept or not, what was measured, and of what it was made."""
    verdict = "kept  " if promise.holds else "BROKEN"
    value = f"{promise.value:.2f} {promise.unit}, at most {promise.limit:g}"
    return f"{verdict}  {promise.name:<44} {value:<38} {promise.ours} · {promise.peer}"


def as_json(promise: Promise) -> dict[str, Any]:
    return {**msgspec.structs.asdict(promise), "holds": promise.holds}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except RuntimeError as error:
        sys.exit(f"error: {error}")
