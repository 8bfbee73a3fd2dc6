"""What is known of the author of a case, over all communities and all their addresses: cases, decisions, measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.core.cases import Action, Case
from cmday.core.decisions import Decision
from cmday.core.people import Address
from cmday.session import Session
from cmday.storage import addresses, cases, decisions

# What was done against somebody, as long as it was not taken back.
MEASURES: Final[frozenset[Action]] = frozenset({"hold", "remove", "warn", "mute", "ban", "lock"})


def known_as(session: Session, case: Case) -> list[Address]:
    """The addresses of the author, as far as they are linked, that of the case first."""
    one = addresses.of(session.database, case.network, case.author_handle) if case.author_handle else None
    return addresses.together(session.database, one) if one else []


def decided(session: Session, case: Case, known: Sequence[Address] = ()) -> list[Decision]:
    """What was decided about the author, oldest first; about this case, too."""
    handles = {(case.network, case.author_handle), *((one.network, one.handle) for one in known)}
    ids = [(case.network, case.author_id)] if case.author_id else []
    return decisions.of_author(session.database, sorted(handles), ids)


def others(session: Session, case: Case, known: Sequence[Address] = ()) -> list[Case]:
    """The author's other cases, the newest first."""
    handles = {(case.network, case.author_handle), *((one.network, one.handle) for one in known)}
    return [one for one in cases.of_author(session.database, sorted(handles)) if one.id != case.id]


def measures(session: Session, case: Case) -> int:
    """How many measures against the author stand from before, other than on this case."""
    return sum(
        one.action in MEASURES and one.reversed_at is None and one.case != case.id
        for one in decided(session, case, known_as(session, case))
    )
