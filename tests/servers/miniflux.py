"""Miniflux, with one person who subscribes to one feed of five entries."""

from __future__ import annotations

import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from tests.loopback.answers import Answer
from tests.loopback.server import Loopback
from tests.servers.databases import postgres, tell
from tests.servers.grounds import Unavailable, answers, debian, free_port, running

_PATIENCE: Final = 20.0
NAME: Final = "ana"
PASSWORD: Final = "secret-ana"
KEY: Final = "key-of-ana"


class Miniflux(msgspec.Struct):
    """The running server; ``key`` is ana's API key, ``feed`` the number of her feed."""

    url: str
    key: str
    feed: int = 0

    def call(self, path: str, body: object = None, method: str | None = None) -> Any:
        """Ask or tell as ana; raises ``Unavailable`` for anything but success."""
        shown = base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode()
        headers = {"authorization": f"Basic {shown}", "content-type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with _opener.open(request, timeout=20) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            raise Unavailable(f"{path}: {refused.code} {refused.read()[:300]!r}") from refused

    def statuses(self) -> dict[str, str]:
        """The status of each entry, by its title."""
        return {entry["title"]: entry["status"] for entry in self.call("/v1/entries")["entries"]}

    def mark(self, status: str, *titles: str) -> None:
        numbers = [entry["id"] for entry in self.call("/v1/entries")["entries"] if entry["title"] in titles]
        self.call("/v1/entries", {"entry_ids": numbers, "status": status}, "PUT")


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextmanager
def miniflux(folder: Path) -> Iterator[tuple[Miniflux, Loopback]]:
    """The server and what serves its feed at ``/a.xml``. ``folder`` must be open to an unprivileged user."""
    program = debian("miniflux", ["miniflux"], "trixie") / "usr/bin/miniflux"
    with ExitStack() as stack:
        (folder / "postgres").mkdir()
        database = stack.enter_context(postgres(folder / "postgres"))
        origin = stack.enter_context(Loopback())
        origin.route("/a.xml", Answer(body=feed(5), headers={"Content-Type": "application/rss+xml"}))
        port = free_port()
        settings = {
            "DATABASE_URL": f"{database}?sslmode=disable",
            "LISTEN_ADDR": f"127.0.0.1:{port}",
            "BASE_URL": f"http://127.0.0.1:{port}",
            "RUN_MIGRATIONS": "1",
            "CREATE_ADMIN": "1",
            "ADMIN_USERNAME": NAME,
            "ADMIN_PASSWORD": PASSWORD,
            "FETCHER_ALLOW_PRIVATE_NETWORKS": "1",
        }
        argv: list[str | Path] = ["env", *(f"{name}={value}" for name, value in settings.items()), program]
        stack.enter_context(running(argv, log=folder / "miniflux.log", ready=lambda: answers(port)))
        server = Miniflux(f"http://127.0.0.1:{port}", KEY)
        _seed(server, origin)
        # Before version 2.3 keys are made on a page only.
        tell(database, f"insert into api_keys (user_id, token, description) values (1, '{KEY}', 'cmday')")
        yield server, origin


def feed(count: int) -> bytes:
    """A feed of so many entries."""
    items = "".join(
        f"<item><title>News {n}</title><link>http://a.example/n{n}</link><guid>n{n}</guid>"
        f"<pubDate>Mon, 02 Nov 2026 0{n % 8}:00:00 GMT</pubDate><description>Body {n}</description></item>"
        for n in range(count)
    )
    return f"<rss version='2.0'><channel><title>Trade news</title><link>http://a.example/</link>{items}</channel></rss>".encode()


def _seed(server: Miniflux, origin: Loopback) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            server.call("/v1/me")
            break
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
    server.feed = server.call("/v1/feeds", {"feed_url": origin.url("/a.xml"), "category_id": 1})["feed_id"]
