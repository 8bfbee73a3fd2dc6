"""A week of working hours for the tests of this folder."""

from __future__ import annotations

from cmday.core.communities import Span, WorkingHours

MORNING = (9 * 60, 12 * 60 + 30)
AFTERNOON = (14 * 60, 17 * 60 + 30)


def week(*, country: str | None = None, days_off: frozenset[str] = frozenset(), days: int = 5) -> WorkingHours:
    return WorkingHours(
        spans=tuple(Span(day, *span) for day in range(days) for span in (MORNING, AFTERNOON)),
        days_off=days_off,
        country=country,
    )
