"""What it means when Bluesky will not have something written: for good, for now, or nobody knows."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from cmday.connectors.bluesky_api import Xrpc, has_expired, words_of
from cmday.connectors.http import retry_after
from cmday.connectors.protocol import Response
from cmday.errors import RateLimited, Refused, Uncertain
from cmday.i18n import phrase

_LASTING: Final = frozenset({400, 403, 404, 409, 413, 415, 422})
_UNAVAILABLE: Final = 503
_FAULT: Final = 500


def refuse(api: Xrpc, response: Response) -> None:
    """Raise what a refusal means; ``Uncertain`` for a fault of the server, which may have written all the same."""
    host = urlsplit(response.url).hostname
    error, words = words_of(response)
    if response.status in _LASTING and not has_expired(response):
        raise Refused(
            phrase(
                "{host} will not have it ({status}): {words}", host=host, status=response.status, words=words or error
            ),
            None,
            api.account.name,
            status=response.status,
        )
    if response.status == _UNAVAILABLE:
        message = phrase("{host} cannot take it now ({status}): {words}", host=host, status=503, words=words)
        raise RateLimited(message, None, api.account.name, retry_after(response), response.status)
    if response.status >= _FAULT:
        raise uncertain(api, response)


def uncertain(api: Xrpc, response: Response) -> Uncertain:
    """An answer that does not say whether it arrived."""
    host = urlsplit(response.url).hostname
    return Uncertain(
        phrase("{host} answered {status}, which does not say whether it arrived", host=host, status=response.status),
        phrase("cmday send looks whether it is there"),
        api.account.name,
        status=response.status,
    )
