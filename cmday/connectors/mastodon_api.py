"""Asking a Mastodon API: requests with the account's token, and answers as types or as errors in our words."""

from __future__ import annotations

from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from cmday.connectors.http import bearer, decode, expect_ok, with_query
from cmday.connectors.mastodon_reading import Person
from cmday.connectors.protocol import Exchange, Request, Response
from cmday.core.accounts import Account, Credentials
from cmday.errors import Garbled, SignInNeeded
from cmday.i18n import Phrase, phrase

VERIFY: Final = "/api/v1/accounts/verify_credentials"
FORBIDDEN: Final = 403  # with a JSON body: the token may not; else something before the server refuses
UNPROCESSABLE: Final = 422  # what snac says for 401
MOST_WORDS: Final = 300

T = TypeVar("T")


class MastodonApi:
    """The API of one account's server. ``server`` is its address, with or without ``https://``."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.base = base_url(account.server)

    def get(self, credentials: Credentials, path: str, **query: str | int | None) -> Request:
        return Request(
            url=with_query(f"{self.base}{path}", **query),
            headers=(("accept", "application/json"),),
            secret_headers=(bearer(credentials.secret),),
        )

    def me(self, credentials: Credentials) -> Exchange[Person]:
        """Who is signed in."""
        response: Response = yield self.get(credentials, VERIFY)
        return self.read(response, Person)

    def read(self, response: Response, shape: type[T]) -> T:
        """The answer as this type. What says in its own way that nobody is signed in is a ``SignInNeeded``."""
        refused = response.status == FORBIDDEN and response.body.lstrip().startswith(b"{")
        if refused or response.status == UNPROCESSABLE:
            raise self.signed_out()
        expect_ok(response, self.account.name, sign_in_hint=self.login())
        try:
            return decode(response, shape)
        except Garbled as why:
            raise self.garbled() from why

    def login(self) -> Phrase:
        return phrase("cmday login mastodon --account {account}", account=self.account.name)

    def signed_out(self) -> SignInNeeded:
        return SignInNeeded(
            phrase('"{account}" is not signed in, or may not read its notifications', account=self.account.name),
            self.login(),
            self.account.name,
        )

    def garbled(self) -> Garbled:
        return Garbled(
            phrase('the answer for "{account}" is not one of the Mastodon API', account=self.account.name),
            phrase("look at its server in config.toml: cmday config edit"),
            self.account.name,
        )


def base_url(server: str) -> str:
    """The server's address: https where nothing else is said, without a path."""
    parts = urlsplit(server if "//" in server else f"https://{server}")
    return f"{parts.scheme}://{parts.netloc}"


def words_of(response: Response) -> str | None:
    """What the server says to a refusal, in its own language; None where it says nothing that is meant for us."""
    try:
        found: Any = msgspec.json.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    said = found.get("error") if isinstance(found, dict) else None
    if isinstance(said, dict):
        said = next(iter(said.values()), None)
    return " ".join(said.split())[:MOST_WORDS] or None if isinstance(said, str) else None
