"""Regret insertion: whoever would lose most by waiting chooses first."""

from __future__ import annotations

from cmday.hours.placement.layout import Layout


def insert(layout: Layout) -> None:
    """Give a place to whatever has none, as far as there is one; what stays without may find one after an ejection."""
    known = layout.prepared
    open_ = {task for task, start in enumerate(layout.starts) if start < 0}
    choices: dict[int, tuple[int, int, int]] = {}
    while open_:
        ripe = [task for task in sorted(open_) if not any(other in open_ for other, _ in known.waits[task])]
        if not ripe:  # those that wait for each other in a circle
            return
        for task in ripe:
            if task not in choices or not _holds(layout, task, choices[task]):
                choices[task] = _choice(layout, task)
        task = max(ripe, key=lambda one: (choices[one][0], known.spans[one], -one))
        start = choices[task][1]
        if start >= 0:
            layout.put(task, start)
        open_.discard(task)


def _choice(layout: Layout, task: int) -> tuple[int, int, int]:
    """What it costs more if the best start is taken away, the best start, and the best that does not overlap it."""
    known = layout.prepared
    start = layout.best(task)
    if start < 0:
        return -1, -1, -1
    around = max(known.spans[task], 1)
    first = max(start - around + 1, 0)
    second = layout.best(task, besides=(1 << start + around) - (1 << first))
    other = known.costs[task][second] if second >= 0 else known.missing[task]
    return other - known.costs[task][start], start, second


def _holds(layout: Layout, task: int, choice: tuple[int, int, int]) -> bool:
    """Whether a choice found earlier still stands: what was placed since only takes starts away."""
    _, start, second = choice
    return start < 0 or (layout.allows(task, start) and (second < 0 or layout.allows(task, second)))
