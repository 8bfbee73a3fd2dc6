"""What is said of a moderator's words before they leave: as of every text, and whether they say why."""

from __future__ import annotations

from typing import Final

from cmday.connectors.protocol import Manner
from cmday.core.cases import Case
from cmday.outbox import checking
from cmday.outbox.checking import Checked, Setting
from cmday.session import Session

# With these a decision is told; a note for colleagues and a plain reply owe nobody a reason.
TELLING: Final = frozenset({"warn", "resolve"})


def check(session: Session, case: Case, text: str, why: str, *, to_author: bool = True) -> Checked:
    """What is to be said of words about a case to its author, or to one who reported it."""
    account = session.account(case.account)
    known = session.settings.communities.get(case.community or "")
    return checking.check(
        session,
        text,
        Setting(
            manner=Manner(),
            to=case.author_handle if to_author else None,
            heard=case.text,
            names=(case.author, account.name, *((known.title, *known.keywords) if known else ())),
            languages=known.languages if known else (),
            reason=why,
            appealable=to_author,
        ),
    )
