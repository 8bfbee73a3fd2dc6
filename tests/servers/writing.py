"""Holds conversations of connectors that write with real servers, by the real engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cmday.connectors.protocol import Call, Exchange, SignIn
from cmday.core.accounts import Account, Credentials
from cmday.core.events import Calendar
from tests.connectors.talking import converse, held


def known_by(username: str, secret: str) -> SignIn:
    def talk(_account: Account | Calendar) -> Exchange[Credentials]:
        found: Credentials = yield Call(name="secret", function=lambda: Credentials(username, secret))
        return found

    return talk


def hold(talk: Callable[[], Exchange[Any]], sign_in: SignIn) -> Any:
    """What a conversation came to; raises how it failed."""
    told = converse(held(talk, deadline=20.0), sign_in=sign_in)
    error = told.error()
    if error:
        raise error
    return told.heard["0"][-1]
