"""The solver against HiGHS, on random problems of real size; ``pip install '.[oracle]'`` brings it."""

from __future__ import annotations

import pytest

from bench.random_placement import random_problem
from cmday.hours.placement.problem import MISSING
from cmday.hours.placement.solve import solve
from tests.hours.placement.oracle import optimum

pytestmark = pytest.mark.server


@pytest.mark.parametrize("seed", range(12))
def test_up_to_ten_operations_are_solved_to_the_optimum(seed: int) -> None:
    problem = random_problem(seed, 10, 2, load=(0.2, 0.4, 0.6)[seed % 3])
    assert solve(problem, moves=3000).cost == optimum(problem, seconds=60)


@pytest.mark.parametrize("seed", range(20, 26))
def test_thirty_operations_come_near_and_none_is_dropped(seed: int) -> None:
    problem = random_problem(seed, 30, 3, load=(0.5, 0.6)[seed % 2])
    best = optimum(problem, seconds=600)
    assert best is not None, "HiGHS found no proof in ten minutes"
    found = solve(problem, moves=3000)
    assert found.bound <= best <= found.cost
    assert found.cost - best < MISSING / 2
    assert found.cost <= 1.08 * best
