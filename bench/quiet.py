"""``python -m bench quiet [FOLDER]``: how well the quiet hours of a room are foretold from its first weeks.

An event is one distinct person active in one local hour. For each file of ``utc,actor`` rows (``.csv``, ``.csv.gz``;
with or without a header; ISO 8601 or seconds since 1970) each method learns from the first 1, 2, 4 and 8 weeks and is
judged on the eight after them:

- *bits*: the mean over the events of these eight weeks of log2(p(cell) x 168); 0 is what knowing nothing earns;
- *regret*: (events in the 42 hours of the week, a quarter, that the method holds quietest - the fewest possible) / (a
  quarter of all events - the fewest possible). Hours that a method cannot tell apart share their events.

The weeks begin with the hour of the first event. ``later`` is the mean over further starts of the same room, ten weeks
apart, with at least 20 events to learn from and 40 to judge by. ``histogram`` adds one to every count, ``prior`` is
the circadian prior on the clock of ``--zone`` (UTC without it) that learns nothing, ``moved_prior`` the same after it
learnt where its audience lives.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from math import log2
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cmday.hours.quiet.circadian import Shares, expected_shifts, week_of
from cmday.hours.quiet.shrinking import prior_of, shrunk, spread_of, weighed
from cmday.hours.quiet.weeks import CELLS, Offset, Week, cell_of, offsets, weeks_of

TRAINED = (1, 2, 4, 8)
JUDGED = 8
QUIETEST = CELLS // 4
WEEK = 7 * 24 * 3600
LATER = 10
LEAST_LEARNT, LEAST_JUDGED = 20, 40
METHODS = ("estimator", "histogram", "prior", "moved_prior")
HOUR = 3600

Estimate = Sequence[float]
Result = dict[str, dict[str, float]]


class Room:
    """The events of one file on a clock."""

    def __init__(self, file: Path, zone: ZoneInfo) -> None:
        seen = {(at, actor) for at, actor in rows(file)}
        if not seen:
            raise RuntimeError(f"{file}: no row of it is a time and an actor")
        self.first = min(at for at, _ in seen) // HOUR * HOUR
        self.last = max(at for at, _ in seen) + 1
        self.people = len({actor for _, actor in seen})
        self.clock = offsets(zone, self.first, self.last + JUDGED * WEEK)
        begins = [one.start for one in self.clock]
        hours = {(at + self.clock[bisect_right(begins, at) - 1].seconds) // HOUR: at for at, _ in seen}
        there = {((at + self.clock[bisect_right(begins, at) - 1].seconds) // HOUR, actor) for at, actor in seen}
        counts = Counter(hour for hour, _ in there)
        self.events = sorted((hours[hour], hour, count) for hour, count in counts.items())

    def learnt_from(self, start: int, end: int) -> list[Week]:
        clock = [Offset(max(one.start, start), min(one.end, end), one.seconds) for one in self.clock]
        clock = [one for one in clock if one.start < one.end]
        counts = [(hour, count) for at, hour, count in self.events if start <= at < end]
        return weeks_of(counts, [(start, end)], clock)

    def judged_by(self, start: int, end: int) -> list[int]:
        cells = [0] * CELLS
        for at, hour, count in self.events:
            if start <= at < end:
                cells[cell_of(hour)] += count
        return cells


def rows(file: Path) -> Iterator[tuple[int, str]]:
    """The pairs of seconds since 1970 and actor; a row that is no such pair (a header) is passed over."""
    packed = file.name.endswith(".gz")
    with gzip.open(file, "rt", encoding="utf-8") if packed else file.open(encoding="utf-8") as lines:
        for row in csv.reader(lines):
            if len(row) >= 2 and (at := instant(row[0])) is not None:
                yield at, row[1]


def instant(text: str) -> int | None:
    """Seconds since 1970 from ISO 8601 (UTC where it names no offset) or from seconds or milliseconds; else None."""
    try:
        number = float(text)
        return int(number / 1000 if number > 1e11 else number)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def estimates(weeks: list[Week], expected: Shares | None) -> dict[str, Estimate]:
    """What each method makes of these weeks."""
    spread, counts = spread_of(weeks), weighed(weeks)
    moved, _ = prior_of(counts, spread, expected)
    plain = [1 + sum(week.people[cell] for week in weeks) for cell in range(CELLS)]
    return {
        "estimator": shrunk(counts, moved, spread),
        "histogram": [count / sum(plain) for count in plain],
        "prior": week_of(expected or expected_shifts([(0, 1)]) or ()),
        "moved_prior": moved,
    }


def bits(estimate: Estimate, events: Sequence[int]) -> float:
    return sum(count * log2(share * CELLS) for share, count in zip(estimate, events, strict=True)) / sum(events)


def regret(estimate: Estimate, events: Sequence[int]) -> float:
    limit = sorted(estimate)[QUIETEST - 1]
    below = [count for share, count in zip(estimate, events, strict=True) if share < limit]
    equal = [count for share, count in zip(estimate, events, strict=True) if share == limit]
    chosen = sum(below) + sum(equal) / len(equal) * (QUIETEST - len(below))
    best = sum(sorted(events)[:QUIETEST])
    return (chosen - best) / (sum(events) * QUIETEST / CELLS - best) if sum(events) else 0.0


def judged(room: Room, start: int, weeks: int, expected: Shares | None, *, least: tuple[int, int]) -> Result | None:
    """Each method's bits and regret, or None where there is too little to learn from or to judge by."""
    between = start + weeks * WEEK
    learnt, events = room.learnt_from(start, between), room.judged_by(between, between + JUDGED * WEEK)
    if sum(sum(week.people) for week in learnt) < least[0] or sum(events) < least[1]:
        return None
    return {
        name: {"bits": bits(estimate, events), "regret": regret(estimate, events)}
        for name, estimate in estimates(learnt, expected).items()
    }


