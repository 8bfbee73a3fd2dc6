"""Signing in to a Mastodon server by OAuth, out of band: the person copies the code that the server's page shows.

RFC 6749, 4.1, with the redirect ``urn:ietf:wg:oauth:2.0:oob`` (docs.joinmastodon.org/methods/apps and /oauth). cmday
asks for reading and writing: what it writes waits in the outbox for a word of the person's. Whoever moderates by it is
asked for the scopes of that as well (docs.joinmastodon.org/api/oauth-scopes).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import msgspec

from cmday.connectors.http import decode, expect_ok, with_query
from cmday.connectors.mastodon_api import base_url
from cmday.connectors.protocol import Exchange, Request, Response
from cmday.core.accounts import Account
from cmday.errors import SignInNeeded
from cmday.i18n import phrase

NAME: Final = "cmday"
SCOPES: Final = "read write"
MODERATING: Final = "admin:read:reports admin:write:reports admin:read:accounts admin:write:accounts"
OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
_REFUSED: Final = frozenset({400, 401, 403, 422})


class App(msgspec.Struct, frozen=True):
    """What a server calls this program: registered once for an account."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"App(client_id={self.client_id!r}, client_secret=…)"

    __str__ = __repr__


class _Token(msgspec.Struct, frozen=True):
    access_token: str


def scopes_for(account: Account) -> str:
    """What is asked for: with the option ``moderate``, moderating too."""
    return f"{SCOPES} {MODERATING}" if account.options.get("moderate") is True else SCOPES


def register(server: str, scopes: str = SCOPES) -> Exchange[App]:
    """Make this program known to the server (``POST /api/v1/apps``)."""
    response: Response = yield _form(
        f"{base_url(server)}/api/v1/apps", client_name=NAME, redirect_uris=OUT_OF_BAND, scopes=scopes
    )
    return decode(expect_ok(response), App)


def authorize_url(server: str, app: App, scopes: str = SCOPES) -> str:
    """The page where the person agrees and is shown a code."""
    return with_query(
        f"{base_url(server)}/oauth/authorize",
        response_type="code",
        client_id=app.client_id,
        redirect_uri=OUT_OF_BAND,
        scope=scopes,
    )


def redeem(server: str, app: App, code: str, scopes: str = SCOPES) -> Exchange[str]:
    """The token for a code; raises ``SignInNeeded`` where the server does not take it."""
    response: Response = yield _form(
        f"{base_url(server)}/oauth/token",
        grant_type="authorization_code",
        code=code,
        client_id=app.client_id,
        client_secret=app.client_secret,
        redirect_uri=OUT_OF_BAND,
        scope=scopes,
    )
    if response.status in _REFUSED:
        raise SignInNeeded(
            phrase("{server} does not take this code", server=base_url(server)),
            phrase("a code works once and not for long: cmday login mastodon --server {server}", server=server),
        )
    return decode(expect_ok(response), _Token).access_token


def _form(url: str, **fields: str) -> Request:
    return Request(
        url=url,
        method="POST",
        headers=(("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")),
        body=urlencode(fields).encode("ascii"),
        repeatable=False,
        follow=0,
    )
