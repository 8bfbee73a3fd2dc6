"""The loopback server: canned answers by path (and host), and a record of what was asked.

    with Loopback() as server:
        server.route("/feed", "<rss/>")
        server.route("/slow", Answer(delay=2, body=b"..."))
        server.route("/feed", "<rss/>", host="f1.localhost")
        url = server.url("/feed", host="f1.localhost")

libcurl takes every ``*.localhost`` for the loopback, so one server is as many hosts as a test wants. Sent a whole URL
(``GET http://a.example/ HTTP/1.1``) it answers as a proxy would, by path and host, so a test has public hosts as well.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.loopback.answers import Answer, Received, Reply

ANY = "*"
CERTIFICATE = Path(__file__).with_name("certificate.pem")


class Loopback:
    """A server in a thread of its own. ``requests`` is what came, in order; an unknown path is a 404.

    ``peak`` is how many requests of a host were under way at once, ``most_at_once`` that of all together.

    With ``tls`` it shows a certificate for ``*.localhost`` that nobody trusts unless SSL_CERT_FILE names it.
    """

    def __init__(self, *, tls: bool = False) -> None:
        self.scheme = "https" if tls else "http"
        self.requests: list[Received] = []
        self.peak: Counter[str] = Counter()
        self.most_at_once = 0
        self.connections = 0
        self._busy: Counter[str] = Counter()
        self._routes: dict[tuple[str, str], Reply] = {}
        self._loop = asyncio.new_event_loop()
        self._talks: set[asyncio.Task[None]] = set()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self._socket.getsockname()[1]
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._live, name="loopback", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a path here, under any ``*.localhost`` name."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def route(self, path: str, reply: Reply, *, host: str = ANY) -> str:
        """Answer this path so from now on (``"*"``: every path without an answer of its own); returns its address."""
        self._routes[host, path] = reply
        return self.url(path, "127.0.0.1" if host == ANY else host)

    def count(self, path: str | None = None, *, method: str | None = None, host: str | None = None) -> int:
        """How many requests came for this path, method and host."""
        return len(self.asked(path, method=method, host=host))

    def asked(self, path: str | None = None, *, method: str | None = None, host: str | None = None) -> list[Received]:
        """The requests that came for this path, method and host, in order."""
        return [
            one
            for one in list(self.requests)
            if path in (None, one.path) and method in (None, one.method) and host in (None, one.host)
        ]

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        context = None
        if self.scheme == "https":
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(CERTIFICATE)
        server = await asyncio.start_server(self._accept, sock=self._socket, limit=1 << 20, ssl=context, backlog=1024)
        self._ready.set()
        await self._stop.wait()
        await _turns(5)  # who is being accepted just now would be left half made, and warn in a later test
        server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        for transport in list(getattr(self._loop, "_transports", {}).values()):
            transport.abort()  # a TLS handshake that is not over has no talk yet
        await _turns(5)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        self.connections += 1
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = self.connections
        try:
            while await self._one(reader, writer, number):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the other side went away
        except asyncio.CancelledError:
            pass  # the server stops
        finally:
            self._talks.discard(task)
            writer.transport.abort()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        start = await reader.readexactly(1)
        if start == b"\x16":  # the hello of TLS
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()
            return False
        received = await _read(start, reader, number)
        self.requests.append(received)
        self._busy[received.host] += 1
        self.peak[received.host] = max(self.peak[received.host], self._busy[received.host])
        self.most_at_once = max(self.most_at_once, self._busy.total())
        try:
            answer = self._answer(received)
            if answer.never:
                await reader.read()  # until the other side gives up
                return False
            return await _send(writer, received, answer)
        finally:
            self._busy[received.host] -= 1

    def _answer(self, received: Received) -> Answer:
        places = [(received.host, received.path), (ANY, received.path), (received.host, ANY), (ANY, ANY)]
        reply: Reply = next(
            (self._routes[place] for place in places if place in self._routes),
            Answer(status=404, body=b"nothing here"),
        )
        if callable(reply):
            reply = reply(received)
        if isinstance(reply, str):
            reply = reply.encode()
        return Answer(body=reply) if isinstance(reply, bytes) else reply


async def _turns(count: int) -> None:
    """Let the loop do what is due."""
    for _ in range(count):
        await asyncio.sleep(0)


async def _read(start: bytes, reader: asyncio.StreamReader, number: int) -> Received:
    head = (start + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    parts = urlsplit(target)
    host = parts.hostname or headers.get("host", "").rsplit(":", 1)[0]
    return Received(method, parts.path or "/", parts.query, host, headers, body, time.monotonic(), number)


async def _send(writer: asyncio.StreamWriter, received: Received, answer: Answer) -> bool:
    """Send the answer with its faults; returns whether the connection may be used again."""
    await asyncio.sleep(answer.delay)
    if answer.reset and answer.cut_after is None:
        return _reset(writer)
    if answer.silent:
        return False
    if answer.raw is not None:
        writer.write(answer.raw)
        await writer.drain()
        return False
    writer.write(_head(answer))
    bare = received.method == "HEAD" or answer.status in (204, 304)
    body = b"" if bare else answer.body[: answer.cut_after]
    size, pause = answer.drip or (len(body) or 1, 0.0)
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if answer.chunked else piece)
        await writer.drain()
        if pause:
            await asyncio.sleep(pause)
    if answer.cut_after is not None:
        return _reset(writer) if answer.reset else False
    if answer.chunked and not bare:
        writer.write(b"0\r\n\r\n")
        await writer.drain()
    return answer.length is None


def _head(answer: Answer) -> bytes:
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unheard Of"
    headers = {"Content-Type": "text/xml; charset=utf-8"} | answer.headers
    if answer.chunked:
        headers["Transfer-Encoding"] = "chunked"
    elif answer.status not in (204, 304):
        headers["Content-Length"] = str(len(answer.body) if answer.length is None else answer.length)
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _reset(writer: asyncio.StreamWriter) -> bool:
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return False
