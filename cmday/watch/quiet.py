"""Whether nobody is to be woken now: a pure function."""

from __future__ import annotations

from datetime import datetime


def is_quiet(now: datetime, span: tuple[int, int] | None) -> bool:
    """Whether a moment lies in a span of minutes of the day, which may go over midnight; its end is not in it."""
    if span is None:
        return False
    start, end = span
    minute = now.hour * 60 + now.minute
    return start <= minute < end if start < end else minute >= start or minute < end
