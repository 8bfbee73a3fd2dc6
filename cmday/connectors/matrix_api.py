"""Asking a Matrix home server: requests with the account's token, and answers as types or as errors in our words.

Client-server API v3 (spec.matrix.org/latest/client-server-api).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from cmday.connectors.http import bearer, decode, expect_ok, with_query
from cmday.connectors.protocol import Authorised, Exchange, Request, Response
from cmday.core.accounts import Account, Credentials
from cmday.errors import CmdayError, Garbled, NetworkError, RateLimited, SignInNeeded
from cmday.i18n import Phrase, phrase

CLIENT: Final = "/_matrix/client/v3"
SYNAPSE: Final = "/_synapse/"
MOST_WORDS: Final = 300
_SIGNED_OUT: Final = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"})

T = TypeVar("T")


class Fault(msgspec.Struct, frozen=True):
    """What the server says to a refusal (Standard error response)."""

    errcode: str = ""
    error: str = ""
    retry_after_ms: float | None = None


class Who(msgspec.Struct, frozen=True):
    """``GET /account/whoami``."""

    user_id: str


class MatrixApi:
    """One conversation with one account's home server. ``server`` is its address, with or without ``https://``."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._credentials: Credentials | None = None

    def get(self, path: str, **query: str | int | None) -> Exchange[Response]:
        """The answer to a question, whatever its status."""

        def request(base: str, token: str) -> Request:
            return Request(
                url=with_query(f"{base}{_below(path)}", **query),
                headers=(("accept", "application/json"),),
                secret_headers=(bearer(token),),
            )

        return (yield from self._ask(request))

    def put(self, path: str, body: dict[str, Any]) -> Exchange[Response]:
        """The answer to something written: it goes out once, to this address and no other."""
        return (yield from self.tell("PUT", path, body))

    def tell(self, method: str, path: str, body: dict[str, Any] | None = None) -> Exchange[Response]:
        """As ``put``, by another method. A path of the server's own API (``/_synapse/...``) is taken as it is."""
        kind = () if body is None else (("content-type", "application/json"),)

        def request(base: str, token: str) -> Request:
            return Request(
                url=f"{base}{_below(path)}",
                method=method,
                headers=(("accept", "application/json"), *kind),
                secret_headers=(bearer(token),),
                body=None if body is None else msgspec.json.encode(body),
                repeatable=False,
                follow=0,
            )

        return (yield from self._ask(request))

    def _ask(self, request: Callable[[str, str], Request]) -> Exchange[Response]:
        """Ask with the account's token, and once more with another where it is over and another can be had."""
        if self._credentials is None:
            self._credentials = yield Authorised(self.account)
        response: Response = yield request(self.base, self._credentials.secret)
        if fault_of(response).errcode not in _SIGNED_OUT:
            return response
        before = self._credentials.secret
        self._credentials = yield Authorised(self.account, refused=before)
        if self._credentials.secret == before:
            return response
        response = yield request(self.base, self._credentials.secret)
        return response

    @property
    def base(self) -> str:
        known = self._credentials.server if self._credentials else None
        return known or base_url(self.account.server)

    def who(self) -> Exchange[str]:
        """The full name of who is signed in, like ``@robin:example.org``."""
        response = yield from self.get("/account/whoami")
        return self.read(response, Who).user_id

    def room_called(self, word: str) -> Exchange[str | None]:
        """The id of a room by its id or alias; None where the server knows no such alias."""
        if word.startswith("!"):
            return word
        response = yield from self.get(f"/directory/room/{quote(word, safe='')}")
        if response.status in (400, 404):
            return None
        return self.read(response, _Place).room_id

    def read(self, response: Response, shape: type[T]) -> T:
        """The answer as this type; raises what its refusal means."""
        self.expect(response)
        try:
            return decode(response, shape)
        except Garbled as why:
            raise self.garbled() from why

    def expect(self, response: Response) -> Response:
        """The response where all is well; raises what its refusal means."""
        fault = fault_of(response)
        if fault.errcode in _SIGNED_OUT:
            raise SignInNeeded(
                phrase("{host} refuses the credentials", host=urlsplit(self.base).hostname),
                self.login(),
                self.account.name,
            )
        try:
            return expect_ok(response, self.account.name, sign_in_hint=self.login())
        except RateLimited as error:
            if error.retry_after is None and fault.retry_after_ms is not None:
                error.retry_after = _seconds(fault.retry_after_ms)
            error.status = response.status
            raise
        except CmdayError as error:
            if isinstance(error, NetworkError):
                error.status = response.status
            raise

    def login(self) -> Phrase:
        return phrase("cmday login matrix --account {account}", account=self.account.name)

    def garbled(self) -> Garbled:
        return Garbled(
            phrase('the answer for "{account}" is not one of a Matrix server', account=self.account.name),
            phrase("look at its server in config.toml: cmday config edit"),
            self.account.name,
        )


class _Place(msgspec.Struct, frozen=True):
    room_id: str


def _below(path: str) -> str:
    return path if path.startswith(SYNAPSE) else f"{CLIENT}{path}"


def base_url(server: str) -> str:
    """The server's address: https where nothing else is said, without a last slash."""
    return (server if "//" in server else f"https://{server}").rstrip("/")


def room_path(room: str, *rest: str) -> str:
    """The path of a room and of what is in it."""
    return "/".join(("/rooms", quote(room, safe=""), *(quote(word, safe="") for word in rest)))


def fault_of(response: Response) -> Fault:
    """What a refusal says; empty where the answer is none of Matrix."""
    if response.status < 400:  # noqa: PLR2004  where refusals begin
        return Fault()
    try:
        return msgspec.json.decode(response.body, type=Fault)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Fault()


def words_of(response: Response) -> str:
    """The server's own words to a refusal, on one line."""
    fault = fault_of(response)
    return " ".join((fault.error or fault.errcode).split())[:MOST_WORDS]


def _seconds(milliseconds: float) -> float | None:
    return min(max(milliseconds / 1000, 0.0), 86_400.0) if math.isfinite(milliseconds) else None
