"""The least cost by HiGHS on the time-indexed model: one column for each start of each task."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from cmday.hours.placement.problem import MISSING, Problem
from tests.hours.placement.checker import allowed_alone, cost_of


def optimum(problem: Problem, *, seconds: float) -> int | None:
    """The least cost of a problem as the files hold them, or None where it is not found in so many seconds."""
    import highspy
    import numpy as np

    columns: list[dict[int, int]] = []
    gains: list[float] = []
    for task in problem.tasks:
        own = {}
        for start in range(problem.horizon):
            if allowed_alone(problem, task, start):
                own[start] = len(gains)
                gains.append(cost_of(problem, task, start) - MISSING * task.weight)
        columns.append(own)
    highs: Any = highspy.Highs  # it ships no types of its own
    model = highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", seconds)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.5)
    count = len(gains)
    whole = np.arange(count, dtype=np.int32)
    model.addVars(count, np.zeros(count), np.ones(count))
    model.changeColsCost(count, whole, np.array(gains))
    model.changeColsIntegrality(count, whole, np.array([highspy.HighsVarType.kInteger] * count))
    for most, terms in rows(problem, columns):
        index = np.array(list(terms), dtype=np.int32)
        model.addRow(-highspy.kHighsInf, float(most), len(index), index, np.array(list(terms.values())))
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    saved: float = model.getInfo().objective_function_value
    return round(saved) + MISSING * sum(task.weight for task in problem.tasks)


def rows(problem: Problem, columns: list[dict[int, int]]) -> list[tuple[int, dict[int, float]]]:
    """All rows, each with the most it may come to: one start a task, one task a slot, the day's limit, the order."""
    found: list[tuple[int, dict[int, float]]] = [(1, dict.fromkeys(own.values(), 1.0)) for own in columns]
    slots: list[dict[int, float]] = [{} for _ in range(problem.horizon + 96)]
    days: list[dict[int, float]] = [{} for _ in range(problem.horizon // 96 + 1)]
    for task, own in zip(problem.tasks, columns, strict=True):
        for start, column in own.items():
            for slot in range(start, start + task.duration + task.buffer):
                slots[slot][column] = 1.0
            days[start // 96][column] = float(task.duration)
    found += [(1, terms) for terms in slots if len(terms) > 1]
    found += [(problem.day_limit, terms) for terms in days if terms]
    place = {task.id: at for at, task in enumerate(problem.tasks)}
    for task, own in zip(problem.tasks, columns, strict=True):
        for other in task.after:
            before = problem.tasks[place[other]]
            starts = sorted(columns[place[other]])
            last = {bisect_right(starts, start - before.duration - task.gap): start for start in sorted(own)}
            for ready, latest in last.items():
                terms = {column: 1.0 for start, column in own.items() if start <= latest}
                terms.update({columns[place[other]][start]: -1.0 for start in starts[:ready]})
                found.append((0, terms))
    return found
