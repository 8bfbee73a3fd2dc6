"""Asking a JSON API with the token of an account: requests, answers, and their refusals as errors in our words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import msgspec

from cmday.connectors.http import bearer, parse_http_date, retry_after, with_query
from cmday.connectors.protocol import Authorised, Exchange, Request, Response
from cmday.connectors.rate_limits import expect, left_alone
from cmday.connectors.social_posts import text_of
from cmday.core.accounts import Account, Credentials
from cmday.errors import Garbled, RateLimited, Refused, SignInNeeded, Uncertain
from cmday.i18n import Phrase, phrase

MOST_WORDS: Final = 300
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
GONE: Final = 410
_FAULT: Final = 500
_UNAVAILABLE: Final = 503
# The server has read it and will not have it, and would not the next time either.
_LASTING: Final = frozenset({400, 403, 404, 409, 410, 413, 422})

Header = tuple[str, str]


class TokenApi:
    """One conversation with one account's server; a subclass per network says how it is spoken to."""

    title: ClassVar[str]
    headers: ClassVar[tuple[Header, ...]] = (("accept", "application/json"),)

    def __init__(self, account: Account, base: str) -> None:
        self.account = account
        self.base = base
        self.credentials: Credentials | None = None

    def secret(self, credentials: Credentials) -> tuple[Header, ...]:
        """The headers that show the token."""
        return (bearer(credentials.secret),)

    def words(self, response: Response) -> str:
        """What the server says to a refusal, on one line; empty where it says nothing that is meant for us."""
        return one_line(text_of(json_of(response), "message"))

    def get(self, path: str, *headers: Header, **query: str | int | None) -> Exchange[Response]:
        """The answer to a question, whatever its status. ``path`` may be a whole address of this very server."""
        url = path if path.startswith(f"{self.base}/") else f"{self.base}{path}"
        return (yield from self.ask(Request(url=with_query(url, **query), headers=(*self.headers, *headers))))

    def tell(self, method: str, path: str, body: Any = None, *, repeatable: bool = False) -> Exchange[Response]:
        """The answer to something told; what is not ``repeatable`` goes out once."""
        kind = () if body is None else (("content-type", "application/json"),)
        request = Request(
            url=f"{self.base}{path}",
            method=method,
            headers=(*self.headers, *kind),
            body=None if body is None else msgspec.json.encode(body),
            repeatable=repeatable,
            follow=0,
        )
        return (yield from self.ask(request))

    def ask(self, request: Request) -> Exchange[Response]:
        if self.credentials is None:
            self.credentials = yield Authorised(self.account)
        response: Response = yield msgspec.structs.replace(request, secret_headers=self.secret(self.credentials))
        return response

    def expect(self, response: Response) -> Response:
        """The response where all is well; raises what its status stands for. A 403 is a token that may not."""
        if response.status == FORBIDDEN:
            self.patience(response)
            raise self.signed_out(response)
        return expect(response, self.account.name, sign_in_hint=self.login())

    def read(self, response: Response) -> Any:
        """The JSON of an answer; raises what its status stands for, and ``Garbled`` for what is none."""
        self.expect(response)
        found = json_of(response)
        if not isinstance(found, dict | list):
            raise self.garbled()
        return found

    def patience(self, response: Response) -> None:
        """Raises ``RateLimited`` where a refusal is only for now, as its headers tell."""
        seconds = retry_after(response)
        seconds = left_alone(response) if seconds is None else seconds
        if seconds is not None:
            host = urlsplit(response.url).hostname
            message = phrase("{host} asks for patience: too many requests", host=host)
            raise RateLimited(message, None, self.account.name, seconds, response.status)

    def refuse(self, response: Response) -> Response:
        """The response where something written was taken; raises what became of it otherwise."""
        host, words = urlsplit(response.url).hostname, self.words(response)
        if response.status >= _FAULT and response.status != _UNAVAILABLE:
            raise self.uncertain(response)
        if response.status == FORBIDDEN:
            self.patience(response)
        if response.status in _LASTING and words:
            message = phrase(
                "{host} will not have it ({status}): {words}", host=host, status=response.status, words=words
            )
            raise Refused(message, None, self.account.name, status=response.status)
        return self.expect(response)

    def uncertain(self, response: Response) -> Uncertain:
        host, status = urlsplit(response.url).hostname, response.status
        return Uncertain(
            phrase("{host} answered {status}, which does not say whether it arrived", host=host, status=status),
            phrase("cmday send looks whether it is there"),
            self.account.name,
            status=status,
        )

    def login(self) -> Phrase:
        return phrase(
            "cmday login {network} --account {account}", network=self.account.network, account=self.account.name
        )

    def signed_out(self, response: Response) -> SignInNeeded:
        host, words = urlsplit(response.url).hostname, self.words(response)
        said = phrase("{host} refuses the credentials: {words}", host=host, words=words)
        message = said if words else phrase("{host} refuses the credentials", host=host)
        return SignInNeeded(message, self.login(), self.account.name)

    def garbled(self) -> Garbled:
        return Garbled(
            phrase('the answer for "{account}" is not one of {network}', account=self.account.name, network=self.title),
            phrase("look at its server in config.toml: cmday config edit"),
            self.account.name,
        )


def json_of(response: Response) -> Any:
    """The JSON of an answer, None where it is none."""
    try:
        return msgspec.json.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def server_base(server: str) -> str:
    """The server's address: https where nothing else is said, without a last slash."""
    return (server if "//" in server else f"https://{server}").rstrip("/")


def now_of(response: Response) -> datetime:
    """What time it is at the server, else here."""
    return parse_http_date(response.header("date") or "") or datetime.now(UTC)


def one_line(words: str) -> str:
    return " ".join(words.split())[:MOST_WORDS]
