"""The latest safe start of a deadline: the last moment that still leaves enough free time before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cmday.hours.working import Stretch


def latest_safe_start(due: datetime, length: timedelta, free: Sequence[Stretch]) -> datetime | None:
    """The moment from which the free time up to ``due`` is exactly ``length``, in the zone of ``due``.

    ``free`` are ordered UTC stretches from now on; None where they hold less than ``length``: it is too late already.
    """
    left = length
    for start, end in reversed(free):
        end = min(end, due)  # noqa: PLW2901  only the part before the deadline counts
        if end <= start:
            continue
        if end - start >= left:
            return (end - left).astimezone(due.tzinfo)
        left -= end - start
    return due if left <= timedelta() else None
