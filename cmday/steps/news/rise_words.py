"""What is said of a rise, on the screen and among the reasons."""

from __future__ import annotations

from cmday.i18n import Phrase, phrase
from cmday.steps.news.report import Climb


def climb_words(climb: Climb) -> Phrase:
    """What it rises by, against what, and where."""
    return phrase("×{times} against its own week on {where}", times=f"{climb.times:.0f}", where=climb.where)


def mention_words(community: str, today: int, usual: float) -> Phrase:
    """That a community's own name is mentioned more than usual."""
    return phrase(
        "{community}: {today} mentions in 24 hours, usually {usual} a day",
        community=community,
        today=today,
        usual=f"{usual:.0f}",
    )
