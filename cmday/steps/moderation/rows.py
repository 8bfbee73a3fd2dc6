"""A case as a list shows it, and what waits to be sent about it."""

from __future__ import annotations

from collections.abc import Sequence

from cmday.core.cases import Case
from cmday.session import Session
from cmday.steps.moderation.report import CaseRow


def row(case: Case, handle: str, waits: str | None = None, hand: str | None = None) -> CaseRow:
    """A case as JSON and screen show it; ``waits`` is the action that waits to be sent, ``hand`` who has it here."""
    return CaseRow(
        id=case.id,
        handle=handle,
        account=case.account,
        network=case.network,
        community=case.community,
        author=case.author or case.author_handle,
        author_handle=case.author_handle,
        text=case.text,
        url=case.url,
        reasons=case.reasons,
        rules=case.rules,
        reports=case.reports,
        priority=case.priority,
        opened_at=case.opened_at,
        state=case.state,
        decided_at=case.decided_at,
        elsewhere=case.elsewhere,
        claimed_by=case.claimed_by or hand,
        held=case.held,
        appeal=case.appeal,
        edited=case.edited,
        labels=case.labels,
        joined=case.joined,
        waits=waits,
    )


def waits_of(session: Session, shown: Sequence[Case]) -> dict[str, str]:
    """What was decided about these and waits to be sent."""
    if not shown:
        return {}
    from cmday.outbox.case_waiting import waiting_for

    return {case: one.action or "" for case, one in waiting_for(session, [case.id for case in shown]).items()}
