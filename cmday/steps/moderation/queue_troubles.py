"""What went wrong in asking the platforms for their queues, told where it is not told already."""

from __future__ import annotations

from cmday.errors import CaptivePortal, CmdayError, Missed, NoNetwork
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps import sweeping
from cmday.steps.moderation import queueing
from cmday.steps.protocol import Outcome, Outcomes, ReportStatus, status_of
from cmday.storage import queue_states


def status_and_errors(session: Session, outcomes: Outcomes, *, alone: bool) -> tuple[ReportStatus, list[CmdayError]]:
    """How the queues did, account by account. ``alone``: the sweeps, which else notifications tell of, too."""
    states = queue_states.states(session.database)
    asked: list[Outcome] = []
    found: dict[object, CmdayError] = {}
    for account in sweeping.accounts_in_focus(session):
        sweep = outcomes.get(sweeping.key_of(account))
        queue = outcomes.get(queueing.key_of(account))
        asked += [one for one in ((sweep if alone else None), queue) if one]
        known = {sweep.error.kind} if sweep and sweep.error else set()
        if alone and sweep and sweep.error and sweep.status != "waiting":
            _add(found, sweep.error)
        if queue is None or queue.status == "waiting":
            continue
        if queue.error and queue.error.kind not in known:
            _add(found, queue.error)
        gap = states[account.name].gap if account.name in states and not queue.error else None
        if gap:
            _add(found, Missed(phrase("{gap}", gap=gap), subject=account.name))
    status = status_of(asked)
    return ("partial" if status == "failed" or found else status), list(found.values())


def _add(found: dict[object, CmdayError], error: CmdayError) -> None:
    """A missing network is one fact, told once."""
    ours = isinstance(error, NoNetwork | CaptivePortal)
    found.setdefault("network" if ours else (error.kind, error.subject, error.message.english), error)
