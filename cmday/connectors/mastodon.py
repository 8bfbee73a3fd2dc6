"""The Mastodon API, as Mastodon and the servers that speak like it answer it (docs.joinmastodon.org/methods).

Notifications of API v1 only: every such server has them. Ids order the notifications; times are the server's.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urlsplit

from cmday.connectors.http import bearer, decode, expect_ok, with_query
from cmday.connectors.mastodon_paging import reach
from cmday.connectors.mastodon_reading import Person, handle, native_id
from cmday.connectors.mastodon_sweep import Sweep
from cmday.connectors.protocol import Authorised, Exchange, Probe, Request, Response
from cmday.core.accounts import Account, Credentials
from cmday.core.items import Cursor, Page
from cmday.errors import Garbled, SignInNeeded
from cmday.i18n import Phrase, phrase

NOTIFICATIONS: Final = "/api/v1/notifications"
VERIFY: Final = "/api/v1/accounts/verify_credentials"
FORBIDDEN: Final = 403  # with a JSON body: the token may not; else something before the server refuses
UNPROCESSABLE: Final = 422  # what snac says for 401

T = TypeVar("T")


class Mastodon:
    """One account on one server. ``server`` is its address, with or without ``https://``."""

    network: ClassVar[str] = "mastodon"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.base = base_url(account.server)

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and whether notifications can be read."""
        credentials: Credentials = yield Authorised(self.account)
        person = yield from self._me(credentials)
        response: Response = yield self._get(credentials, NOTIFICATIONS, limit=1)
        can = {"profile"}
        if response.status != FORBIDDEN:
            self._list(response)
            can |= {"notifications", "messages"}
        return Probe(identity=handle(person, self.account.server), capabilities=frozenset(can), detail=None)

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Everything after the cursor: new ones first, then what an earlier sweep had to leave.

        Each page is handed over with the cursor that remembers what is still to be read below it.
        """
        credentials: Credentials = yield Authorised(self.account)

        def ask(**query: str | int | None) -> Exchange[tuple[Response, list[Any]]]:
            response: Response = yield self._get(credentials, NOTIFICATIONS, **query)
            return response, self._list(response)

        def who() -> Exchange[Person]:
            return (yield from self._me(credentials))

        return (yield from Sweep(self.account, reach(since), ask, who).talk())

    def _get(self, credentials: Credentials, path: str, **query: str | int | None) -> Request:
        return Request(
            url=with_query(f"{self.base}{path}", **query),
            headers=(("accept", "application/json"),),
            secret_headers=(bearer(credentials.secret),),
        )

    def _me(self, credentials: Credentials) -> Exchange[Person]:
        response: Response = yield self._get(credentials, VERIFY)
        return self._read(response, Person)

    def _list(self, response: Response) -> list[Any]:
        entries = self._read(response, list[Any])
        if entries and not any(map(native_id, entries)):
            raise self._garbled()
        return entries

    def _read(self, response: Response, shape: type[T]) -> T:
        """The answer as this type. What says in its own way that nobody is signed in is a ``SignInNeeded``."""
        refused = response.status == FORBIDDEN and response.body.lstrip().startswith(b"{")
        if refused or response.status == UNPROCESSABLE:
            raise self._signed_out()
        expect_ok(response, self.account.name, sign_in_hint=self._login())
        try:
            return decode(response, shape)
        except Garbled as why:
            raise self._garbled() from why

    def _login(self) -> Phrase:
        return phrase("cmday login mastodon --account {account}", account=self.account.name)

    def _signed_out(self) -> SignInNeeded:
        return SignInNeeded(
            phrase('"{account}" is not signed in, or may not read its notifications', account=self.account.name),
            self._login(),
            self.account.name,
        )

    def _garbled(self) -> Garbled:
        return Garbled(
            phrase('the answer for "{account}" is not one of the Mastodon API', account=self.account.name),
            phrase("look at its server in config.toml: cmday config edit"),
            self.account.name,
        )


def base_url(server: str) -> str:
    """The server's address: https where nothing else is said, without a path."""
    parts = urlsplit(server if "//" in server else f"https://{server}")
    return f"{parts.scheme}://{parts.netloc}"
