"""Random placement problems of the kind that a CM's weeks are, from loose to hopeless; the same for the same seed."""

from __future__ import annotations

from math import exp
from random import Random
from typing import Any

import msgspec

from cmday.hours.placement.problem import Problem

DAY = 96
# What each kind wants, and how long it takes.
KINDS = {
    "contest": ("quiet", 4, 12),
    "campaign": ("quiet", 6, 16),
    "maintenance": ("quiet", 2, 8),
    "announcement": ("peak", 1, 2),
    "relay": ("peak", 1, 2),
    "live": ("peak", 4, 6),
    "report": ("any", 3, 8),
    "admin": ("any", 1, 4),
}


def random_problem(seed: int, operations: int, weeks: int, *, load: float = 0.5) -> Problem:
    """A problem whose work fills about ``load`` of the working time; the seed decides how tight it is."""
    random = Random(seed)
    days = [day for day in range(weeks * 7) if day % 7 < 5]
    work = [slot for day in days for slot in (day * DAY + 36, day * DAY + 50, day * DAY + 54, day * DAY + 68)]
    extended = [slot for day in range(weeks * 7) for slot in (day * DAY + 32, day * DAY + 88)]
    communities = random.choice((1, 1, 2, 3))
    tightness, chained = random.choice((0.2, 0.4, 0.6)), random.choice((0.1, 0.25, 0.4))
    horizon = weeks * 7 * DAY
    tasks: list[dict[str, Any]] = []
    for _ in range(operations):
        tasks.append(_operation(random, tasks, horizon, tightness=tightness, chained=chained, communities=communities))
    room = load * sum(end - start for start, end in zip(work[::2], work[1::2], strict=True))
    if (asked := sum(task["dur"] for task in tasks)) > room:
        for task in tasks:
            task["dur"] = max(1, round(task["dur"] * room / asked))
    return msgspec.convert(
        {
            "weeks": weeks,
            "day_limit": random.choice((20, 24, 24, 28)),
            "ops": tasks,
            "busy": _busy(random, days, weeks),
            "work": work,
            "ext": extended,
            "activity": [_activity(random) for _ in range(communities)],
        },
        Problem,
    )


def _operation(
    random: Random,
    before: list[dict[str, Any]],
    horizon: int,
    *,
    tightness: float,
    chained: float,
    communities: int,
) -> dict[str, Any]:
    kind = random.choice(list(KINDS))
    wants, shortest, longest = KINDS[kind]
    earliest = 0 if random.random() < 0.65 else DAY * random.randint(1, horizon // DAY // 2)
    deadline = random.choice((horizon - 24, horizon))
    if random.random() < tightness:
        deadline = min(horizon, earliest + DAY * random.randint(2, horizon // DAY * 2 // 3) + 72)
    after: list[int] = []
    if before and random.random() < chained:
        after = sorted({random.randrange(len(before)) for _ in range(random.choice((1, 1, 1, 2)))})
    return {
        "id": len(before),
        "kind": kind,
        "wants": wants,
        "dur": random.randint(shortest, longest),
        "earliest": earliest,
        "deadline": deadline,
        "com": random.randrange(communities),
        "prio": random.randint(1, 3),
        "after": after,
        "gap": random.choice((0, 0, 4, DAY)) if after else 0,
        "buffer": random.choice((0, 1, 1, 2)),
        "hours": "extended" if wants == "peak" and random.random() < 0.4 else "work",
    }


def _busy(random: Random, days: list[int], weeks: int) -> list[int]:
    """Meetings, and now and then a day off."""
    spans = []
    for day in days:
        for _ in range(random.choice((0, 1, 1, 2, 2, 3))):
            start = day * DAY + random.randint(36, 66)
            spans.append((start, start + random.randint(2, 8)))
    if random.random() < 0.6:
        off = random.randrange(weeks * 7) * DAY
        spans.append((off, off + DAY))
    return [slot for span in sorted(spans) for slot in span]


def _activity(random: Random) -> list[int]:
    """A week with three humps a day, from 0 to 1000."""
    humps = [
        (hour + random.gauss(0, 0.5), width, random.uniform(low, high))
        for hour, width, low, high in ((8.5, 1.2, 0.2, 0.6), (13, 1.5, 0.4, 1), (20, 2.2, 0.6, 1))
    ]
    days = [random.uniform(0.6, 1) for _ in range(7)]
    curve = [
        days[slot // DAY]
        * random.uniform(0.95, 1.05)
        * (0.05 + sum(high * exp(-(((slot % DAY / 4 - hour) / width) ** 2) / 2) for hour, width, high in humps))
        for slot in range(7 * DAY)
    ]
    low, high = min(curve), max(curve)
    return [round(1000 * (value - low) / (high - low)) for value in curve]
