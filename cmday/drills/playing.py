"""What one knows of the running drill and of the scenarios there are, as ``cmday drill`` tells it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cmday.config.paths import Home
from cmday.drills import library
from cmday.drills.progress import Progress
from cmday.drills.report import ComeRow, DrillData, ScenarioRow
from cmday.drills.scenario import Message, Scenario

_MINUTE: Final = 60


def rows(home: Home, language: str) -> tuple[ScenarioRow, ...]:
    """All scenarios; one whose file has a mistake raises it, for it cannot be played."""
    return tuple(_row(home, name, language) for name in library.names(home, language))


def _row(home: Home, name: str, language: str) -> ScenarioRow:
    one = library.scenario(home, name, language)
    own = library.scenario_file(home, name, language).parent == library.own_folder(home)
    minutes = int(one.length.total_seconds() // _MINUTE)
    return ScenarioRow(name=name, title=one.title, language=one.language, minutes=minutes, own=own)


def none_running(scenarios: tuple[ScenarioRow, ...]) -> DrillData:
    """What is told where no drill runs."""
    return DrillData(
        running=None,
        title=None,
        language=None,
        brief=None,
        now=None,
        until=None,
        speed=None,
        left=None,
        over=None,
        home=None,
        new=(),
        scenarios=scenarios,
    )


def running(
    folder: Path, scenario: Scenario, progress: Progress, now: datetime, new: Iterable[Message] = ()
) -> DrillData:
    """How the running drill stands; ``new`` is what has just come, without the days before it."""
    return DrillData(
        running=scenario.name,
        title=scenario.title,
        language=scenario.language,
        brief=scenario.brief,
        now=now,
        until=scenario.end,
        speed=progress.speed,
        left=len(scenario.messages) - progress.come,
        over=now >= scenario.end,
        home=str(folder),
        new=tuple(
            ComeRow(
                at=scenario.moment(one.at), author=one.who.name, text=one.text, queued=one.held or bool(one.reports)
            )
            for one in new
            if one.at >= timedelta()
        ),
        scenarios=(),
    )


def next_moment(scenario: Scenario, progress: Progress) -> datetime:
    """When the next message comes; the end where none does."""
    left = scenario.messages[progress.come :]
    return scenario.moment(left[0].at) if left else scenario.end
