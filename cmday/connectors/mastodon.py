"""The Mastodon API, as Mastodon and the servers that speak like it answer it (docs.joinmastodon.org/methods).

Notifications come grouped where the server can (``mastodon_lists``), else one by one. Ids order the notifications;
times are the server's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from msgspec.structs import replace

from cmday.connectors.mastodon_api import FORBIDDEN, MastodonApi
from cmday.connectors.mastodon_around import Around
from cmday.connectors.mastodon_lists import NOTIFICATIONS, Lists, checked, known_to_be_grouped
from cmday.connectors.mastodon_paging import reach
from cmday.connectors.mastodon_reading import Person, handle
from cmday.connectors.mastodon_sweep import Sweep
from cmday.connectors.protocol import Authorised, Exchange, Probe, Response
from cmday.core.accounts import Account, Credentials
from cmday.core.items import Cursor, Page


class Mastodon:
    """One account on one server. ``server`` is its address, with or without ``https://``.

    Option ``sync_read``: what was swept counts as read on the server too.
    """

    network: ClassVar[str] = "mastodon"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = MastodonApi(account)
        self.sync_read = account.options.get("sync_read") is True

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and whether notifications can be read."""
        credentials: Credentials = yield Authorised(self.account)
        person = yield from self.api.me(credentials)
        response: Response = yield self.api.get(credentials, NOTIFICATIONS, limit=1)
        can = {"profile"}
        if response.status != FORBIDDEN:
            checked(self.api, response)
            can |= {"notifications", "messages"}
        return Probe(identity=handle(person, self.account.server), capabilities=frozenset(can), detail=None)

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Everything after the cursor: new ones first, then what an earlier sweep had to leave; then what is around.

        Each page is handed over with the cursor that remembers what is still to be read below it.
        """
        credentials: Credentials = yield Authorised(self.account)
        known = reach(since)
        today = datetime.now(UTC).date()
        lists = Lists(self.api, credentials, grouped=known_to_be_grouped(known.singly, today))

        def who() -> Exchange[Person]:
            return (yield from self.api.me(credentials))

        sweep = Sweep(self.account, known, lists, who)
        yield from sweep.talk()
        found_singly = (known.singly or today.isoformat()) if lists.grouped is False else None
        sweep.known = replace(sweep.known, singly=found_singly)
        return (yield from Around(self.api, credentials, sweep, sync_read=self.sync_read).talk())
