"""Messages to an ntfy topic (docs.ntfy.sh/publish, docs.ntfy.sh/subscribe/api), as plain HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from cmday.connectors.http import bearer, expect_ok, with_query
from cmday.connectors.protocol import Authorised, Exchange, Request, Response
from cmday.core.accounts import Account, Credentials
from cmday.core.notices import Message
from cmday.errors import SignInNeeded, Uncertain
from cmday.i18n import phrase

URGENT: Final = 5
USUAL: Final = 3
_BELL: Final = "bell"
_SIREN: Final = "rotating_light"
_FAULT: Final = 500
_UNAVAILABLE: Final = 503
_UNAUTHORISED: Final = 401
_FORBIDDEN: Final = 403


class Ntfy:
    """Tells one topic. The account's ``server`` is the topic's address; without a secret nobody signs in."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.base, _, self.topic = account.server.rpartition("/")

    def tell(self, message: Message) -> Exchange[None]:
        """Publish it. As JSON to the server's root, because a header could not hold every title."""
        secret = yield from self._secret()
        body = {
            "topic": self.topic,
            "title": message.title,
            "message": message.text,
            "priority": URGENT if message.urgent else USUAL,
            "tags": [_SIREN if message.urgent else _BELL],
        }
        response: Response = yield Request(
            url=f"{self.base}/",
            method="POST",
            headers=(("content-type", "application/json"),),
            secret_headers=secret,
            body=msgspec.json.encode(body),
            repeatable=False,
            follow=0,
        )
        if response.status >= _FAULT and response.status != _UNAVAILABLE:
            raise Uncertain(
                phrase("ntfy answered {status}, which does not say whether it arrived", status=response.status),
                None,
                self.account.name,
                status=response.status,
            )
        self._expect(response)

    def find(self, message: Message, since: datetime) -> Exchange[bool]:
        """Whether the topic has it already, as far as its server keeps messages."""
        secret = yield from self._secret()
        url = with_query(f"{self.account.server}/json", poll=1, since=int(since.timestamp()))
        response: Response = yield Request(url=url, secret_headers=secret)
        self._expect(response)
        for line in response.body.splitlines():
            try:
                told: Any = msgspec.json.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                continue
            if isinstance(told, dict) and (told.get("title"), told.get("message")) == (message.title, message.text):
                return True
        return False

    def _secret(self) -> Exchange[tuple[tuple[str, str], ...]]:
        if self.account.secret is None:
            return ()
        credentials: Credentials = yield Authorised(self.account)
        return (bearer(credentials.secret),)

    def _expect(self, response: Response) -> None:
        """Raise what a refusal means: who may not use the topic has no token, or another's."""
        if response.status in (_UNAUTHORISED, _FORBIDDEN):
            raise SignInNeeded(
                phrase("ntfy does not let us use the topic {topic}", topic=self.topic),
                phrase("secret in [watch] says where its token is: cmday config edit"),
                self.account.name,
            )
        expect_ok(response, self.account.name)
