"""One door for everything that is subscribed to: which conversation belongs to which address."""

from __future__ import annotations

from typing import Any

from cmday.connectors import web_feeds
from cmday.connectors.protocol import Exchange, Fetched
from cmday.core.feeds import Validators


def conversation(url: str, validators: Validators = web_feeds.NONE, **known: Any) -> Exchange[Fetched]:  # noqa: ARG001
    """Ask a source at its address, with the validators of last time; raises as ``web_feeds.fetch`` does."""
    return web_feeds.fetch(url, validators)
