"""Holding one conversation with each of a community's accounts, and what each gave back or why it did not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from cmday.connectors.conversation import Conversation, Ended, Heard
from cmday.connectors.protocol import Exchange
from cmday.core.accounts import Account
from cmday.core.crises import Crisis
from cmday.errors import CmdayError
from cmday.outbox.naming import host_of
from cmday.session import Session


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """By key what was heard, and what went wrong."""

    heard: dict[str, Any]
    errors: dict[str, CmdayError]


def accounts_of(session: Session, crisis: Crisis) -> list[Account]:
    """The accounts that speak for a crisis's community first of all."""
    return [one for one in session.settings.accounts.values() if one.community == crisis.community]


def ask(session: Session, talks: Mapping[str, tuple[Account, Callable[[], Exchange[Any]]]]) -> Answers:
    """Hold these conversations beside each other; each has the deadline of a sweep."""
    heard: dict[str, Any] = {}
    errors: dict[str, CmdayError] = {}
    held = [
        Conversation(key=key, talk=talk, host=host_of(account), deadline=session.settings.limits.deadline)
        for key, (account, talk) in talks.items()
    ]
    if held:
        for event in session.engine.converse(held, sign_in=session.sign_in):
            if isinstance(event, Heard) and event.last:
                heard[event.key] = event.value
            elif isinstance(event, Ended) and event.error:
                event.error.subject = event.error.subject or talks[event.key][0].name
                errors[event.key] = event.error
    return Answers(heard=heard, errors=errors)
