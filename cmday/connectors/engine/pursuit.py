"""One request on its way to a response: its redirects, its second tries, and the credentials it may still show.

Pure: it decides what to send next, the engine sends it.
"""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from cmday.connectors.engine.addresses import host_of, is_public, origin, place_of, target, tidy
from cmday.connectors.http import retry_after
from cmday.connectors.protocol import Hop, Request, Response
from cmday.errors import NetworkError, TooMuch, Unreachable, Untrusted
from cmday.i18n import phrase

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER: Final = 303
_UNAVAILABLE: Final = 503
_TOO_MANY: Final = 429
_CREDENTIALS: Final = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key", "x-auth-token"})
MAX_TRIES: Final = 2
_PAUSE: Final = 0.3


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What goes on the wire: one request to one address. ``public_only`` refuses to connect to a private address.

    ``secret`` takes the place of ``SECRET_HERE`` in the address as it is sent.
    """

    url: str
    method: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    max_bytes: int
    fresh: bool
    public_only: bool
    secret: str | None = None


class Source(Protocol):
    """Where a response came from."""

    @property
    def from_public(self) -> bool:
        """Whether the address that answered is one of the wide web."""
        ...


class Pursuit:
    """The state of one ``Request``. ``host`` is the host asked first, ``public`` whether it is one of the wide web.

    ``url`` is what is asked now, at ``place`` (host and port).
    """

    __slots__ = (
        "_body",
        "_guarded",
        "_method",
        "_seen",
        "_trusted",
        "began",
        "hops",
        "host",
        "place",
        "public",
        "request",
        "tries",
        "url",
    )

    def __init__(self, request: Request, began: float) -> None:
        try:
            self.url = tidy(request.url)
        except ValueError:
            raise Unreachable(
                phrase("this is not a web address: {url}", url=request.url[:200]),
                phrase("it has to begin with https:// or http://"),
            ) from None
        self.request = request
        self.began = began
        _scheme, self.host, port = origin(self.url)
        self.place = f"{self.host}:{port}"
        self.public = is_public(self.host)
        self.hops: tuple[Hop, ...] = ()
        self.tries = 1
        self._method = request.method
        self._body = request.body
        self._trusted = True
        self._guarded = False
        self._seen = {self.url}

    @property
    def reading(self) -> bool:
        """Whether it changes nothing on the other side, so that it may be sent again or elsewhere."""
        return self.request.repeatable and self.request.method in _READS

    def ask(self) -> Ask:
        """What to send now."""
        request = self.request
        headers = request.headers
        if self._trusted:
            headers += request.secret_headers
        else:
            headers = tuple(pair for pair in headers if pair[0].lower() not in _CREDENTIALS)
        return Ask(
            url=self.url,
            method=self._method,
            headers=headers,
            body=self._body,
            max_bytes=request.max_bytes,
            fresh=not self.reading,
            public_only=self._guarded,
            secret=request.secret_path if self._trusted else None,
        )

    def follows(self, response: Response, source: Source) -> bool:
        """Whether the response is a redirect to be followed; then ``url`` is where to. Writes are never redirected.

        Raises ``TooMuch`` for a circle or too many hops, ``Untrusted`` where it leads to something else than the web,
        or from the web into a private network.
        """
        location = response.header("location")
        if response.status not in _REDIRECTS or not location or not self.request.follow or not self.reading:
            return False
        host = host_of(self.url)
        self.hops += (Hop(self.url, response.status, location),)
        try:
            url = target(self.url, location)
        except ValueError:
            raise Untrusted(phrase("{host} redirects to something that is no web address", host=host)) from None
        self._guarded = self._guarded or source.from_public
        if self._guarded and not is_public(host_of(url)):
            raise Untrusted(
                phrase("{host} redirects into a private network, to {target}", host=host, target=host_of(url)),
                phrase("if you are on a guest network, open any page in a browser to sign in there first"),
            )
        if url in self._seen:
            raise TooMuch(phrase("{host} redirects in a circle", host=host))
        if len(self.hops) > self.request.follow:
            raise TooMuch(phrase("{host} redirects more than {count} times", host=host, count=self.request.follow))
        self._trusted = self._trusted and origin(url) == origin(self.url)
        self._seen.add(url)
        self.url = url
        self.place = place_of(url)
        if response.status == _SEE_OTHER and self._method != "HEAD":
            self._method, self._body = "GET", None
        return True

    def pause(self, outcome: Response | NetworkError, *, broke: bool, left: float) -> float | None:
        """Seconds after which to try once more (that counts as a try), or None to take the outcome as it is.

        ``broke`` says that a connection broke after it stood; ``left`` is what is left of the deadline.
        """
        if not self.reading or self.tries >= MAX_TRIES:
            return None
        if isinstance(outcome, Response):
            asked = retry_after(outcome) if outcome.status in (_UNAVAILABLE, _TOO_MANY) else None
            if asked is None and outcome.status != _UNAVAILABLE:
                return None
            wait = max(_PAUSE, asked or 0.0)
        elif broke:
            wait = _PAUSE
        else:
            return None
        if wait >= left:
            return None
        self.tries += 1
        return wait
