"""Signing in to Bluesky: an app password gets a session of some hours, and its refresh token the next one.

docs.bsky.app, com.atproto.server.createSession and refreshSession. Sessions are few (300 a day and account may be
created), so they are kept, and the password is shown again only where a refresh is refused.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from cmday.connectors.bluesky_api import MOST_WORDS, base_url, words_of
from cmday.connectors.http import bearer
from cmday.connectors.protocol import Exchange, Request, Response
from cmday.connectors.rate_limits import expect
from cmday.connectors.social_posts import garbled, read_json, tables, text_of
from cmday.core.accounts import Account, Credentials, Pass
from cmday.errors import SignInNeeded
from cmday.i18n import Phrase, phrase

_REFUSED: Final = frozenset({400, 401, 403})
_SERVICE: Final = "AtprotoPersonalDataServer"


def renew(account: Account, credentials: Credentials, known: Pass | None) -> Exchange[Pass]:
    """The next session: by the refresh token of the last one, else by the app password.

    Raises ``SignInNeeded`` where the password is refused, ``RateLimited`` and ``ServerFailed`` as the server says.
    """
    if known and known.refresh:
        base = known.server or base_url(account.server)
        response: Response = yield _post(f"{base}/xrpc/com.atproto.server.refreshSession", token=known.refresh)
        if response.status not in _REFUSED:
            return _read(expect(response, account.name), account)
    said = {"identifier": (credentials.username or "").lstrip("@"), "password": credentials.secret}
    response = yield _post(f"{base_url(account.server)}/xrpc/com.atproto.server.createSession", said)
    if response.status in _REFUSED:
        raise _refusal(response, account)
    return _read(expect(response, account.name), account)


def _post(url: str, body: dict[str, str] | None = None, *, token: str | None = None) -> Request:
    kind = (("content-type", "application/json"),) if body else ()
    return Request(
        url=url,
        method="POST",
        headers=(("accept", "application/json"), *kind),
        secret_headers=(bearer(token),) if token else (),
        body=msgspec.json.encode(body) if body else b"",
        follow=0,
    )


def _refusal(response: Response, account: Account) -> SignInNeeded:
    hint = phrase(
        "make an app password in the settings of Bluesky, then: cmday login bluesky --account {account}",
        account=account.name,
    )
    error, words = words_of(response)
    host = urlsplit(response.url).hostname or ""
    message: Phrase
    if error == "AuthFactorTokenRequired":
        message = phrase('{host} wants a code by mail for the password of "{account}"', host=host, account=account.name)
    else:
        message = phrase('{host} refuses the password of "{account}": {words}', host=host, account=account.name,
                         words=words[:MOST_WORDS] or str(response.status))  # fmt: skip
    return SignInNeeded(message, hint, account.name)


def _read(response: Response, account: Account) -> Pass:
    told = read_json(response)
    secret, did = text_of(told, "accessJwt"), text_of(told, "did")
    if not secret or not did.startswith("did:"):
        raise garbled(response)
    return Pass(
        secret=secret,
        refresh=text_of(told, "refreshJwt") or None,
        expires=_expires(secret),
        username=did,
        server=_home(told, account),
    )


def _home(told: Any, account: Account) -> str | None:
    """The server that the account lives on, where its DID document names one; never without TLS if ours has it."""
    document = told.get("didDoc") if isinstance(told, dict) else None
    services = document.get("service") if isinstance(document, dict) else None
    for service in tables(services):
        if text_of(service, "type") == _SERVICE:
            try:
                address = base_url(text_of(service, "serviceEndpoint"))
                parts = urlsplit(address)
                usable = bool(parts.hostname) and parts.scheme in ("https", urlsplit(base_url(account.server)).scheme)
            except ValueError:
                return None
            return address if usable else None
    return None


def _expires(token: str) -> float | None:
    """When a token says that it expires (RFC 7519, ``exp``); None where it does not say so."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004  head, claims, signature
        return None
    try:
        claims: Any = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, msgspec.MsgspecError, RecursionError):
        return None
    found = claims.get("exp") if isinstance(claims, dict) else None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
