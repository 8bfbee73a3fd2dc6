"""The rules of a placement problem, counted slot by slot: slow, plain, and nothing of the solver's in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cmday.hours.placement.problem import Problem, Task


def pairs(flat: Sequence[int]) -> list[tuple[int, int]]:
    return [(flat[at], flat[at + 1]) for at in range(0, len(flat), 2)]


def allowed_alone(problem: Problem, task: Task, start: int) -> bool:
    """Whether a start keeps the rules that concern no other task."""
    end = start + task.duration
    if start < task.earliest or end > task.deadline or start < 0 or end > problem.horizon:
        return False
    opened = problem.extended if task.hours == "extended" else problem.work
    if task.windows is not None:
        opened = task.windows
    if not any(a <= start and end <= b for a, b in pairs(opened)):
        return False
    slots = range(start, end)
    if task.presence and any(a <= slot < b for a, b in pairs(problem.busy) for slot in slots):
        return False
    return not (
        task.presence and any(a <= slot < b for a, b in pairs(problem.held) for slot in range(start, end + task.buffer))
    )


def cost_of(problem: Problem, task: Task, start: int) -> int:
    curve = problem.activity[task.community]
    slots = [curve[slot % len(curve)] for slot in range(start, start + task.duration)]
    mean = sum(slots) / task.duration
    worth = {"quiet": mean, "peak": 1000 - mean, "any": 60 * start / problem.horizon}[task.wants]
    slack = task.deadline - start - task.duration
    if slack < 96 and task.deadline < problem.horizon:
        worth += 150 * (1 - slack / 96)
    moved = task.price if task.home is not None and start != task.home else 0
    return round(task.weight * worth) + moved


def total(problem: Problem, starts: dict[int, int]) -> int:
    return sum(
        cost_of(problem, task, starts[task.id]) if task.id in starts else 5000 * task.weight for task in problem.tasks
    )


def broken(problem: Problem, starts: dict[int, int]) -> Iterator[str]:
    """Every hard rule that a solution breaks, in words."""
    by_id = {task.id: task for task in problem.tasks}
    days = list(problem.days or range(0, problem.horizon, 96))
    holders: Counter[int] = Counter()
    worked: Counter[int] = Counter(dict(enumerate(problem.spent)))
    for number, start in starts.items():
        task = by_id[number]
        if not allowed_alone(problem, task, start):
            yield f"{number} may not lie at {start}"
        for other in task.after:
            if other not in starts:
                yield f"{number} waits for {other}, which has no place"
            elif start < starts[other] + by_id[other].duration + task.gap:
                yield f"{number} comes before {other} is done"
        if task.presence:
            holders.update(range(start, start + task.duration + task.buffer))
            worked.update(
                max(day for day, first in enumerate(days) if first <= slot)
                for slot in range(start, start + task.duration)
            )
    yield from (f"slot {slot} is held by {count}" for slot, count in holders.items() if count > 1)
    yield from (
        f"day {day} holds {slots}"
        for day, slots in worked.items()
        if slots > max(problem.day_limit, (*problem.spent, *[0] * 99)[day])
    )


def least(problem: Problem) -> int:
    """The least cost there is, by trying everything; for the smallest problems only."""
    tasks = problem.tasks

    def tried(at: int, starts: dict[int, int]) -> Iterator[int]:
        if at == len(tasks):
            if not any(broken(problem, starts)):
                yield total(problem, starts)
            return
        yield from tried(at + 1, starts)
        for start in range(problem.horizon):
            if allowed_alone(problem, tasks[at], start):
                yield from tried(at + 1, {**starts, tasks[at].id: start})

    return min(tried(0, {}))
