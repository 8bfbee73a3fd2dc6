"""Signing in to a Matrix server: by an access token as it is, or by a password that gets one, which is then kept.

spec.matrix.org/latest/client-server-api, "Login" and "Server discovery". The secret is tried as a token first, so that
either may be given to ``cmday login matrix``; a password makes one more device in the account's list, once.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import msgspec

from cmday.connectors.http import bearer, decode
from cmday.connectors.matrix_api import CLIENT, MatrixApi, Who, base_url, fault_of, words_of
from cmday.connectors.protocol import Exchange, Request, Response
from cmday.connectors.web_only import web_only
from cmday.core.accounts import Account, Credentials, Pass
from cmday.errors import Garbled, SignInNeeded
from cmday.i18n import phrase

DEVICE: Final = "cmday"
_OK: Final = 200
_UNAUTHORISED: Final = 401
_REFUSED: Final = frozenset({400, 401, 403})


class _Login(msgspec.Struct, frozen=True):
    access_token: str
    user_id: str


class _HomeServer(msgspec.Struct, frozen=True):
    base_url: str


class _WellKnown(msgspec.Struct, frozen=True):
    server: _HomeServer = msgspec.field(name="m.homeserver")


def renew(account: Account, credentials: Credentials, known: Pass | None) -> Exchange[Pass]:
    """The token to show: the secret itself where it is one, else what the server gives for it as a password.

    Raises ``SignInNeeded`` where it is neither, ``RateLimited`` and ``ServerFailed`` as the server says.
    """
    return (yield from web_only(_renew(account, credentials, known)))


def _renew(account: Account, credentials: Credentials, known: Pass | None) -> Exchange[Pass]:
    base = known.server if known and known.server else (yield from _home(account))
    api = MatrixApi(account)
    response: Response = yield Request(
        url=f"{base}{CLIENT}/account/whoami",
        headers=(("accept", "application/json"),),
        secret_headers=(bearer(credentials.secret),),
    )
    if response.status != _UNAUTHORISED or not credentials.username:
        return Pass(secret=credentials.secret, username=api.read(response, Who).user_id, server=base)
    response = yield _login(base, credentials.username, credentials.secret)
    if response.status in _REFUSED and fault_of(response).errcode:
        raise SignInNeeded(
            phrase(
                '{host} refuses the password of "{account}": {words}',
                host=urlsplit(base).hostname,
                account=account.name,
                words=words_of(response),
            ),
            api.login(),
            account.name,
        )
    given = api.read(response, _Login)
    return Pass(secret=given.access_token, username=given.user_id, server=base)


def _login(base: str, username: str, password: str) -> Request:
    told = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": username},
        "password": password,
        "initial_device_display_name": DEVICE,
    }
    return Request(
        url=f"{base}{CLIENT}/login",
        method="POST",
        headers=(("accept", "application/json"), ("content-type", "application/json")),
        body=msgspec.json.encode(told),
        repeatable=False,
        follow=0,
    )


def _home(account: Account) -> Exchange[str]:
    """Where the account's server really is, as its own site tells (``.well-known``); the site itself where it does not.

    Never without TLS if the site has it.
    """
    site = base_url(account.server)
    response: Response = yield Request(
        url=f"{site}/.well-known/matrix/client", headers=(("accept", "application/json"),)
    )
    if response.status != _OK:
        return site
    try:
        found = base_url(decode(response, _WellKnown).server.base_url)
        parts = urlsplit(found)
        return found if parts.hostname and parts.scheme in ("https", urlsplit(site).scheme) else site
    except (Garbled, ValueError):
        return site
