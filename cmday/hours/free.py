"""Free time: working time minus what is taken."""

from __future__ import annotations

from collections.abc import Iterable

from cmday.hours.working import Stretch, merged


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """What is left of ordered stretches when others are cut out; moments compare as instants, whatever their zones."""
    left = list(stretches)
    for start, end in merged(taken):
        cut: list[Stretch] = []
        for a, b in left:
            if b <= start or a >= end:
                cut.append((a, b))
                continue
            if a < start:
                cut.append((a, start))
            if end < b:
                cut.append((end, b))
        left = cut
    return left
