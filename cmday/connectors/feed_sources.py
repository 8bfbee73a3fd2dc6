"""One door for everything that is subscribed to: which conversation belongs to which address.

An address of feeds.toml is that of a feed (http, https), or that of a server with the kind of source before it:
``mastodon+https://host/@user``, ``bluesky+https://...``, ``hn+https://...``, ``miniflux+https://...``,
``x+https://...``.
"""

from __future__ import annotations

from importlib import import_module

from cmday.connectors import web_feeds
from cmday.connectors.protocol import Exchange, Fetched
from cmday.connectors.source_terms import Terms
from cmday.core.feeds import Validators
from cmday.text.addresses import kind_and_rest

_MODULES = {
    "bluesky": "bluesky_feeds",
    "hn": "hacker_news",
    "mastodon": "mastodon_feeds",
    "miniflux": "miniflux",
    "x": "x_posts",
}


def conversation(url: str, validators: Validators = web_feeds.NONE, terms: Terms | None = None) -> Exchange[Fetched]:
    """Ask a source at its address, with the validators of last time; raises as ``web_feeds.fetch`` does.

    ``terms`` are the account that it is asked as, what it may cost, and the read marks to bring there.
    """
    kind = kind_and_rest(url)[0]
    if not kind:
        return web_feeds.fetch(url, validators)
    module = import_module(f"cmday.connectors.{_MODULES[kind]}")
    talk: Exchange[Fetched] = (
        module.fetch(url, validators) if kind == "mastodon" else module.fetch(url, validators, terms or Terms())
    )
    return talk
