"""How it went the times before: kept in the person's own home, in numbers alone."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from cmday.drills.report import (
    Compared,
    Measures,
    ReportData,
    RunRow,
    ScoreData,
    SittingCompared,
    SittingRun,
)
from cmday.drills.scenario import Scenario, Sitting
from cmday.session import Session
from cmday.storage import drills
from cmday.storage.drills import DrillRun

_MEASURES = msgspec.json.Decoder(Measures)


def last(session: Session, scenario: str) -> RunRow | None:
    """How a scenario went last time."""
    return next((_run(one) for one in drills.runs(session.database, "scenario", scenario)), None)


def keep(session: Session, score: ScoreData) -> None:
    """Keep how a scenario went."""
    drills.put(
        session.database,
        DrillRun(
            kind="scenario",
            name=score.scenario,
            language=score.language,
            at=session.clock.now(),
            points=score.points,
            most=score.most,
            measures=msgspec.json.encode(score.measures).decode(),
        ),
    )


def last_answer(session: Session, name: str) -> SittingRun | None:
    """How the last answer to a message did."""
    return next((_answer(one) for one in drills.runs(session.database, "reply", name)), None)


def keep_answer(session: Session, name: str, language: str, passed: int, asked: int) -> None:
    """Keep how an answer to a message did."""
    at = session.clock.now()
    drills.put(session.database, DrillRun(kind="reply", name=name, language=language, at=at, points=passed, most=asked))


def name_of(sitting: Sitting, scenario: Scenario | None) -> str:
    """Under which name answers to a message are kept."""
    return f"{scenario.name}/{sitting.key}" if scenario else sitting.key


def compared(session: Session, title: Callable[[str], str], only: str | None = None) -> ReportData:
    """All that was kept, each name with its times, the newest first; ``title`` tells what a name stands for."""
    scenarios: dict[str, list[RunRow]] = {}
    for one in drills.runs(session.database, "scenario", only):
        scenarios.setdefault(one.name, []).append(_run(one))
    answers: dict[str, list[SittingRun]] = {}
    for one in drills.runs(session.database, "reply"):
        if only is None or one.name.partition("/")[0] == only:
            answers.setdefault(one.name, []).append(_answer(one))
    return ReportData(
        scenarios=tuple(
            Compared(name=name, title=title(name), runs=tuple(runs), change=_change(runs))
            for name, runs in scenarios.items()
        ),
        replies=tuple(
            SittingCompared(name=name, title=title(name), runs=tuple(runs)) for name, runs in answers.items()
        ),
    )


def percent(points: int, most: int) -> int:
    """Points as points of a hundred, for not every drill has as many."""
    return round(100 * points / most) if most else 0


def _change(runs: list[RunRow]) -> int | None:
    if len(runs) < 2:  # noqa: PLR2004  this time and the last
        return None
    this, before = runs[0], runs[1]
    return percent(this.points, this.most) - percent(before.points, before.most)


def _run(one: DrillRun) -> RunRow:
    return RunRow(
        at=one.at,
        language=one.language,
        points=one.points,
        most=one.most,
        measures=_MEASURES.decode(one.measures),
    )


def _answer(one: DrillRun) -> SittingRun:
    return SittingRun(at=one.at, language=one.language, passed=one.points, asked=one.most)
