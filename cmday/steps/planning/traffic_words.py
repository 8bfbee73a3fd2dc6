"""How busy a network is where an operation lies, in a word and a figure."""

from __future__ import annotations

from cmday.core.operations import Level
from cmday.i18n import _
from cmday.steps.planning.report import PlacedLine, PlacementRow
from cmday.terminal import wording
from cmday.terminal.view import View

_NARROW = 60


def traffic_word(row: PlacementRow, line: PlacedLine | None, view: View) -> str:
    """``quiet 38 %``; only the level where nothing is measured yet."""
    word = level_word(line.level) if line else ""
    if row.traffic is None or view.width < _NARROW:
        return word
    return f"{word} {percent(row.traffic, view)}".strip()


def percent(traffic: float, view: View) -> str:
    """``38 %`` as French writes it, ``38%``."""
    return f"{round(traffic * 100)}{wording.NBSP if view.language == 'fr' else ''}%"


def level_word(level: Level) -> str:
    """The level of traffic in a word; nothing for the usual."""
    return {"quiet": _("quiet"), "normal": "", "peak": _("peak")}[level]
