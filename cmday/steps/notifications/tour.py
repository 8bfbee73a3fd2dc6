"""Account by account: what came, what failed, and how old what is shown instead is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from cmday.core.accounts import Account, AccountState
from cmday.errors import CaptivePortal, CmdayError, Missed, NoNetwork
from cmday.i18n import Phrase, phrase
from cmday.steps.notifications.report import AccountError, AccountRow, AccountStatus, Stage
from cmday.steps.protocol import Outcome, Outcomes
from cmday.steps.sweeping import key_of


def account_rows(
    accounts: Iterable[Account], states: Mapping[str, AccountState], outcomes: Outcomes, *, offline: bool
) -> tuple[AccountRow, ...]:
    """One row an account, in the order of the configuration."""
    return tuple(
        _row(one, states.get(one.name) or AccountState(account=one.name), outcomes.get(key_of(one)), offline=offline)
        for one in accounts
    )


def _row(account: Account, state: AccountState, outcome: Outcome | None, *, offline: bool) -> AccountRow:
    status = _status(state, outcome, offline=offline)
    asked = outcome is not None and (outcome.status == "done" or outcome.parts > 0)
    return AccountRow(
        account=account.name,
        network=account.network,
        status=status,
        new=state.fresh if asked else 0,
        seconds=round(outcome.seconds, 3) if outcome else 0.0,
        stale_since=None if status == "ok" else state.last_success,
        error=_error(state, outcome),
    )


def _status(state: AccountState, outcome: Outcome | None, *, offline: bool) -> AccountStatus:
    if outcome is None or outcome.status == "waiting":
        if not state.last_success and not state.error_kind:
            return "never"
        if offline:
            return "offline"
        return "failed" if state.error_kind else "ok"
    if isinstance(outcome.error, NoNetwork | CaptivePortal):
        return "offline"
    if outcome.status == "done":
        return "partial" if state.gap else "ok"
    return "partial" if outcome.status == "partial" else "failed"


def _error(state: AccountState, outcome: Outcome | None) -> AccountError | None:
    if outcome is not None:
        error = outcome.error or (_missed(state) if state.gap else None)
        if error is None:
            return None
        return AccountError(
            kind=error.kind, message=error.message.english, hint=error.hint.english if error.hint else None
        )
    if state.error_kind is None:
        return None
    return AccountError(kind=state.error_kind, message=state.error_message or "", hint=state.error_hint)


def stages(accounts: Iterable[Account], states: Mapping[str, AccountState], outcomes: Outcomes) -> tuple[Stage, ...]:
    """The tour in one line, account by account; a network with a single account goes by its own name."""
    asked = [one for one in accounts if key_of(one) in outcomes]
    if not asked:
        return ()
    from cmday.connectors.catalog import NETWORKS

    networks = Counter(one.network for one in asked)
    found = []
    for account in asked:
        outcome = outcomes[key_of(account)]
        state = states.get(account.name) or AccountState(account=account.name)
        entry = NETWORKS.get(account.network)
        away = isinstance(outcome.error, NoNetwork | CaptivePortal)
        came = outcome.status == "done" or outcome.parts > 0
        found.append(
            Stage(
                title=entry.title if entry and networks[account.network] == 1 else account.name,
                new=state.fresh if came else 0,
                said=state.said if came else None,
                gap=bool(state.gap) and came,
                failed=outcome.status in ("failed", "partial") and not away,
                since=state.last_success,
            )
        )
    return tuple(found)


def _missed(state: AccountState) -> Missed:
    return Missed(
        Phrase(state.gap or "", {}),
        phrase("look at the network itself for what is older"),
        subject=state.account,
    )


def sweep_errors(
    accounts: Iterable[Account], states: Mapping[str, AccountState], outcomes: Outcomes
) -> tuple[CmdayError, ...]:
    """What went wrong, account by account; a missing network is one fact and told once."""
    found: list[CmdayError] = []
    for account in accounts:
        outcome = outcomes.get(key_of(account))
        if outcome is None or outcome.status == "waiting":
            continue
        state = states.get(account.name)
        error = outcome.error or (_missed(state) if state and state.gap else None)
        ours = isinstance(error, NoNetwork | CaptivePortal)
        if error and not (ours and any(isinstance(one, NoNetwork | CaptivePortal) for one in found)):
            found.append(error)
    return tuple(found)
