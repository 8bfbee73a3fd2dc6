"""Appeals: noticed in what authors answer, or noted by hand; their cases come up again after a day, or for a colleague.

Whoever decided looks at it again 24 hours after the decision at the earliest; for anybody else it comes up at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.decisions import Decision
from cmday.errors import WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.moderation.report import LETTER, NAME
from cmday.steps.naming import named
from cmday.storage import appeals, audit, cases, decisions, handles, journal
from cmday.text.plain import cut

_LOOKED_BACK: Final = timedelta(days=30)
_EXCERPT: Final = 200


class AppealedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One appeal: against which decision, taken when, by whom and why, and when its case comes up for this person."""

    handle: str
    case: str
    decision: str
    action: str
    why: str
    who: str
    decided_at: datetime
    comes_up: datetime
    new: bool


class AppealedData(msgspec.Struct, frozen=True, kw_only=True):
    """``data`` of ``cmday moderate appeal --json``; ``new`` is false for one that was known."""

    appeals: tuple[AppealedRow, ...]


def appeal(session: Session, words: list[str], text: str) -> AppealedData:
    """Note by hand that the authors of these cases ask to be heard. Raises ``WrongUse`` where nothing was decided."""
    db, now = session.database, session.clock.now()
    pairs = named(session, words, LETTER)
    rows = []
    with db.write():
        for handle, case in pairs:
            one = appeals.against(db, case)
            if one is None:
                raise WrongUse(
                    phrase("{handle}: nothing was decided that could be appealed against", handle=handle),
                    phrase("cmday moderate show {handle} tells how it stands", handle=handle),
                )
            rows.append(_note(session, handle, one, now, text))
    return AppealedData(appeals=tuple(rows))


def look(session: Session) -> None:
    """Notice answers to notes, and let cases come up whose time it is. Cheap where nothing is to be done."""
    db, now = session.database, session.clock.now()
    for case, item, text in appeals.answers_to_notes(db, now - _LOOKED_BACK):
        if one := appeals.against(db, case):
            with db.write():
                appeals.put(db, one, now, cut(text, _EXCERPT), item)
    for found in appeals.waiting(db, now, audit.person()):
        first = decisions.get(db, found.decision)
        with db.write():
            appeals.open_case(db, found, appeals.reason(first, found.text), now)


def _note(session: Session, handle: str, one: Decision, now: datetime, text: str) -> AppealedRow:
    db = session.database
    new = appeals.put(db, one, now, text, None)
    due = one.at + appeals.REST
    if new:
        known = cases.cases(db, [one.case]).get(one.case)
        journal.write(db, now, "appeal", step=NAME, item=one.case, text=cut(known.text if known else text, _EXCERPT))
    given = handles.give(db, session.clock.today(), LETTER, [one.case])[one.case]
    return AppealedRow(
        handle=given or handle,
        case=one.case,
        decision=one.id,
        action=one.action,
        why=one.why,
        who=one.who,
        decided_at=one.at,
        comes_up=now if one.who != audit.person() else max(now, due),
        new=new,
    )
