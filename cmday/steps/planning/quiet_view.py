"""The quiet and peak hours of the next days on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from cmday.i18n import _
from cmday.steps.planning.report import QuietData, WindowRow
from cmday.terminal import wording
from cmday.terminal.block import Block, Cell, Row, community, note
from cmday.terminal.view import View


def draw(data: QuietData, view: View) -> Block:
    """One line a community for days that are alike: its quiet hours, then its peaks."""
    rows = [
        Row(
            cells=(
                Cell(text=_span(days, view)),
                community(short, view),
                Cell(text=_("quiet {times}").format(times=quiet) if quiet else ""),
                Cell(text=_("peak {times}").format(times=peak) if peak else "", flex=True),
            ),
            group="quiet",
            item=True,
        )
        for short in _in_order(data, view)
        for days, (quiet, peak) in _alike(short, data, view)
    ]
    if not rows:
        rows.append(note(_("No community is configured yet."), indent=2))
    return Block(
        title=_("QUIET HOURS"),
        command="cmday plan quiet",
        summary=_("configured or supposed, not measured yet"),
        brief=_("not measured yet"),
        rows=tuple(rows),
    )


def _in_order(data: QuietData, view: View) -> list[str]:
    """The communities that have windows, as the settings order them."""
    places = {short: place for place, short in enumerate(view.communities)}
    return sorted({one.community for one in data.windows}, key=lambda short: places.get(short, len(places)))


def _alike(short: str, data: QuietData, view: View) -> list[tuple[list[date], tuple[str, str]]]:
    """Days in a row that have the same hours, with these hours."""
    days: dict[date, list[WindowRow]] = {}
    for one in data.windows:
        if one.community == short:
            days.setdefault(view.local(one.start).date(), []).append(one)
    found: list[tuple[list[date], tuple[str, str]]] = []
    for day, today in sorted(days.items()):
        hours = (
            _times([one for one in today if one.level == "quiet"], view),
            _times([one for one in today if one.level == "peak"], view),
        )
        if found and found[-1][1] == hours and day - found[-1][0][-1] == timedelta(days=1):
            found[-1][0].append(day)
        else:
            found.append(([day], hours))
    return found


def _span(days: Sequence[date], view: View) -> str:
    """``Mon 2``, ``Mon-Fri``: within a week a day's name says which."""
    if len(days) == 1:
        return wording.day_of_month(days[0], view.language)
    return "-".join(wording.short_weekday(day, view.language) for day in (days[0], days[-1]))


def _times(windows: Sequence[WindowRow], view: View) -> str:
    return ", ".join(f"{view.time(one.start)}-{view.time(one.end)}" for one in windows)
