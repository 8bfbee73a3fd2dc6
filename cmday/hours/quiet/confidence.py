"""How sure a window is: the same estimate on weeks drawn with other weights (a Bayesian bootstrap, Rubin 1981).

Each draw gives every week a weight from a Dirichlet distribution, so that one strange week shows as doubt. The draws
lean less on the prior than the estimate does: what only the prior says is not to pass for measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from cmday.hours.quiet.shrinking import Spread, shrunk, weighed
from cmday.hours.quiet.weeks import CELLS, Week

MOST: Final = 0.9
_DRAWS: Final = 16
_TRUST: Final = 0.25
_SEED: Final = 5
# So many people-hours are worth half of what endlessly many are.
_HALF_WORTH: Final = 50


def drawn(weeks: Sequence[Week], prior: Sequence[float], spread: Spread) -> list[list[float]]:
    """The week as traffic (1.0 is usual), estimated anew for each draw; the same draws for the same weeks."""
    chance = Random(_SEED)  # noqa: S311  statistics
    found = []
    for _ in range(_DRAWS):
        weights = [chance.expovariate(1.0) for _ in weeks]
        scale = len(weeks) / sum(weights)
        week = shrunk(weighed(weeks, [weight * scale for weight in weights]), prior, spread, trust=_TRUST)
        found.append([round(share * CELLS, 3) for share in week])
    return found


def confidence(votes: Sequence[bool], weeks: float, people_hours: float) -> float:
    """How sure one is of what these draws vote on: nearer to even the less there is to vote on, never above 0.9."""
    share = (sum(votes) + 1) / (len(votes) + 2)
    worth = weeks / (weeks + 1) * people_hours / (people_hours + _HALF_WORTH)
    return round(min(0.5 + (share - 0.5) * worth, MOST), 2)
