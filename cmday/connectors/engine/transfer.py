"""One libcurl handle: what it is told to do, what it may bring, and the response made of it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pycurl

from cmday import __version__
from cmday.connectors.engine.addresses import host_of, is_public, is_public_address
from cmday.connectors.engine.proxies import proxy_for
from cmday.connectors.engine.roots import certificate_roots
from cmday.connectors.protocol import SECRET_HERE, Response

if TYPE_CHECKING:
    from cmday.connectors.engine.pursuit import Ask
    from cmday.connectors.engine.talk import Talk

AGENT: Final = f"cmday/{__version__}"
_RATIO_FROM: Final = 1024 * 1024
_MAX_RATIO: Final = 200
_BUFFER: Final = 65_536


class Transfer:
    """A handle with its buffers; ``talk`` is whose it is, ``too_much`` that it was stopped at its bounds."""

    __slots__ = (
        "_body",
        "_lines",
        "_opened",
        "_plain",
        "_size",
        "ask",
        "handle",
        "refused_private",
        "talk",
        "too_much",
    )

    def __init__(self) -> None:
        self.handle = pycurl.Curl()
        self.talk: Talk | None = None
        self.ask: Ask | None = None
        self.too_much = False
        self.refused_private = False
        self._lines: list[bytes] = []
        self._body: list[bytes] = []
        self._size = 0
        self._plain = True
        self._opened: list[socket.socket] = []
        _set_up(self.handle)
        self.handle.setopt(pycurl.HEADERFUNCTION, self._lines.append)
        self.handle.setopt(pycurl.WRITEFUNCTION, self._take)

    @property
    def reusable(self) -> bool:
        """Whether the handle may carry another request: only a plain GET leaves nothing behind."""
        return self._plain

    def prepare(self, ask: Ask, talk: Talk) -> None:
        """Tell the handle what to send."""
        self.ask, self.talk = ask, talk
        self.too_much = self.refused_private = False
        self._size = 0
        self._lines.clear()
        self._body.clear()
        handle = self.handle
        secret = quote(ask.secret, safe=":") if ask.secret else None
        handle.setopt(pycurl.URL, ask.url.replace(SECRET_HERE, secret) if secret else ask.url)
        # pycurl takes an empty list for "as before", which would send the credentials of the request before.
        handle.unsetopt(pycurl.HTTPHEADER)
        if ask.headers:
            handle.setopt(pycurl.HTTPHEADER, [_line(name, value) for name, value in ask.headers])
        if ask.method == "GET" and ask.body is None and not ask.fresh and not ask.public_only:
            return
        self._plain = False
        if ask.fresh:
            handle.setopt(pycurl.FRESH_CONNECT, 1)
        if ask.body is not None:
            handle.setopt(pycurl.POSTFIELDS, ask.body)
            handle.setopt(pycurl.HTTPHEADER, [*(_line(name, value) for name, value in ask.headers), b"Expect:"])
        if ask.method == "HEAD":
            handle.setopt(pycurl.NOBODY, 1)
        elif ask.method != "GET" or ask.body is not None:
            handle.setopt(pycurl.CUSTOMREQUEST, ask.method)
        if ask.public_only and not proxy_for(ask.url.partition(":")[0]):
            handle.setopt(pycurl.OPENSOCKETFUNCTION, self._open_public)

    def response(self, seconds: float) -> Response:
        """The response that came, with the headers of its last part only (not of interim ones)."""
        assert self.ask is not None
        return Response(
            url=self.ask.url,
            status=self.handle.getinfo(pycurl.RESPONSE_CODE),
            headers=_headers(self._lines),
            body=self._body[0] if len(self._body) == 1 else b"".join(self._body),
            seconds=seconds,
        )

    def let_go(self) -> None:
        """Forget what came, so that a pooled handle holds no body."""
        self.talk = None
        self._lines.clear()
        self._body.clear()
        while self._opened:
            self._opened.pop().close()

    @property
    def promised(self) -> int | None:
        """The Content-Length that the server gave, if any."""
        value = next((value for name, value in reversed(_headers(self._lines)) if name == "content-length"), "")
        return int(value) if value.isdigit() else None

    @property
    def received(self) -> int:
        """Bytes of the body so far, after decompression."""
        return self._size

    @property
    def touched(self) -> bool:
        """Whether the other side has been reached: a byte came, or the connection (with TLS, its handshake) stands."""
        assert self.ask is not None
        stage = pycurl.APPCONNECT_TIME if self.ask.url.startswith("https:") else pycurl.CONNECT_TIME
        return bool(self._lines) or self.handle.getinfo(stage) > 0

    @property
    def written(self) -> bool:
        """Whether any of the request went out, so that the other side may have acted upon it."""
        return bool(self._lines) or self.handle.getinfo(pycurl.REQUEST_SIZE) > 0

    @property
    def from_public(self) -> bool:
        """Whether the address that answered is a public one; behind a proxy only the name can tell."""
        assert self.ask is not None
        if proxy_for(self.ask.url.partition(":")[0]):
            return is_public(host_of(self.ask.url))
        return is_public_address(self.handle.getinfo(pycurl.PRIMARY_IP))

    def _take(self, piece: bytes) -> int | None:
        """Take a piece of the body: counts after decompression, and refuses what goes over the bounds."""
        assert self.ask is not None
        self._size += len(piece)
        if self._size > self.ask.max_bytes or (self._size > _RATIO_FROM and self._swells()):
            self.too_much = True
            return -1
        self._body.append(piece)
        return None

    def _swells(self) -> bool:
        """Whether a compressed body has grown beyond any honest ratio: text packs at most a few dozen times."""
        headers = dict(_headers(self._lines))
        packed = headers.get("content-length", "")
        return (
            "content-encoding" in headers and packed.isdigit() and self._size > int(packed) * _MAX_RATIO + _RATIO_FROM
        )

    def _open_public(self, _purpose: int, address: Any) -> Any:
        """Open a socket after a redirect from the web: no connection into a private network."""
        if not is_public_address(str(address.addr[0])):
            self.refused_private = True
            return pycurl.SOCKET_BAD
        opened = socket.socket(address.family, address.socktype, address.protocol)
        self._opened.append(opened)  # libcurl works on a duplicate; ours is closed with the rest
        return opened


def _set_up(handle: pycurl.Curl) -> None:
    """What holds for every request: no redirects, cookies or stored passwords of libcurl's own, http(s) only."""
    handle.setopt(pycurl.NOSIGNAL, 1)
    handle.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    handle.setopt(pycurl.FOLLOWLOCATION, 0)
    handle.setopt(pycurl.NETRC, pycurl.NETRC_IGNORED)
    handle.setopt(pycurl.ACCEPT_ENCODING, "")
    handle.setopt(pycurl.USERAGENT, AGENT)
    handle.setopt(pycurl.BUFFERSIZE, _BUFFER)
    # One run asks a name once; libcurl would look through all names for old ones at each request.
    handle.setopt(pycurl.DNS_CACHE_TIMEOUT, -1)
    handle.setopt(pycurl.CAINFO, certificate_roots())
    handle.setopt(pycurl.SSL_VERIFYPEER, 1)
    handle.setopt(pycurl.SSL_VERIFYHOST, 2)


def _line(name: str, value: str) -> bytes:
    """A header as bytes; what is not Latin-1 or would end the line is refused (it cannot have come from a server)."""
    text = f"{name}: {value}" if value else f"{name};"
    if "\r" in text or "\n" in text or "\0" in text:
        raise ValueError(name)
    return text.encode("latin-1")


def _headers(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    headers: list[tuple[str, str]] = []
    for line in lines:
        text = line.decode("latin-1")
        if text.startswith("HTTP/"):
            headers.clear()
            continue
        name, colon, value = text.partition(":")
        if colon:
            headers.append((name.strip().lower(), value.strip()))
    return tuple(headers)
