"""Where operations go: the solver on a grid of quarter hours, and what leads from operations to it and back."""

from cmday.hours.placement.arranging import Placed
from cmday.hours.placement.blocking import BlockedBy, Blocker
from cmday.hours.placement.choices import Choice, choices, moved
from cmday.hours.placement.fixes import Fix, Unplaced
from cmday.hours.placement.holding import KeptBecause
from cmday.hours.placement.placing import Placement, place

__all__ = [
    "BlockedBy",
    "Blocker",
    "Choice",
    "Fix",
    "KeptBecause",
    "Placed",
    "Placement",
    "Unplaced",
    "choices",
    "moved",
    "place",
]
