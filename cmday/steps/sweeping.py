"""The tour of the accounts, as the questions that notifications and moderation share: each account is asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from cmday.connectors.protocol import Exchange
from cmday.core.accounts import Account, AccountState
from cmday.core.items import Cursor, Page
from cmday.errors import CmdayError, Waiting
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.protocol import Question
from cmday.storage import accounts, ledger

KEY: Final = "sweep:"


class _Whole(msgspec.Struct, frozen=True):
    """The last page of a sweep."""

    page: Page


def key_of(account: Account) -> str:
    """The key of an account's question and outcome."""
    return f"{KEY}{account.name}"


def accounts_in_focus(session: Session) -> list[Account]:
    """The accounts that this run looks at."""
    return [one for one in session.settings.accounts.values() if session.in_focus(one.communities)]


def questions(session: Session) -> Iterator[Question]:
    """One question an account in focus: everything since its cursor, stored page by page."""
    wanted = accounts_in_focus(session)
    known = accounts.states(session.database) if wanted else {}
    for account in wanted:
        state = known.get(account.name) or AccountState(account=account.name)
        yield Question(
            key=key_of(account),
            subject=account.name,
            host=_host(account),
            talk=_talk(session, account, state),
            store=_store(session, account),
            failed=_failed(session, account),
        )


def _host(account: Account) -> str:
    """The queue that an account stands in: its server's host name."""
    from urllib.parse import urlsplit

    server = account.server if "//" in account.server else f"//{account.server}"
    try:
        return urlsplit(server).hostname or account.name
    except ValueError:
        return account.name


def _talk(session: Session, account: Account, state: AccountState) -> Callable[[], Exchange[_Whole]]:
    def talk() -> Exchange[_Whole]:
        from cmday.steps.spending import connector_of

        if state.retry_at and state.retry_at > session.clock.now():
            raise Waiting(
                phrase("{server} asked to be left alone for now", server=account.server),
                phrase("it is asked again from {time} on", time=state.retry_at.strftime("%H:%M")),
            )
        since = Cursor(state.cursor) if state.cursor else None
        return _Whole((yield from connector_of(session, account).notifications(since)))

    return talk


def _store(session: Session, account: Account) -> Callable[[Any], None]:
    stored = 0

    def store(value: Page | _Whole) -> None:
        nonlocal stored
        whole = isinstance(value, _Whole)
        ledger.store_page(
            session.database,
            account.name,
            value.page if isinstance(value, _Whole) else value,
            session.clock.now(),
            first=not stored,
            whole=whole,
        )
        stored += 1

    return store


def _failed(session: Session, account: Account) -> Callable[[CmdayError], None]:
    def failed(error: CmdayError) -> None:
        accounts.note_failure(session.database, account.name, error, session.clock.now())

    return failed
