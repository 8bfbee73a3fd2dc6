"""Holds a conversation without a network: what the connector asks is answered by a function, what it says is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from cmday.connectors.protocol import Authorised, Call, Exchange, Partial, Request
from cmday.core.accounts import Credentials
from cmday.core.items import Cursor, Notification, Page
from cmday.errors import CmdayError

SECRET = "s3cret-never-shown"
Answer = Callable[[Request | Call], Any]


class Talk(msgspec.Struct):
    """What a conversation said: pages in order, what was asked, and the error it ended with."""

    pages: list[Page]
    asked: list[Request | Call]
    result: Any = None
    error: CmdayError | None = None

    @property
    def found(self) -> list[Notification]:
        return [one for page in self.pages for one in page.notifications]

    @property
    def cursor(self) -> Cursor | None:
        return next((page.cursor for page in reversed(self.pages) if page.cursor), None)

    @property
    def gaps(self) -> list[str]:
        return [page.gap for page in self.pages if page.gap]


def hold(exchange: Exchange[Any], answer: Answer, *, cut_after: int | None = None) -> Talk:
    """Hold a conversation to its end, or close it when ``cut_after`` answers have been given, as a deadline does.

    An answer that is an exception is thrown in, as the engine does.
    """
    talk = Talk(pages=[], asked=[])
    send: Any = None
    throw: Exception | None = None
    while True:
        try:
            step = exchange.throw(throw) if throw else exchange.send(send)
        except StopIteration as stop:
            talk.result = stop.value
            if isinstance(stop.value, Page):
                talk.pages.append(stop.value)
            return talk
        except CmdayError as error:
            talk.error = error
            return talk
        send = throw = None
        if isinstance(step, Partial):
            talk.pages.append(step.value)
        elif isinstance(step, Authorised):
            send = Credentials(getattr(step.account, "username", None), SECRET)
        else:
            if cut_after is not None and len(talk.asked) >= cut_after:
                exchange.close()
                return talk
            talk.asked.append(step)
            send = answer(step)
            if isinstance(send, Exception):
                send, throw = None, send
