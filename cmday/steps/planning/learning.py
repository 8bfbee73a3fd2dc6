"""What is learnt from operations that are done: how long they really take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import Final

from cmday.core.operations import Operation
from cmday.session import Session
from cmday.storage import operations

LEAST: Final = 3
_LOOK_AT: Final = 30
_QUARTER: Final = timedelta(minutes=15)
# One run of an hour for a minute's work, or a forgotten "begin", teaches nothing.
_MOST: Final = 8.0
_LEAST_RATIO: Final = 0.1


def usual_length(session: Session, kind: str, community: str | None) -> timedelta | None:
    """How long the last operations of a kind took, in whole quarters of an hour; None where fewer than three are known.

    Those of the same community count where there are three.
    """
    known = [one for one in operations.done_of_kind(session.database, kind, _LOOK_AT) if _teaches(one)]
    own = [one for one in known if one.community == community]
    found = own if len(own) >= LEAST else known
    if kind == "work" or len(found) < LEAST:
        return None
    quarters = round(median(one.spent / _QUARTER for one in found))
    return max(quarters, 1) * _QUARTER


def ratio(done: Sequence[Operation]) -> float | None:
    """How many times as long as planned things take, as a median; None where fewer than three are known."""
    found = [one.spent / one.duration for one in done if _teaches(one)]
    return median(found) if len(found) >= LEAST else None


def ratio_of(session: Session, kind: str) -> float | None:
    """``ratio`` of the last operations of a kind."""
    return ratio(operations.done_of_kind(session.database, kind, _LOOK_AT))


def _teaches(one: Operation) -> bool:
    return bool(one.duration) and _LEAST_RATIO <= one.spent / one.duration <= _MOST
