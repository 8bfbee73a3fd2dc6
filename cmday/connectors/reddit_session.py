"""Signing in to Reddit: an app of the kind "script" gets a token that holds for an hour or a day.

github.com/reddit-archive/reddit/wiki/OAuth2, "Application Only OAuth" and "password": id and secret of the app and the
password of its owner, whom the app must belong to. All three are one secret to cmday, with colons between them.
"""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urlencode

from cmday.connectors.http import basic
from cmday.connectors.protocol import Exchange, Request, Response
from cmday.connectors.rate_limits import expect
from cmday.connectors.social_posts import read_json, text_of
from cmday.connectors.token_api import MOST_WORDS, server_base
from cmday.core.accounts import Account, Credentials, Pass
from cmday.errors import SignInNeeded
from cmday.i18n import Phrase, phrase

_PARTS: Final = 3
_REFUSED: Final = frozenset({400, 401, 403})
_OAUTH: Final = "oauth."


def renew(account: Account, credentials: Credentials, known: Pass | None) -> Exchange[Pass]:  # noqa: ARG001  no refresh token
    """The next token, for the app's id, its secret and the password.

    Raises ``SignInNeeded`` where they are not three, or refused; ``RateLimited`` and ``ServerFailed`` as Reddit says.
    """
    parts = credentials.secret.split(":", _PARTS - 1)
    username = (credentials.username or "").removeprefix("u/")
    if len(parts) != _PARTS or not username:
        raise _refusal(account, phrase("a Reddit account wants a user name, and as its secret ID:SECRET:PASSWORD"))
    base = server_base(account.server)
    response: Response = yield Request(
        url=f"{_site(base)}/api/v1/access_token",
        method="POST",
        headers=(("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")),
        secret_headers=(basic(parts[0], parts[1]),),
        body=urlencode({"grant_type": "password", "username": username, "password": parts[2]}).encode(),
        repeatable=False,
        follow=0,
    )
    if response.status in _REFUSED:
        raise _refusal(account, phrase('Reddit refuses the app or the password of "{account}"', account=account.name))
    told = read_json(expect(response, account.name))
    secret = text_of(told, "access_token")
    if not secret:
        words = text_of(told, "error")[:MOST_WORDS] or "?"
        raise _refusal(account, phrase('Reddit refuses "{account}": {words}', account=account.name, words=words))
    lasts = told.get("expires_in")
    seconds = float(lasts) if isinstance(lasts, int | float) and not isinstance(lasts, bool) else None
    return Pass(
        secret=secret, expires=time.time() + seconds if seconds is not None else None, username=username, server=base
    )


def _site(base: str) -> str:
    """Where tokens are to be had: www.reddit.com for oauth.reddit.com."""
    scheme, _, host = base.partition("//")
    return f"{scheme}//www.{host.removeprefix(_OAUTH)}" if host.startswith(_OAUTH) else base


def _refusal(account: Account, message: Phrase) -> SignInNeeded:
    return SignInNeeded(message, phrase("cmday login reddit --account {account}", account=account.name), account.name)
