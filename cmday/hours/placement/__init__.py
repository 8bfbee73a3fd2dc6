"""Where operations go: the solver on a grid of quarter hours, and what leads from operations to it and back."""

from cmday.hours.placement.placing import KeptBecause, Placed, Placement, place

__all__ = ["KeptBecause", "Placed", "Placement", "place"]
