"""Asking Bluesky's servers (XRPC, atproto.com/specs/xrpc): with the account's session, renewed where it has expired.

Everything is asked of the account's own server, which hands on what it does not know itself.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec

from cmday.connectors.http import bearer
from cmday.connectors.protocol import Authorised, Exchange, Request, Response
from cmday.connectors.rate_limits import expect
from cmday.connectors.social_posts import text_of
from cmday.core.accounts import Account, Credentials
from cmday.errors import Garbled, SignInNeeded
from cmday.i18n import Phrase, phrase

MOST_WORDS: Final = 300
CHAT: Final = ("atproto-proxy", "did:web:api.bsky.chat#bsky_chat")
_UNAUTHORISED: Final = 401
_BAD_REQUEST: Final = 400


class Xrpc:
    """One conversation with one account's server; ``me`` is its DID, or its handle while that is not known.

    ``service`` is the header that has the server hand everything on to another one.
    """

    def __init__(self, account: Account, service: tuple[str, str] | None = None) -> None:
        self.account = account
        self._service = (service,) if service else ()
        self._credentials: Credentials | None = None

    @property
    def me(self) -> str:
        known = self._credentials.username if self._credentials else None
        return known or (self.account.username or "").lstrip("@")

    def is_me(self, author: Any) -> bool:
        """Whether an author, as the API tells one, is the account itself."""
        return bool(self.me) and self.me.lower() in (text_of(author, "did"), text_of(author, "handle").lower())

    def sign_in(self) -> Exchange[None]:
        """Have the session, which is otherwise had with the first question."""
        if self._credentials is None:
            self._credentials = yield Authorised(self.account)

    def get(self, method: str, *, chat: bool = False, **query: Any) -> Exchange[Response]:
        """The answer to a question, whatever its status."""
        return (yield from self._ask(method, "GET", None, (CHAT,) if chat else (), query))

    def post(self, method: str, body: Any, *, chat: bool = False, repeatable: bool = False) -> Exchange[Response]:
        """The answer to something told. ``body`` is JSON; not ``repeatable`` is what may not be told twice."""
        headers = (("content-type", "application/json"), *((CHAT,) if chat else ()))
        return (yield from self._ask(method, "POST", msgspec.json.encode(body), headers, {}, repeatable=repeatable))

    def upload(self, body: bytes, kind: str) -> Exchange[Response]:
        """The answer to a picture, which nobody sees before a post shows it."""
        return (yield from self._ask("com.atproto.repo.uploadBlob", "POST", body, (("content-type", kind),), {}))

    def read(self, response: Response) -> dict[str, Any]:
        """The JSON object of an answer; raises what its status stands for, and ``Garbled`` for what is none."""
        if self.has_expired(response):
            raise self.signed_out(response)
        expect(response, self.account.name, sign_in_hint=self.login())
        try:
            found = msgspec.json.decode(response.body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise self.garbled() from None
        return found

    def has_expired(self, response: Response) -> bool:
        """Whether this says that the session is over."""
        return has_expired(response)

    def signed_out(self, response: Response) -> SignInNeeded:
        host = urlsplit(response.url).hostname or ""
        return SignInNeeded(phrase("{host} refuses the credentials", host=host), self.login(), self.account.name)

    def login(self) -> Phrase:
        return phrase("cmday login bluesky --account {account}", account=self.account.name)

    def garbled(self) -> Garbled:
        return Garbled(
            phrase('the answer for "{account}" is not one of Bluesky', account=self.account.name),
            phrase("look at its server in config.toml: cmday config edit"),
            self.account.name,
        )

    def _ask(
        self,
        method: str,
        verb: str,
        body: bytes | None,
        headers: tuple[tuple[str, str], ...],
        query: dict[str, Any],
        *,
        repeatable: bool = True,
    ) -> Exchange[Response]:
        yield from self.sign_in()
        assert self._credentials is not None
        response: Response = yield self._request(method, verb, body, headers, query, repeatable=repeatable)
        if not self.has_expired(response):
            return response
        before = self._credentials.secret
        self._credentials = yield Authorised(self.account, refused=before)
        if self._credentials.secret == before:
            return response
        response = yield self._request(method, verb, body, headers, query, repeatable=repeatable)
        return response

    def _request(
        self,
        method: str,
        verb: str,
        body: bytes | None,
        headers: tuple[tuple[str, str], ...],
        query: dict[str, Any],
        *,
        repeatable: bool,
    ) -> Request:
        assert self._credentials is not None
        base = self._credentials.server or base_url(self.account.server)
        told = {name: value for name, value in query.items() if value is not None}
        return Request(
            url=f"{base}/xrpc/{method}" + (f"?{urlencode(told, doseq=True)}" if told else ""),
            method=verb,
            headers=(("accept", "application/json"), *headers, *self._service),
            secret_headers=(bearer(self._credentials.secret),),
            body=body,
            repeatable=repeatable,
            follow=0 if verb == "POST" else 5,
        )


def base_url(server: str) -> str:
    """The server's address: https where nothing else is said, without a path."""
    parts = urlsplit(server if "//" in server else f"https://{server}")
    return f"{parts.scheme}://{parts.netloc}"


def words_of(response: Response) -> tuple[str, str]:
    """The name of an error and the server's words for it, each empty where there is none."""
    try:
        told: Any = msgspec.json.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "", ""
    return text_of(told, "error")[:MOST_WORDS], " ".join(text_of(told, "message").split())[:MOST_WORDS]


def has_expired(response: Response) -> bool:
    """Whether this says that the session is over: 401, or 400 with the name of the error (the reference server's)."""
    if response.status != _BAD_REQUEST:
        return response.status == _UNAUTHORISED
    error, words = words_of(response)
    # A token that is good and may not do this is "InvalidToken" too, in these words.
    return error == "ExpiredToken" or (error == "InvalidToken" and not words.startswith("Bad token"))
