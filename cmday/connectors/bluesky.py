"""Bluesky, as its servers and others of the AT Protocol answer (docs.bsky.app): one account, by an app password."""

from __future__ import annotations

from typing import ClassVar

from cmday.connectors import bluesky_chat as chat
from cmday.connectors.bluesky_api import Xrpc
from cmday.connectors.bluesky_around import Around
from cmday.connectors.bluesky_reach import reach
from cmday.connectors.bluesky_sweep import LIST, Sweep
from cmday.connectors.protocol import Exchange, Probe, Response
from cmday.connectors.social_posts import text_of
from cmday.core.accounts import Account
from cmday.core.items import Cursor, Page


class Bluesky:
    """One account. Option ``sync_read``: what was swept counts as seen on Bluesky too."""

    network: ClassVar[str] = "bluesky"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sync_read = account.options.get("sync_read") is True

    def check(self) -> Exchange[Probe]:
        """Who is signed in, and whether notifications and messages can be read."""
        api = Xrpc(self.account)
        response: Response = yield from api.get("com.atproto.server.getSession")
        handle = text_of(api.read(response), "handle")
        if not handle:
            raise api.garbled()
        response = yield from api.get(LIST, limit=1)
        if not isinstance(api.read(response).get("notifications"), list):
            raise api.garbled()
        can, detail = {"profile", "notifications"}, None
        try:
            yield from chat.conversations(api, None)
            can.add("messages")
        except chat.Closed:
            detail = "direct messages are closed to this app password"
        return Probe(identity=f"@{handle}", capabilities=frozenset(can), detail=detail)

    def notifications(self, since: Cursor | None) -> Exchange[Page]:
        """Everything after the cursor: new ones first, then what an earlier sweep had to leave; then what is around."""
        api = Xrpc(self.account)
        sweep = Sweep(api, reach(since))
        yield from sweep.talk()
        return (yield from Around(api, sweep, sync_read=self.sync_read).talk())
