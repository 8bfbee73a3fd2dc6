"""Which cases are decided already by what waits in the outbox: they want no other decision, only to be sent."""

from __future__ import annotations

from collections.abc import Iterable

from cmday.core.outbox import WAITING, Outgoing
from cmday.outbox.case_effects import AFTER, AUTOMATIC, ENDS, NOTE
from cmday.session import Session
from cmday.storage import outbox


def waiting_for(session: Session, cases: Iterable[str]) -> dict[str, Outgoing]:
    """What waits to be sent and decides each of these cases, the newest of each; those without are missing."""
    written = outbox.of_targets(session.database, cases)
    deciding = {case: [one for one in some if _decides(one)] for case, some in written.items()}
    return {case: some[-1] for case, some in deciding.items() if some}


def _decides(one: Outgoing) -> bool:
    """Not what a rule wants, nor what only goes with a decision."""
    return (
        one.kind == "action"
        and one.state in WAITING
        and one.action in AFTER
        and AUTOMATIC not in one.arguments
        and ENDS not in one.arguments
        and NOTE not in one.arguments
    )
