"""How often posts were shared on Bluesky: reposts and quotes (docs.bsky.app/docs/api/app-bsky-feed-get-posts)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.connectors.bluesky_api import Xrpc
from cmday.connectors.protocol import Exchange
from cmday.core.accounts import Account

AT_ONCE: Final = 25


class BlueskyShares:
    """Asks for one account."""

    def __init__(self, account: Account) -> None:
        self.api = Xrpc(account)

    def shares(self, posts: Sequence[str]) -> Exchange[dict[str, int]]:
        """All at once; what is no address of a post is passed over."""
        asked = [one for one in posts if one.startswith("at://")][:AT_ONCE]
        if not asked:
            return {}
        yield from self.api.sign_in()
        answer = self.api.read((yield from self.api.get("app.bsky.feed.getPosts", uris=asked)))
        found: dict[str, int] = {}
        listed = answer.get("posts")
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict) and isinstance(one.get("uri"), str):
                counts = [one.get(key) for key in ("repostCount", "quoteCount")]
                found[one["uri"]] = sum(count for count in counts if isinstance(count, int))
        return found
