"""The score of a drill: what was done, in points with their reasons."""

from __future__ import annotations

from cmday.drills.measuring import measure
from cmday.drills.points import parts
from cmday.drills.progress import Progress
from cmday.drills.report import RunRow, ScoreData
from cmday.drills.scenario import Scenario
from cmday.session import Session


def score(session: Session, scenario: Scenario, progress: Progress, before: RunRow | None) -> ScoreData:
    """How it went until now; ``session`` is the drill's own, ``before`` how it went last time."""
    played = measure(session, scenario, progress)
    told = parts(scenario, played)
    return ScoreData(
        scenario=scenario.name,
        title=scenario.title,
        language=scenario.language,
        began=scenario.start,
        ended=session.clock.now(),
        points=sum(one.points for one in told),
        most=sum(one.most for one in told),
        parts=told,
        wrong=played.wrong,
        missed=played.missed,
        replies=played.replies,
        measures=played.measures,
        before=before,
    )
