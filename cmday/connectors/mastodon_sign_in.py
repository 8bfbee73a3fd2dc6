"""Signing in to a Mastodon-compatible server by OAuth out of band (RFC 6749, 4.1; docs.joinmastodon.org/methods/oauth).

The server shows the person a code, the person gives it to cmday: nothing here listens on a port.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import msgspec

from cmday.connectors.http import decode, expect_ok, with_query
from cmday.connectors.mastodon import base_url
from cmday.connectors.protocol import Exchange, Request, Response
from cmday.errors import SignInNeeded
from cmday.i18n import phrase

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
SCOPE: Final = "read"
_REFUSED: Final = (400, 401, 403, 422)


class App(msgspec.Struct, frozen=True):
    """What the server knows cmday by; the pair is no secret of the person's, yet kept like one."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"App(client_id={self.client_id!r}, client_secret=…)"


class _Token(msgspec.Struct, frozen=True):
    access_token: str


def register(server: str) -> Exchange[App]:
    """Introduce cmday to the server."""
    response: Response = yield _post(
        server, "/api/v1/apps", client_name="cmday", redirect_uris=OUT_OF_BAND, scopes=SCOPE
    )
    return decode(expect_ok(response, server), App)


def authorize_url(server: str, app: App) -> str:
    """The page on which the person agrees and is shown a code."""
    return with_query(
        f"{base_url(server)}/oauth/authorize",
        response_type="code",
        client_id=app.client_id,
        redirect_uri=OUT_OF_BAND,
        scope=SCOPE,
    )


def redeem(server: str, app: App, code: str) -> Exchange[str]:
    """The token for a code; raises ``SignInNeeded`` where the server does not take it."""
    response: Response = yield _post(
        server,
        "/oauth/token",
        grant_type="authorization_code",
        client_id=app.client_id,
        client_secret=app.client_secret,
        redirect_uri=OUT_OF_BAND,
        scope=SCOPE,
        code=code,
    )
    if response.status in _REFUSED:
        raise SignInNeeded(
            phrase("{server} does not take this code", server=server),
            phrase("a code works once and for a few minutes: run cmday login again"),
        )
    return decode(expect_ok(response, server), _Token).access_token


def _post(server: str, path: str, **form: str) -> Request:
    # The form may hold a secret: it is the body, which is never logged, and a redirect would not carry it on.
    return Request(
        url=f"{base_url(server)}{path}",
        method="POST",
        headers=(("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")),
        body=urlencode(form).encode(),
        repeatable=False,
        follow=0,
    )
