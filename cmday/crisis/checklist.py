"""The checklist of a crisis: who speaks, a first word in time, who must be told, and points of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cmday.core.crises import Crisis, Line
from cmday.crisis.report import PointRow
from cmday.i18n import Phrase, phrase
from cmday.session import Session

SPEAKER: Final = 1
FIRST_WORD: Final = 2


def texts(session: Session) -> list[Phrase]:
    """The points, in order; the number that one types begins at 1."""
    own = session.settings.crisis.checklist
    told = [phrase("{text}", text=one) for one in own] if own else [phrase("the client is told")]
    return [phrase("who speaks?"), phrase("a first word"), *told]


def points(session: Session, crisis: Crisis, log: Sequence[Line], first_word: datetime | None) -> tuple[PointRow, ...]:
    """How each point stands; the first word is done as soon as anything was said in the community's name."""
    found = []
    for number, text in enumerate(texts(session), 1):
        line = next((one for one in reversed(log) if one.point == number), None)
        done = line.at if line and line.kind == "check" else None
        if number == FIRST_WORD:
            done = done or first_word
        said = crisis.speaker if number == SPEAKER else line.text if line and done else None
        found.append(
            PointRow(
                number=number,
                text=text.english,
                done_at=done,
                by=crisis.first_word_due if number == FIRST_WORD else None,
                said=said or None,
            )
        )
    return tuple(found)
