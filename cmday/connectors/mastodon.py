"""The Mastodon API, as Mastodon and the servers that speak like it answer it (docs.joinmastodon.org/methods).

Notifications of API v1 only: every such server has them. Ids order the notifications; times are the server's.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from cmday.connectors.mastodon_api import FORBIDDEN, MastodonApi
from cmday.connectors.mastodon_paging import reach
from cmday.connectors.mastodon_reading import Person, handle, native_id
from cmday.connectors.mastodon_sweep import Sweep
from cmday.connectors.protocol import Authorised, Exchange, Probe, Response
from cmday.core.accounts import Account, Credentials
from cmday.core.items import Cursor, Page

NOTIFICATIONS: Final = "/api/v1/notifications"


class Mastodon:
    """One account on one server. ``server`` is its address, with or without ``https://``."""

    network: ClassVar[str] = "mastodon"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = MastodonApi(account)

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and whether notifications can be read."""
        credentials: Credentials = yield Authorised(self.account)
        person = yield from self.api.me(credentials)
        response: Response = yield self.api.get(credentials, NOTIFICATIONS, limit=1)
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
            response: Response = yield self.api.get(credentials, NOTIFICATIONS, **query)
            return response, self._list(response)

        def who() -> Exchange[Person]:
            return (yield from self.api.me(credentials))

        return (yield from Sweep(self.account, reach(since), ask, who).talk())

    def _list(self, response: Response) -> list[Any]:
        entries = self.api.read(response, list[Any])
        if entries and not any(map(native_id, entries)):
            raise self.api.garbled()
        return entries
