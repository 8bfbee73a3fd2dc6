"""Where everything goes and what goes nowhere, with what would help: the front of this package."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from cmday.core.operations import Operation
from cmday.hours.ground import Ground
from cmday.hours.placement.arranging import Placed, arrange
from cmday.hours.placement.fixes import Unplaced, explained


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything goes, in order of start, and what goes nowhere."""

    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]


def place(operations: Iterable[Operation], ground: Ground, *, price: int | None = None) -> Placement:
    """Place what is open, running or paused; the same question always gets the same answer.

    ``price`` is what leaving an agreed place costs, times the weight of an operation; see ``translating.PRICE``.
    """
    found = arrange(operations, ground, price=price)
    return Placement(placed=found.placed, unplaced=explained(found, ground))
