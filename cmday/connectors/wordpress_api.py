"""Asking a WordPress site by its REST API, with the name and application password of an account.

developer.wordpress.org/rest-api: the API is below ``/wp-json``, or where the site has no speaking addresses, in the
parameter ``rest_route``.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from cmday.connectors.http import basic, decode, with_query
from cmday.connectors.protocol import Authorised, Exchange, Request, Response
from cmday.connectors.rate_limits import expect
from cmday.core.accounts import Account, Credentials
from cmday.errors import Garbled, SignInNeeded
from cmday.i18n import Phrase, phrase
from cmday.text.plain import plain

API: Final = "/wp/v2"
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
GONE: Final = 410
_NO_SUCH: Final = frozenset({"rest_comment_invalid_id", "rest_post_invalid_id"})
MOST_WORDS: Final = 300

T = TypeVar("T")


class Fault(msgspec.Struct, frozen=True):
    """What the site says to a refusal."""

    code: str = ""
    message: str = ""


class User(msgspec.Struct, frozen=True):
    """``GET /users/me``, as far as it is needed."""

    id: int
    name: str = ""
    slug: str = ""
    capabilities: dict[str, Any] = {}

    def may(self, what: str) -> bool:
        return self.capabilities.get(what) is True


class WordPressApi:
    """One conversation with one site. ``plain`` is found out: the site knows no ``/wp-json``."""

    def __init__(self, account: Account, *, plain: bool = False) -> None:
        self.account = account
        self.plain = plain
        self.base = base_url(account.server)
        self._credentials: Credentials | None = None

    def get(self, path: str, **query: str | int | None) -> Exchange[Response]:
        """The answer to a question, whatever its status."""
        return (yield from self._ask("GET", path, None, query))

    def post(self, path: str, body: dict[str, Any]) -> Exchange[Response]:
        """The answer to something written, which goes out once. Something must have been asked before."""
        return (yield from self._ask("POST", path, msgspec.json.encode(body), {}))

    def delete(self, path: str) -> Exchange[Response]:
        """The answer to something thrown into the bin, which goes out once."""
        return (yield from self._ask("DELETE", path, None, {}))

    def me(self) -> Exchange[User]:
        """Who is signed in, and what this person may do."""
        response = yield from self.get("/users/me", context="edit")
        return self.read(response, User)

    def expect(self, response: Response) -> Response:
        """The response where all is well; raises what its refusal means."""
        return expect(response, self.account.name, sign_in_hint=self.login())

    def read(self, response: Response, shape: type[T]) -> T:
        """The answer as this type; raises what its refusal means."""
        self.expect(response)
        try:
            return decode(response, shape)
        except Garbled as why:
            raise self.garbled() from why

    def login(self) -> Phrase:
        return phrase("cmday login wordpress --account {account}", account=self.account.name)

    def garbled(self) -> Garbled:
        return Garbled(
            phrase('the answer for "{account}" is not one of WordPress', account=self.account.name),
            phrase("look at its server in config.toml: cmday config edit"),
            self.account.name,
        )

    def _ask(
        self, method: str, path: str, body: bytes | None, query: dict[str, str | int | None]
    ) -> Exchange[Response]:
        if self._credentials is None:
            self._credentials = yield Authorised(self.account)
        response: Response = yield self._request(method, path, body, query, self._credentials)
        if method == "GET" and not self.plain and response.status in (200, NOT_FOUND) and not _is_json(response):
            self.plain = True
            response = yield self._request(method, path, body, query, self._credentials)
        return response

    def _request(
        self, method: str, path: str, body: bytes | None, query: dict[str, str | int | None], credentials: Credentials
    ) -> Request:
        username = credentials.username or self.account.username
        if not username:
            raise SignInNeeded(
                phrase('"{account}" has no user name', account=self.account.name),
                phrase('give it username = "..." in config.toml: cmday config edit'),
                self.account.name,
            )
        where = f"{self.base}/?rest_route={API}{path}" if self.plain else f"{self.base}/wp-json{API}{path}"
        kind = (("content-type", "application/json"),) if body else ()
        return Request(
            url=with_query(where, **query),
            method=method,
            headers=(("accept", "application/json"), *kind),
            secret_headers=(basic(username, credentials.secret),),
            body=body,
            repeatable=method == "GET",
            follow=5 if method == "GET" else 0,
        )


def base_url(server: str) -> str:
    """The site's address: https where nothing else is said, without a last slash."""
    return (server if "//" in server else f"https://{server}").rstrip("/")


def fault_of(response: Response) -> Fault:
    """What a refusal says; empty where the answer is none of WordPress."""
    try:
        return msgspec.json.decode(response.body, type=Fault)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Fault()


def is_gone(response: Response) -> bool:
    """Whether what was asked for is no longer there, and not the API itself."""
    return response.status == GONE or (response.status == NOT_FOUND and fault_of(response).code in _NO_SUCH)


def words_of(response: Response) -> str:
    """The site's own words to a refusal, as plain text on one line."""
    return " ".join(plain(fault_of(response).message).split())[:MOST_WORDS]


def host_of(response: Response) -> str:
    return urlsplit(response.url).hostname or response.url


def _is_json(response: Response) -> bool:
    return response.body.lstrip()[:1] in (b"{", b"[")
