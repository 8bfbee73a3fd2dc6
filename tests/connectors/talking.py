"""Holds conversations with the real engine, for its tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cmday.connectors.conversation import Conversation, Ended, Event, Heard, Limits
from cmday.connectors.exchange import Exchanger
from cmday.connectors.protocol import Call, Exchange, Request, Response, SignIn
from cmday.core.accounts import Account, Credentials
from cmday.core.events import Calendar
from cmday.errors import CmdayError

QUICK = Limits(per_host_spacing=0.0, deadline=5.0)


def get(url: str, **options: Any) -> Callable[[], Exchange[Response]]:
    """A conversation of one request that returns the response."""

    def talk() -> Exchange[Response]:
        response: Response = yield Request(url=url, **options)
        return response

    return talk


def signs_in(account: Account | Calendar) -> Exchange[Credentials]:
    """A sign-in that needs to ask nobody but its own thread."""
    found: Credentials = yield Call(name="secret", function=lambda: Credentials(account.name, "secret"))
    return found


class Told:
    """What the engine told: what was heard, and how each conversation ended."""

    def __init__(self, events: Iterator[Event]) -> None:
        self.order = list(events)
        self.heard: dict[str, list[Any]] = {}
        self.ended: dict[str, Ended] = {}
        for event in self.order:
            if isinstance(event, Heard):
                self.heard.setdefault(event.key, []).append(event.value)
            else:
                assert event.key not in self.ended
                self.ended[event.key] = event

    def error(self, key: str = "0") -> CmdayError | None:
        return self.ended[key].error

    def kind(self, key: str = "0") -> str | None:
        error = self.error(key)
        return error.kind if error else None

    def message(self, key: str = "0") -> str:
        error = self.error(key)
        return error.message.english if error else ""


def held(talk: Callable[[], Exchange[Any]], key: str = "0", **options: Any) -> Conversation:
    return Conversation(key=key, talk=talk, host=options.pop("host", key), **options)


def converse(
    *talks: Callable[[], Exchange[Any]] | Conversation,
    limits: Limits = QUICK,
    sign_in: SignIn = signs_in,
    budget: float | None = None,
) -> Told:
    """Hold these conversations to their end; keys are "0", "1"... where none is given."""
    conversations = [
        talk if isinstance(talk, Conversation) else held(talk, str(number)) for number, talk in enumerate(talks)
    ]
    told = Told(Exchanger(limits).converse(conversations, sign_in=sign_in, budget=budget))
    assert set(told.ended) == {one.key for one in conversations}
    return told


def fetch(url: str, *, limits: Limits = QUICK, **options: Any) -> Response:
    """The response to one request; raises what the conversation ended with."""
    told = converse(get(url, **options), limits=limits)
    error = told.error()
    if error:
        raise error
    response: Response = told.heard["0"][0]
    return response
