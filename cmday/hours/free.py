"""Free time: working time minus what is taken."""

from __future__ import annotations

from collections.abc import Iterable

from cmday.hours.working import Stretch, merged


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """What is left of ordered stretches when others are cut out; moments compare as instants, whatever their zones."""
    cuts = merged(taken)
    left: list[Stretch] = []
    at = 0
    for start, end in stretches:
        while at < len(cuts) and cuts[at][1] <= start:
            at += 1
        begin = start
        for cut_start, cut_end in cuts[at:]:
            if cut_start >= end or begin >= end:
                break
            if begin < cut_start:
                left.append((begin, cut_start))
            begin = max(begin, cut_end)
        if begin < end:
            left.append((begin, end))
    return left
