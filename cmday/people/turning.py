"""Whom to turn to: newcomers, first anniversaries, regulars gone silent, and who speaks of us without following."""

from __future__ import annotations

from typing import Final

from cmday.core.people import OCCASIONS
from cmday.people.report import PeopleData, TurnRow
from cmday.session import Session
from cmday.storage import addresses

_EACH: Final = 10


def listed(session: Session) -> PeopleData:
    """All occasions of today; ten of each on a screen, all for a program."""
    turns = addresses.turns(
        session.database, session.clock.now(), 1000 if session.whole else _EACH, session.communities
    )
    return PeopleData(
        people=tuple(
            TurnRow(
                why=one.why,
                name=one.address.name or one.address.handle,
                network=one.address.network,
                handle=one.address.handle,
                at=one.at,
                times=one.times,
            )
            for why in OCCASIONS
            for one in turns[why]
        ),
        known=addresses.count(session.database),
    )
