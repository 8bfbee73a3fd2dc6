"""Step 4: items that fit the rules, items reported and the platforms' own queues, as cases to decide.

What the sweep of step 2 stored is examined once by each set of rules; what a moderator decided stays decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Final

from cmday.core.cases import Case
from cmday.errors import CmdayError
from cmday.session import Session
from cmday.steps.moderation import appeals
from cmday.steps.moderation.report import LETTER, NAME, ModerationData, ModerationReport
from cmday.steps.moderation.rows import row, waits_of
from cmday.steps.moderation.rules.examining import examine
from cmday.steps.protocol import Outcomes, Question
from cmday.storage import cases, decisions, handles, outbox
from cmday.storage.cases import Which

__all__ = ["A_MORNING", "LETTER", "NAME", "ask", "digest"]

# What a screen gets at most, unless more is asked for; JSON has all.
A_MORNING: Final = 100
_ELSEWHERE: Final = 3


def ask(session: Session) -> Iterable[Question]:
    """The same sweep of the accounts as notifications ask for, so it is asked once; and the queues of moderators."""
    if not session.settings.accounts:
        return
    from cmday.steps import sweeping  # who only looks at what is stored has no use for connectors
    from cmday.steps.moderation import queueing

    yield from sweeping.questions(session)
    yield from queueing.questions(session)


def digest(
    session: Session, outcomes: Outcomes, *, limit: int | None = None, which: Which = "open", alone: bool = False
) -> ModerationReport:
    """The cases in focus, the most pressing first, after examining what is new.

    ``limit`` bounds the lines; without it a program gets all, a screen what a morning can hold. ``which`` asks for
    decided ones, too. ``alone``: no other step was asked, so that what went wrong in the tour is for this one to say.
    """
    if limit is None and not session.whole:
        limit = A_MORNING
    db, focus = session.database, session.communities
    rules, flaws = examine(session)
    appeals.look(session)
    shown = cases.listed(db, which, communities=focus, limit=limit)
    elsewhere = cases.resolved_elsewhere(db, _midnight(session), communities=focus, limit=_ELSEWHERE) if limit else []
    given = handles.give(db, session.clock.today(), LETTER, [case.id for case in (*shown, *elsewhere)])
    waits, hands = waits_of(session, shown), decisions.in_hand(db)
    status, troubles = _troubles(session, outcomes, alone=alone)
    open_ones = len(shown) if which == "open" and limit is None else cases.count(db, communities=focus)
    return ModerationReport(
        name=NAME,
        status="partial" if flaws or status != "done" else "done",
        data=ModerationData(
            cases=tuple(row(case, given[case.id], waits.get(case.id), hands.get(case.id)) for case in shown)
        ),
        waiting=open_ones - _decided_on(session) if open_ones else 0,
        hidden=max(0, (open_ones if which == "open" else cases.count(db, which, communities=focus)) - len(shown)),
        errors=(*flaws, *troubles),
        rules=rules,
        accounts=len(session.settings.accounts),
        elsewhere=tuple(row(case, given[case.id]) for case in elsewhere),
        before=_before(session, shown) if not session.whole else {},
    )


def _decided_on(session: Session) -> int:
    """How many open cases in focus want no decision any more: it waits to be sent."""
    actions = [one.target for one in outbox.waiting(session.database) if one.kind == "action" and one.target]
    if not actions:
        return 0
    from cmday.outbox.case_waiting import waiting_for

    known = cases.cases(session.database, waiting_for(session, actions))
    return sum(case.state == "open" and session.in_focus(case.community) for case in known.values())


def _midnight(session: Session) -> datetime:
    return datetime.combine(session.clock.today(), time(), session.clock.zone)


def _troubles(session: Session, outcomes: Outcomes, *, alone: bool) -> tuple[str, list[CmdayError]]:
    if not outcomes:
        return "done", []
    from cmday.steps.moderation.queue_troubles import status_and_errors

    return status_and_errors(session, outcomes, alone=alone)


def _before(session: Session, shown: Iterable[Case]) -> dict[str, int]:
    from cmday.steps.moderation.history import measures

    return {case.id: measures(session, case) for case in shown if case.author_handle}
