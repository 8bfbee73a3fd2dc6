"""Windows, days and shares of traffic in words, for the screens of the quiet hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from cmday.steps.planning.report import WindowRow
from cmday.terminal import wording
from cmday.terminal.view import View

# From so many days on a row of them is told by its ends.
_A_ROW: Final = 3


def percent(share: float | None, view: View) -> str:
    """``38 %``; nothing for what was not measured."""
    if share is None:
        return ""
    return f"{round(share * 100)}{wording.NBSP if view.language == 'fr' else ' '}%"


def span(window: WindowRow, view: View) -> str:
    """``Tue 09:30-11:30``."""
    day = wording.short_weekday(view.local(window.start).date(), view.language)
    return f"{day} {view.time(window.start)}-{view.time(window.end)}"


def of_week(weekday: int, near: date) -> date:
    """The day of that weekday in the week of ``near``."""
    return near + timedelta(days=weekday - near.weekday())


def days(weekdays: Sequence[int], near: date, view: View) -> str:
    """``Mon-Fri`` for days in a row, else each by name."""
    names = [wording.short_weekday(of_week(day, near), view.language) for day in weekdays]
    if len(names) >= _A_ROW and all(after - before == 1 for before, after in pairwise(weekdays)):
        return f"{names[0]}-{names[-1]}"
    return ", ".join(names)


def dates(these: Sequence[date], view: View) -> str:
    """``Sun 1 Nov``; a run of days as ``14-15 Oct``."""
    if len(these) == 1:
        return view.short_day(these[0])
    return f"{view.short_day(these[0])} - {view.short_day(these[-1])}"
