"""What of which network can be asked in a crisis: what waits on the server, and how far the words of others went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import Any, Final, Protocol

from cmday.connectors.protocol import Exchange
from cmday.core.accounts import Account
from cmday.core.crises import Waiting

_WAITS: Final = {
    "mastodon": "cmday.connectors.mastodon_waiting:MastodonWaiting",
    "wordpress": "cmday.connectors.wordpress_waiting:WordPressWaiting",
}
_REACHES: Final = {
    "mastodon": "cmday.connectors.mastodon_shares:MastodonShares",
    "bluesky": "cmday.connectors.bluesky_shares:BlueskyShares",
}


class Waits(Protocol):
    """An account whose server publishes by itself what waits there."""

    def waiting(self) -> Exchange[tuple[Waiting, ...]]:
        """All that waits there, by its time as far as the server tells."""
        ...

    def take_off(self, native: str) -> Exchange[None]:
        """See that it is not published; what is gone already is as well."""
        ...

    def put_back(self, native: str, at: datetime | None) -> Exchange[None]:
        """Let it be published again, where the server kept it."""
        ...


class Shares(Protocol):
    """A network that tells how often posts of others were shared."""

    def shares(self, posts: Sequence[str]) -> Exchange[dict[str, int]]:
        """By the network's id of the post, how often; those that are gone are missing."""
        ...


def waits(account: Account) -> Waits | None:
    """What asks an account's server for posts that wait there; None where cmday knows no way."""
    made: Waits | None = _make(_WAITS.get(account.network), account)
    return made


def counts_shares(account: Account) -> Shares | None:
    """What asks an account's network how often posts were shared; None where cmday knows no way."""
    made: Shares | None = _make(_REACHES.get(account.network), account)
    return made


def _make(where: str | None, account: Account) -> Any:
    if where is None:
        return None
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)(account)
