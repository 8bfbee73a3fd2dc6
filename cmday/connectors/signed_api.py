"""Reading a JSON API whose refusals are its own: what an answer means that is no plain HTTP status, per network.

A token that the server no longer takes is asked for once more, for there may be another by now.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from cmday.connectors.http import retry_after
from cmday.connectors.protocol import Authorised, Exchange, Request, Response
from cmday.connectors.rate_limits import expect, reset_in
from cmday.connectors.token_api import TokenApi, json_of, one_line, server_base
from cmday.core.accounts import Account
from cmday.errors import CmdayError, Garbled, RateLimited, ServerFailed, SignInNeeded
from cmday.i18n import phrase
from cmday.text.addresses import host_of

UNAUTHORISED: Final = 401
TOO_MANY: Final = 429
OK: Final = 200


class SignedApi(TokenApi):
    """One conversation with the API below ``prefix`` on an account's server; ``fault`` is what a subclass tells."""

    prefix: ClassVar[str] = ""

    def __init__(self, account: Account) -> None:
        super().__init__(account, server_base(account.server) + self.prefix)

    def ask(self, request: Request) -> Exchange[Response]:
        response = yield from super().ask(request)
        shown = self.credentials
        if shown is not None and self.is_signed_out(response):
            self.credentials = yield Authorised(self.account, shown.secret)
            if self.credentials.secret != shown.secret:
                response = yield from super().ask(request)
        return response

    def told(self, path: str, **query: str | int | None) -> Exchange[Any]:
        """The JSON of the answer to a question; raises what its refusal means."""
        response = yield from self.get(path, **query)
        return self.read(response)

    def is_signed_out(self, response: Response) -> bool:
        return response.status == UNAUTHORISED

    def fault(self, response: Response) -> CmdayError | None:
        """What an answer means that is a refusal in the network's own way; None for all others."""
        return self.signed_out(response) if self.is_signed_out(response) else None

    def expect(self, response: Response) -> Response:
        """The response where all is well; raises what its refusal means."""
        fault = self.fault(response)
        if fault is not None:
            raise fault
        return expect(response, self.account.name, sign_in_hint=self.login())

    def refuse(self, response: Response) -> Response:
        """As always; a refusal in the network's own way that a sign-in or patience ends is that."""
        fault = self.fault(response)
        if isinstance(fault, SignInNeeded | RateLimited):
            raise fault
        if isinstance(fault, Garbled):
            raise self.uncertain(response)
        return super().refuse(response)

    def listed(self, value: Any) -> list[Any]:
        """The value as a list; raises ``Garbled`` where it is none."""
        if not isinstance(value, list):
            raise self.garbled()
        return value

    def limited(self, response: Response, seconds: float | None = None) -> RateLimited:
        """The server wants to be left alone: for as long as its headers say, or else its body (``seconds``)."""
        known = (retry_after(response), seconds, reset_in(response))
        waits = next((one for one in known if one is not None), None)
        host = host_of(response.url)
        message = phrase("{host} asks for patience: too many requests", host=host)
        if waits is not None:
            message = phrase("{host} asks to be left alone for {seconds} s", host=host, seconds=int(waits))
        return RateLimited(message, None, self.account.name, waits, response.status)

    def refused(self, response: Response, words: str) -> ServerFailed:
        """A refusal in the network's own words."""
        message = phrase("{host} refuses it: {words}", host=host_of(response.url), words=one_line(words))
        return ServerFailed(message, None, self.account.name, None, response.status)


def object_of(response: Response) -> dict[str, Any]:
    """The JSON object of an answer, whatever its status; empty where it is none."""
    found = json_of(response)
    return found if isinstance(found, dict) else {}


def number_of(value: Any) -> float | None:
    """A number that came as JSON; None for what is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
