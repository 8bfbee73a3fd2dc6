"""How often posts were shared, by the Mastodon API (docs.joinmastodon.org/methods/statuses)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

import msgspec

from cmday.connectors.http import bearer
from cmday.connectors.mastodon_api import MastodonApi
from cmday.connectors.mastodon_reading import Id
from cmday.connectors.protocol import Authorised, Exchange, Request, Response
from cmday.core.accounts import Account, Credentials

AT_ONCE: Final = 20
_SINGLY: Final = 5
_OK: Final = 200


class _Status(msgspec.Struct, frozen=True):
    id: Id
    reblogs_count: int = 0


class MastodonShares:
    """Asks for one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.api = MastodonApi(account)

    def shares(self, posts: Sequence[str]) -> Exchange[dict[str, int]]:
        """All at once, or one by one a few of them where the server is older than Mastodon 4.3."""
        credentials: Credentials = yield Authorised(self.account)
        asked = list(posts[:AT_ONCE])
        query = urlencode([("id[]", one) for one in asked])
        response: Response = yield Request(
            url=f"{self.api.base}/api/v1/statuses?{query}",
            headers=(("accept", "application/json"),),
            secret_headers=(bearer(credentials.secret),),
        )
        if response.status == _OK:
            return {str(one.id): one.reblogs_count for one in self.api.read(response, list[_Status])}
        found: dict[str, int] = {}
        for one in asked[:_SINGLY]:
            single: Response = yield self.api.get(credentials, f"/api/v1/statuses/{one}")
            if single.status == _OK:
                found[one] = self.api.read(single, _Status).reblogs_count
        return found
