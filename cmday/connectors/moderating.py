"""What connectors that moderate have in common: how an action asks to be carried out, and how it is turned down."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from cmday.connectors.noticing import texts
from cmday.core.accounts import Account
from cmday.core.cases import Case
from cmday.core.outbox import Outgoing
from cmday.errors import CmdayError, ConfigError, Refused
from cmday.i18n import phrase

MOST_NAME: Final = 1_000
LONGEST: Final = timedelta(days=3650)
NO_MODERATOR: Final = "this account is no moderator there"


def queues_of(account: Account, known: Collection[str], usual: str) -> tuple[str, ...]:
    """The lists that option ``queue`` names, or the usual one. Raises ``ConfigError`` for one that there is not."""
    wanted = texts(account, "queue") or (usual,)
    for name in wanted:
        if name not in known:
            raise ConfigError(
                phrase('account "{name}": there is no queue "{queue}"', name=account.name, queue=name),
                phrase("write one of: {names}", names=", ".join(known)),
                account.name,
            )
    return wanted


def subject_of(case: Case) -> str:
    """The native id of the thing: its case bears it, also where the thing was never in the platform's queue."""
    return case.subject or case.id.removeprefix(f"case/{case.account}/")


def unknown(account: Account, outgoing: Outgoing) -> CmdayError:
    """The network has no such action."""
    return CmdayError(
        phrase('"{account}" knows no action "{action}"', account=account.name, action=outgoing.action),
        phrase("cmday moderate show CASE says what can be done about it"),
        account.name,
    )


def vanished(account: Account) -> Refused:
    """What was to be acted on is no longer there."""
    return Refused(phrase("it is gone from the server"), None, account.name, status=404)


def irreversible(account: Account, action: str | None) -> Refused:
    """The network keeps no way back from it."""
    return Refused(phrase('"{action}" is irreversible there', action=action), None, account.name)


def changed_since(account: Account, state: str) -> Refused:
    """Somebody has acted on it since, whose decision is not to be overwritten."""
    return Refused(
        phrase("somebody has acted on it since: it is {state} now", state=state),
        phrase("look at it again: cmday moderate"),
        account.name,
    )


def wants_text(account: Account, outgoing: Outgoing) -> str:
    """The words that go to somebody; raises ``Refused`` where there are none."""
    if not outgoing.text.strip():
        raise Refused(phrase('"{action}" wants words to send', action=outgoing.action), None, account.name)
    return outgoing.text


def seconds_of(outgoing: Outgoing) -> int | None:
    """For how long it is to hold; None for good."""
    said = outgoing.arguments.get("seconds", "")
    if not (said.isascii() and said.isdigit() and len(said) < 12):  # noqa: PLR2004  thousands of years
        return None
    return min(int(said), int(LONGEST.total_seconds())) or None


def unreadable(count: int, what: str) -> str | None:
    """Says that some of a queue could not be read; None where all could."""
    return f"{count} of {what} could not be read" if count else None
