"""What became of earlier stories of a feed, as points: those passed on speak for it, those not wanted against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

_SHARED_OFTEN: Final = 3
_REFUSED: Final = (3, 6)


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """What a person's deeds say of feeds: points of each (community, feed) passed on, and of each feed refused."""

    shared: Mapping[tuple[str, str], float] = {}
    refused: Mapping[str, float] = {}


def habits_of(shared: Mapping[tuple[str, str], int], refused: Mapping[str, int]) -> Habits:
    """What so many stories passed on, and so many not wanted, are worth; a single "no" says nothing of its feed."""
    few, many = _REFUSED
    return Habits(
        shared={key: 2.0 if count >= _SHARED_OFTEN else 1.0 for key, count in shared.items()},
        refused={url: -2.0 if count >= many else -1.0 for url, count in refused.items() if count >= few},
    )
