"""A web of feeds on the loopback for ``bench/``, in a process of its own: every ``fN.localhost`` is a host with a feed.

    python -m bench.feed_server --slowest 2.5

It prints its port and lives until its standard input is closed. ``/feed`` is an RSS feed of 20 entries with an ETag,
answered after a delay of the host's own, spread evenly up to ``--slowest`` seconds; whoever shows the ETag gets a 304.
``POST /grow/N`` gives every feed N more entries, ``GET /count`` tells how many requests were answered with 200 and 304.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from random import Random
from types import TracebackType
from typing import Self

ENTRIES = 20
_GOLDEN = 0.6180339887
_SYLLABLES = ("ba", "cre", "di", "fo", "gu", "la", "mer", "ni", "po", "qui", "ra", "sel", "ti", "vo", "zu")
_ITEM = """<item>
<title>{title}, part {n}</title>
<link>http://{host}/{n}</link>
<guid isPermaLink="false">urn:{host}:{n}</guid>
<pubDate>Sun, {day:02d} Nov 2026 {hour:02d}:{minute:02d}:00 GMT</pubDate>
<description><![CDATA[<p>A second ferry, a longer season, and <a href="/map/{n}">a map of the quays</a> for those who
come by bike.</p><p>It leaves at every full hour, also when it rains, and takes twelve bikes.</p>]]></description>
</item>
"""


class FeedServer:
    """The server as the bench sees it; use it in a ``with``."""

    def __init__(self, slowest: float) -> None:
        self.slowest = slowest
        self.port = 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.feed_server", "--slowest", str(self.slowest)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def urls(self, feeds: int) -> list[str]:
        return [f"http://f{number}.localhost:{self.port}/feed" for number in range(feeds)]

    def grow(self, entries: int) -> None:
        """Give every feed so many entries more."""
        self._ask(f"POST /grow/{entries}")

    def counts(self) -> tuple[int, int]:
        """How many requests for feeds were answered with 200 and with 304 so far."""
        whole, unchanged = self._ask("GET /count").split()
        return int(whole), int(unchanged)

    def _ask(self, what: str) -> str:
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.sendall(f"{what} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            with line.makefile("rb") as answer:
                return answer.read().rpartition(b"\r\n\r\n")[2].decode()


class _World:
    """What all connections share."""

    def __init__(self, slowest: float) -> None:
        self.slowest = slowest
        self.entries = ENTRIES
        self.answered: Counter[int] = Counter()

    def delay(self, host: str) -> float:
        number = int(host[1:].partition(".")[0]) if host[1:2].isdigit() else 0
        return self.slowest * (number * _GOLDEN % 1.0 if number else 1.0)

    def body(self, host: str) -> bytes:
        newest = self.entries
        items = "".join(
            _ITEM.format(host=host, n=n, title=_title(host, n), day=1 + n % 28, hour=n // 60 % 24, minute=n % 60)
            for n in range(newest, max(newest - ENTRIES, 0), -1)
        )
        head = f"<title>{host}</title><link>http://{host}/</link><description>{host}</description>"
        prolog = '<?xml version="1.0" encoding="UTF-8"?>'
        return f'{prolog}\n<rss version="2.0"><channel>{head}\n{items}</channel></rss>'.encode()


def _title(host: str, n: int) -> str:
    """Six words that no other entry has together: stories that fold are measured elsewhere."""
    draw = Random(f"{host} {n}")
    return " ".join("".join(draw.choices(_SYLLABLES, k=3)) for _ in range(6)).capitalize()


class _Talk(asyncio.Protocol):
    def __init__(self, world: _World) -> None:
        self.world = world
        self.heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data
        while b"\r\n\r\n" in self.heard:
            head, _, self.heard = self.heard.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            self._answer(first.split(" ")[1], headers)

    def _answer(self, path: str, headers: dict[str, str]) -> None:
        world = self.world
        if path.startswith("/grow/"):
            world.entries += int(path.rpartition("/")[2])
            self._send(b"HTTP/1.1 200 OK", b"", close=True)
        elif path == "/count":
            self._send(b"HTTP/1.1 200 OK", f"{world.answered[200]} {world.answered[304]}".encode(), close=True)
        elif path == "/feed":
            host = headers["host"].partition(":")[0]
            asyncio.get_running_loop().call_later(world.delay(host), self._feed, host, headers.get("if-none-match"))
        else:
            self._send(b"HTTP/1.1 404 Not Found", b"")

    def _feed(self, host: str, shown: str | None) -> None:
        tag = f'"{host}-{self.world.entries}"'
        if shown == tag:
            self.world.answered[304] += 1
            self.transport.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
            return
        self.world.answered[200] += 1
        kind = f"Content-Type: application/rss+xml; charset=utf-8\r\nETag: {tag}".encode()
        self._send(b"HTTP/1.1 200 OK\r\n" + kind, self.world.body(host))

    def _send(self, head: bytes, body: bytes, *, close: bool = False) -> None:
        self.transport.write(head + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        if close:
            self.transport.close()


async def _serve(slowest: float) -> None:
    world = _World(slowest)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Talk(world), "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    if socket.has_ipv6:  # libcurl asks *.localhost there first; a refusal would be one more thing to measure
        with suppress(OSError):
            await loop.create_server(lambda: _Talk(world), "::1", port, backlog=1024)
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--slowest", type=float, default=2.5)
    asyncio.run(_serve(asked.parse_args().slowest))
