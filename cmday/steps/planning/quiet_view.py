"""The quiet and peak hours of the next days on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from cmday.i18n import _
from cmday.steps.planning.report import QuietData, WindowRow
from cmday.terminal import wording
from cmday.terminal.block import Block, Cell, Row, community, note
from cmday.terminal.view import View


def draw(data: QuietData, view: View) -> Block:
    """One line a day and community: its quiet hours, then its peaks."""
    rows: list[Row] = []
    for short in dict.fromkeys(one.community for one in data.windows):
        own = [one for one in data.windows if one.community == short]
        for day in dict.fromkeys(view.local(one.start).date() for one in own):
            today = [one for one in own if view.local(one.start).date() == day]
            quiet = _times([one for one in today if one.level == "quiet"], view)
            peak = _times([one for one in today if one.level == "peak"], view)
            rows.append(
                Row(
                    cells=(
                        Cell(text=wording.day_of_month(day, view.language)),
                        community(short, view),
                        Cell(text=_("quiet {times}").format(times=quiet) if quiet else ""),
                        Cell(text=_("peak {times}").format(times=peak) if peak else "", flex=True),
                    ),
                    group="quiet",
                    item=True,
                )
            )
    if not rows:
        rows.append(note(_("No community is configured yet."), indent=2))
    return Block(
        title=_("QUIET HOURS"),
        command="cmday plan quiet",
        summary=_("configured or supposed, not measured yet"),
        brief=_("not measured yet"),
        rows=tuple(rows),
    )


def _times(windows: Sequence[WindowRow], view: View) -> str:
    return ", ".join(f"{view.time(one.start)}-{view.time(one.end)}" for one in windows)
