"""``python -m bench placement [FOLDER]``: what the placement reaches on a folder of problems in 0.1 s and 1 s of CPU.

A problem is a ``.json`` file with ``ops`` in it (``docs/placement.md`` says how); ``reference.json`` beside them may
name the best cost known of each. Without a folder it is ``CMDAY_CORPUS/placement``, and without that, or with
``--random N``, random problems.

The solver counts moves, not time. So for each problem and budget the number of moves is found that fits: a short run
tells what a move costs, then the full run is measured, and run again with fewer moves where it took too long. The CPU
is that of the whole way from the problem to the answer, and includes making it ready. ``solve(problem, seed=...,
moves=...)`` with the seed and the moves printed gives the same answer on every machine.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from bench.random_placement import random_problem
from cmday.hours.placement.problem import Problem
from cmday.hours.placement.solve import Solution, solve

BUDGETS = (0.1, 1.0)
PROBE = 100
TRIES = 4


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One answer: CPU seconds asked and used; ``gap`` in percent of the best known, null where that is not known."""

    budget: float
    cpu: float
    moves: int
    cost: int
    placed: int
    bound: int
    proven: bool
    gap: float | None
    starts: dict[int, int]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One problem and what was reached on it."""

    instance: str
    operations: int
    best_known: int | None
    runs: tuple[Run, ...]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench placement", description="What the placement reaches.")
    parser.add_argument("folder", nargs="?", type=Path, help="problems as .json (CMDAY_CORPUS/placement)")
    parser.add_argument("--random", type=int, metavar="N", help="so many random problems, of 10 to 200 operations")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the search (0)")
    parser.add_argument("--json", action="store_true", help="print JSON, with the starts by operation")
    asked = parser.parse_args(argv)
    judged: list[Judged] = []
    for name, problem, best in _problems(asked.folder, asked.random):
        judged.append(judge(name, problem, best, asked.seed))
        if not asked.json:
            print(line(judged[-1]), flush=True)
    means = mean_gaps(judged)
    if asked.json:
        print(json.dumps({"problems": msgspec.to_builtins(judged, str_keys=True), "mean_gap": means}, indent=2))
    else:
        for size, gaps in means.items():
            print(f"{size:>4} operations, mean gap: " + ", ".join(f"{gap} % in {cpu} s" for cpu, gap in gaps.items()))
    return 0


def judge(name: str, problem: Problem, best: int | None, seed: int) -> Judged:
    """Solve a problem within each budget."""
    runs = []
    for budget in BUDGETS:
        solution, cpu, moves = within(problem, budget, seed)
        gap = round((solution.cost / best - 1) * 100, 3) if best else None
        runs.append(
            Run(
                budget=budget,
                cpu=round(cpu, 4),
                moves=moves,
                cost=solution.cost,
                placed=len(solution.starts),
                bound=solution.bound,
                proven=solution.proven,
                gap=gap,
                starts=solution.starts,
            )
        )
    return Judged(instance=name, operations=len(problem.tasks), best_known=best, runs=tuple(runs))


def within(problem: Problem, budget: float, seed: int) -> tuple[Solution, float, int]:
    """The answer of as many moves as fit into so much CPU, what it used, and the moves allowed."""
    bare = min(_timed(lambda: solve(problem, seed=seed, moves=0))[1] for _ in range(2))
    solution, cpu = _timed(lambda: solve(problem, seed=seed, moves=PROBE))
    moves, found = PROBE, (solution, cpu, PROBE)
    for _ in range(TRIES):
        a_move = max(cpu - bare, 1e-5) / moves
        moves = max(int((budget * 0.97 - bare) / a_move), 0)
        solution, cpu = _timed(lambda moves=moves: solve(problem, seed=seed, moves=moves))  # type: ignore[misc]
        if cpu <= budget:
            found = (solution, cpu, moves)
        if solution.proven or budget * 0.9 <= cpu <= budget or not moves:
            break
    return found


def _timed(work: Callable[[], Solution]) -> tuple[Solution, float]:
    began = time.process_time()
    solution = work()
    return solution, time.process_time() - began


def mean_gaps(judged: list[Judged]) -> dict[int, dict[str, float]]:
    """The mean gap in percent by number of operations and budget, of the problems whose best cost is known."""
    gaps: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in judged:
        for run in one.runs:
            if run.gap is not None:
                gaps[one.operations][f"{run.budget:g}"].append(run.gap)
    return {
        size: {budget: round(sum(found) / len(found), 3) for budget, found in by_budget.items()}
        for size, by_budget in sorted(gaps.items())
    }


def line(one: Judged) -> str:
    said = [
        f"{run.budget:g} s: {run.cost}{' proven' if run.proven else ''}, {run.placed} placed"
        + (f", {run.gap:+.2f} %" if run.gap is not None else "")
        + f" ({run.cpu:.3f} s, {run.moves} moves)"
        for run in one.runs
    ]
    known = one.best_known if one.best_known is not None else "-"
    return f"{one.instance:<20} best known {known:>6} · " + " · ".join(said)


def _problems(folder: Path | None, random: int | None) -> list[tuple[str, Problem, int | None]]:
    corpus = os.environ.get("CMDAY_CORPUS")
    if random is None and folder is None and corpus:
        folder = Path(corpus) / "placement"
    if random is not None or folder is None:
        sizes = (10, 30, 60, 200)
        return [
            (f"random {seed}, {size} operations", random_problem(seed, size, 3 if size < 60 else 4), None)
            for seed, size in ((seed, sizes[seed % len(sizes)]) for seed in range(random or len(sizes)))
        ]
    if not folder.is_dir():
        raise RuntimeError(f"{folder} is no folder")
    best = _best_known(folder / "reference.json")
    found = []
    for file in sorted(folder.glob("*.json")):
        raw = json.loads(file.read_bytes())
        if isinstance(raw, dict) and "ops" in raw:
            found.append((file.stem, msgspec.convert(raw, Problem), best.get(file.stem)))
    if not found:
        raise RuntimeError(f"{folder} holds no placement problem")
    return found


def _best_known(file: Path) -> dict[str, int]:
    if not file.exists():
        return {}
    rows: list[dict[str, Any]] = json.loads(file.read_bytes())
    return {row["instance"]: row["best_known"] for row in rows}