def mean(results: Iterable[Result | None]) -> Result | None:
    """The mean of results, method by method."""
    known = [one for one in results if one]
    if not known:
        return None
    return {
        name: {figure: sum(one[name][figure] for one in known) / len(known) for figure in ("bits", "regret")}
        for name in METHODS
    }


def judge_file(file: Path, zone: ZoneInfo, expected: Shares | None) -> dict[str, Any]:
    """The figures of one room."""
    room = Room(file, zone)
    found = []
    for weeks in TRAINED:
        starts = range(room.first + LATER * WEEK, room.last - (weeks + JUDGED) * WEEK + 1, LATER * WEEK)
        later = [
            one for start in starts if (one := judged(room, start, weeks, expected, least=(LEAST_LEARNT, LEAST_JUDGED)))
        ]
        found.append(
            {
                "weeks": weeks,
                "first": judged(room, room.first, weeks, expected, least=(1, 1)),
                "later": mean(later),
                "later_starts": len(later),
            }
        )
    return {"file": file.name, "events": sum(one[2] for one in room.events), "people": room.people, "results": found}


def measure_folder(folder: Path, zone: str | None) -> dict[str, Any]:
    """The figures of every file in a folder, and their means by weeks: of the first starts, and of all."""
    files = sorted(one for one in folder.iterdir() if one.name.endswith((".csv", ".csv.gz"))) if folder.is_dir() else []
    if not files:
        raise RuntimeError(f"{folder}: no .csv or .csv.gz in it")
    expected = expected_shifts([(0, 1)]) if zone else None
    rooms = [judge_file(file, ZoneInfo(zone or "UTC"), expected) for file in files]
    means = []
    for place, weeks in enumerate(TRAINED):
        each = [room["results"][place] for room in rooms]
        means.append(
            {
                "weeks": weeks,
                "rooms": sum(one["first"] is not None for one in each),
                "first": mean(one["first"] for one in each),
                "later": mean(one["later"] for one in each),
            }
        )
    return {
        "zone": zone,
        "event": "one distinct person active in one local hour",
        "judged_weeks": JUDGED,
        "quietest_hours": QUIETEST,
        "mean": [_flat(one) for one in means],
        "files": [{**room, "results": [_flat(one) for one in room["results"]]} for room in rooms],
    }


def _flat(result: dict[str, Any]) -> dict[str, Any]:
    """The first start's figures beside ``weeks``, where one looks for them."""
    first = result["first"] or {name: {"bits": None, "regret": None} for name in METHODS}
    return {**{name: value for name, value in result.items() if name != "first"}, **first}


def table(found: dict[str, Any]) -> Iterator[str]:
    """The means and each file's estimator, for a person."""
    yield f"{'':24}{'weeks':>6}" + "".join(f"{name:>20}" for name in METHODS)
    for name, results in [("mean", found["mean"])] + [(one["file"], one["results"]) for one in found["files"]]:
        for result in results:
            cells = (
                f"{result[method]['bits']:+.3f} / {result[method]['regret']:.2f}"
                if result[method]["bits"] is not None
                else "-"
                for method in METHODS
            )
            yield f"{name[:23]:24}{result['weeks']:>6}" + "".join(f"{cell:>20}" for cell in cells)


def main(argv: list[str], write: Callable[[str], object] = print) -> int:
    """Judge the estimator on a folder of rooms, ``CMDAY_CORPUS/activity`` where none is named."""
    parser = argparse.ArgumentParser(prog="python -m bench quiet", description="Bits per event and regret by room.")
    corpus = os.environ.get("CMDAY_CORPUS")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(corpus, "activity") if corpus else None)
    parser.add_argument("--zone", help="the clock of all rooms, an IANA name; without it it is learnt, from UTC")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(argv)
    if asked.folder is None:
        parser.error("name a folder, or set CMDAY_CORPUS")
    found = measure_folder(asked.folder, asked.zone)
    if asked.json:
        write(json.dumps(found, indent=2))
    else:
        for line in table(found):
            write(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
