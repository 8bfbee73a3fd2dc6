"""The whole morning as data: what ``cmday start --json`` holds."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from cmday.i18n import Phrase, phrase
from cmday.steps.protocol import Report, ReportStatus, Trouble, troubles

TITLES: Final[dict[str, Phrase]] = {
    "schedule": phrase("schedule"),
    "notifications": phrase("notifications"),
    "news": phrase("news"),
    "moderation": phrase("moderation"),
    "planning": phrase("plan"),
}


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.steps[]``; ``data`` has the shape of the step's own command."""

    name: str
    title: str
    status: ReportStatus
    seconds: float
    data: Any
    errors: list[Trouble]


class NextRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``data.next[]``."""

    text: str
    command: str


class StartData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday start --json``; ``crisis`` is the first community's that turns, None on every other day."""

    steps: list[StepRow]
    next: list[NextRow]
    crisis: Any


def title_of(name: str) -> Phrase:
    """What a step is called; a step of somebody else's by its own name."""
    return TITLES.get(name) or phrase("{name}", name=name)


def step_row(report: Report[Any]) -> StepRow:
    """A report as ``start`` lists it."""
    return StepRow(
        name=report.name,
        title=title_of(report.name).english.capitalize(),
        status=report.status,
        seconds=round(report.seconds, 3),
        data=report.data,
        errors=troubles(report.errors),
    )
