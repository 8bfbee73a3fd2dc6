"""The solver: no hard rule is ever broken, the answer is the same twice, and small problems are solved to the optimum."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.random_placement import random_problem
from cmday.hours.placement.problem import Problem, Task
from cmday.hours.placement.solve import solve
from tests.hours.placement.checker import broken, least, total

CORPUS = os.environ.get("CMDAY_CORPUS")
WEEK = 7 * 96


@st.composite
def flat_spans(draw: st.DrawFn, horizon: int, most: int, longest: int) -> tuple[int, ...]:
    """Up to so many spans in order, flat."""
    spans: list[int] = []
    for start in sorted(draw(st.lists(st.integers(0, horizon - 2), max_size=most, unique=True))):
        if not spans or start >= spans[-1]:
            spans += [start, min(start + draw(st.integers(1, longest)), horizon)]
    return tuple(spans)


@st.composite
def opened(draw: st.DrawFn, days: tuple[int, ...], horizon: int) -> tuple[int, ...]:
    """One or two spans on nearly every day; the last may reach into the next day."""
    spans: list[int] = []
    for first, end in pairwise((*days, horizon)):
        length = end - first
        for part in range(draw(st.integers(0, 2))):
            start = first + part * length // 2 + draw(st.integers(0, length // 6))
            if not spans or start >= spans[-1]:
                spans += [start, min(start + draw(st.integers(length // 6, length // 2 + 2)), horizon)]
    return tuple(spans)


@st.composite
def a_task(draw: st.DrawFn, number: int, count: int, horizon: int, longest: int) -> Task:
    home = draw(st.none() | st.integers(0, horizon - 1))
    # Mostly on earlier ones; now and then on any, itself too, so that some wait in a circle.
    last = count - 1 if draw(st.integers(0, 9)) == 0 else number - 1
    after = draw(st.lists(st.integers(0, last), max_size=2, unique=True)) if last >= 0 else []
    return Task(
        id=number,
        wants=draw(st.sampled_from(["quiet", "peak", "any"])),
        duration=draw(st.integers(1, longest)),
        earliest=draw(st.sampled_from([0, 0, 0, horizon // 7, horizon // 3])),
        deadline=draw(st.just(horizon) | st.integers(horizon // 4, horizon)),
        weight=draw(st.integers(1, 3)),
        after=tuple(after) if draw(st.booleans()) else (),
        gap=draw(st.sampled_from([0, 0, 4, horizon // 7])),
        buffer=draw(st.integers(0, 2)),
        hours=draw(st.sampled_from(["work", "extended"])),
        windows=draw(st.none() | st.none() | flat_spans(horizon, 4, 30)),
        presence=draw(st.sampled_from([True, True, True, False])),
        home=home,
        price=draw(st.sampled_from([0, 1000])) if home is not None else 0,
    )


@st.composite
def problems(draw: st.DrawFn, *, most: int = 12, horizon: int = WEEK, longest: int = 12) -> Problem:
    day = draw(st.sampled_from([92, 96, 100])) if horizon >= WEEK else horizon // 2
    days = tuple(range(0, horizon, day))
    count = draw(st.integers(0, most))
    return Problem(
        slots=horizon,
        days=days,
        day_limit=draw(st.integers(longest // 2, 3 * longest)),
        tasks=tuple(draw(a_task(number, count, horizon, longest)) for number in range(count)),
        busy=draw(flat_spans(horizon, 4, longest)),
        work=draw(opened(days, horizon)),
        extended=draw(opened(days, horizon)),
        activity=(tuple(draw(st.lists(st.integers(0, 1000), min_size=1, max_size=30))),),
        held=draw(flat_spans(horizon, 3, longest)),
        spent=tuple(draw(st.lists(st.integers(0, longest), max_size=len(days)))),
    )


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 3))
def test_no_hard_rule_is_broken_and_it_comes_out_the_same_twice(problem: Problem, seed: int) -> None:
    found = solve(problem, seed=seed, moves=120)
    assert list(broken(problem, found.starts)) == []
    assert found.cost == total(problem, found.starts)
    assert found.bound <= found.cost
    assert found == solve(problem, seed=seed, moves=120)


@settings(max_examples=60, deadline=None)
@given(problems(most=3, horizon=28, longest=5))
def test_what_it_calls_least_is_least(problem: Problem) -> None:
    found = solve(problem, moves=2000)
    best = least(problem)
    assert found.bound <= best <= found.cost
    assert found.proven
    assert found.cost == best


@pytest.mark.parametrize("seed", range(6))
def test_problems_like_a_real_week_keep_the_rules(seed: int) -> None:
    problem = random_problem(seed, (10, 20, 30)[seed % 3], 2, load=(0.4, 0.7)[seed % 2])
    short, long = solve(problem, moves=50), solve(problem, moves=600)
    for found in (short, long):
        assert list(broken(problem, found.starts)) == []
        assert found.cost == total(problem, found.starts)
    assert long == solve(problem, moves=600)


def test_more_than_a_month_can_hold_is_placed_as_far_as_it_goes() -> None:
    problem = random_problem(3, 200, 4, load=0.9)
    found = solve(problem, moves=60)
    assert list(broken(problem, found.starts)) == []
    assert len(found.starts) > 120


def test_a_chain_before_a_tight_deadline_is_not_dropped() -> None:
    """The first of a chain would rather be late; what waits for it has to be done early."""
    slow = tuple(range(1000, 1000 - WEEK, -1))
    chain = [
        Task(id=number, wants="quiet", duration=2, deadline=WEEK, after=(number - 1,) if number else (), gap=48)
        for number in range(4)
    ]
    chain[-1] = msgspec.structs.replace(chain[-1], deadline=4 * 96)
    rivals = [Task(id=10 + number, wants="quiet", duration=6, deadline=5 * 96) for number in range(14)]
    work = tuple(slot for day in range(5) for slot in (day * 96 + 36, day * 96 + 56))
    problem = Problem(weeks=1, day_limit=20, tasks=(*chain, *rivals), work=work, activity=(slow,))
    found = solve(problem, moves=1500)
    assert list(broken(problem, found.starts)) == []
    assert {0, 1, 2, 3} <= set(found.starts)


def test_those_that_wait_for_each_other_have_no_place() -> None:
    both = (
        Task(id=0, wants="any", duration=1, deadline=96, after=(1,)),
        Task(id=1, wants="any", duration=1, deadline=96, after=(0,)),
        Task(id=2, wants="any", duration=1, deadline=96, after=(0,)),
        Task(id=3, wants="any", duration=1, deadline=96),
    )
    found = solve(Problem(weeks=1, day_limit=96, tasks=both, work=(0, 96), activity=((0,),)), moves=50)
    assert found.starts == {3: 0}


def reference() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((Path(CORPUS or "") / "placement" / "reference.json").read_bytes())
    return rows


@pytest.mark.skipif(not CORPUS, reason="CMDAY_CORPUS names no folder of data")
def test_the_best_known_costs_are_reached() -> None:
    """Moves, not time: 3,000 are what 0.1 s of CPU pays for on one idle core of 2020."""
    gaps: dict[int, list[float]] = {}
    for row in reference():
        file = Path(CORPUS or "") / "placement" / f"{row['instance']}.json"
        problem = msgspec.json.decode(file.read_bytes(), type=Problem)
        found = solve(problem, moves=3000)
        assert list(broken(problem, found.starts)) == []
        assert len(found.starts) == row["operations"]
        gaps.setdefault(row["operations"], []).append(found.cost / row["best_known"] - 1)
    assert all(gap <= 0 for size, found_ in gaps.items() if size <= 10 for gap in found_)
    assert sum(gaps[30]) / len(gaps[30]) <= 0.025
