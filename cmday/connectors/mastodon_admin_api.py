"""Asking and telling Mastodon's moderation API (docs.joinmastodon.org/methods/admin/reports and /accounts).

Who may not moderate is told so with a 403: the token lacks the scopes, or the role lacks the permission.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from cmday.connectors.http import bearer, retry_after
from cmday.connectors.mastodon_api import FORBIDDEN, MastodonApi, words_of
from cmday.connectors.mastodon_reading import Person
from cmday.connectors.protocol import Authorised, Exchange, Request, Response
from cmday.connectors.rate_limits import expect
from cmday.core.accounts import Account, Credentials
from cmday.errors import RateLimited, Refused, SignInNeeded, Uncertain
from cmday.i18n import phrase

REPORTS: Final = "/api/v1/admin/reports"
ACCOUNTS: Final = "/api/v1/admin/accounts"
_LASTING: Final = frozenset({400, 404, 409, 413, 415, 422})
_UNAVAILABLE: Final = 503
_FAULT: Final = 500
_SCOPE: Final = re.compile(r"scope", re.IGNORECASE)
_NEXT: Final = re.compile(r"""<([^<>]{1,2000})>\s*;\s*rel="?next"?""")


class AdminApi(MastodonApi):
    """One conversation with one account's server, as a moderator."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._credentials: Credentials | None = None

    def who(self) -> Exchange[Person]:
        """Who moderates."""
        credentials = yield from self._signed_in()
        return (yield from self.me(credentials))

    def ask(self, path: str, **query: str | int | None) -> Exchange[Response]:
        """The answer, whatever its status."""
        credentials = yield from self._signed_in()
        response: Response = yield self.get(credentials, path, **query)
        return response

    def tell(self, path: str, fields: list[tuple[str, str]] | None = None) -> Exchange[Response]:
        """The answer to something told once; raises what a refusal means, ``Uncertain`` where it says nothing."""
        credentials = yield from self._signed_in()
        kind = (("content-type", "application/x-www-form-urlencoded"),) if fields else ()
        response: Response = yield Request(
            url=f"{self.base}{path}",
            method="POST",
            headers=(("accept", "application/json"), *kind),
            secret_headers=(bearer(credentials.secret),),
            body=urlencode(fields).encode("ascii") if fields else b"",
            repeatable=False,
            follow=0,
        )
        return self._accepted(response)

    def allowed(self, response: Response) -> Response:
        """The response, where it is no 403; raises ``SignInNeeded`` where other scopes mend it, else ``Refused``."""
        words = words_of(response)
        if response.status != FORBIDDEN or words is None:
            return response
        if _SCOPE.search(words):
            raise SignInNeeded(
                phrase('"{account}" was not signed in for moderating', account=self.account.name),
                self.login(),
                self.account.name,
            )
        raise self._refused(response, words)

    def checked(self, response: Response, shape: Any) -> Any:
        """What the answer tells as this type; raises what it stands for instead."""
        self.allowed(response)
        expect(response, self.account.name, sign_in_hint=self.login())
        return self.read(response, shape)

    def _accepted(self, response: Response) -> Response:
        self.allowed(response)
        words = words_of(response)
        if response.status in _LASTING:
            raise self._refused(response, words or "")
        if response.status == _UNAVAILABLE:
            host = urlsplit(response.url).hostname
            message = phrase("{host} cannot take it now ({status}): {words}", host=host, status=503, words=words or "")
            raise RateLimited(message, None, self.account.name, retry_after(response), response.status)
        if response.status >= _FAULT:
            host = urlsplit(response.url).hostname
            raise Uncertain(
                phrase(
                    "{host} answered {status}, which does not say whether it arrived",
                    host=host,
                    status=response.status,
                ),
                phrase("cmday send looks whether it is there"),
                self.account.name,
                status=response.status,
            )
        return expect(response, self.account.name, sign_in_hint=self.login())

    def _refused(self, response: Response, words: str) -> Refused:
        host = urlsplit(response.url).hostname
        message = phrase("{host} will not have it ({status}): {words}", host=host, status=response.status, words=words)
        return Refused(message, None, self.account.name, status=response.status)

    def _signed_in(self) -> Exchange[Credentials]:
        if self._credentials is None:
            self._credentials = yield Authorised(self.account)
        return self._credentials


def next_page(response: Response) -> str | None:
    """The ``max_id`` of the next page, from the header ``Link`` (the only way to it); None after the last one."""
    found = _NEXT.search(response.header("link") or "")
    return next(iter(parse_qs(urlsplit(found[1]).query).get("max_id", ())), None) if found else None
