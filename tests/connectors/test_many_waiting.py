"""Thousands of notifications behind a slow server and a short deadline, through the front door and the real engine."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cmday.connectors.protocol import Request
from tests.conftest import Cmday
from tests.connectors.timeline import Timeline

SECONDS_A_PAGE = 0.05
WAITING = 3_000


class SlowServer(ThreadingHTTPServer):
    daemon_threads = True
    timeline: Timeline


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SlowServer

    def do_GET(self) -> None:
        time.sleep(SECONDS_A_PAGE)
        body = self.server.timeline(Request(url=self.path)).body
        self.send_response_only(200)  # without a Date: the timeline keeps its own time
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # a deadline came first
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[SlowServer]:
    with SlowServer(("127.0.0.1", 0), Handler) as slow:
        slow.timeline = Timeline(20)
        thread = threading.Thread(target=slow.serve_forever, args=(0.05,))
        thread.start()
        yield slow
        slow.shutdown()
        thread.join()


@pytest.mark.parametrize("known", [True, False], ids=["after a first sweep", "as the first sweep"])
def test_all_arrive_over_several_sweeps_each_once(
    server: SlowServer, home: Path, cmday: Cmday, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    monkeypatch.setenv("TOKEN", "t0ken")
    (home / "config.toml").write_text(
        '[limits]\ndeadline = "1s"\n[account.nox]\nnetwork = "mastodon"\n'
        f'server = "http://127.0.0.1:{server.server_port}"\nsecret = {{ env = "TOKEN" }}\n'
    )
    if known:
        assert cmday("inbox", "--json").code == 0
    server.timeline.add(WAITING)
    cut = 0
    for _ in range(60):
        result = cmday("inbox", "--json")
        if result.code == 0:
            break
        assert result.code == 3, result
        assert json.loads(result.out)["errors"][0]["kind"] == "timeout"
        cut += 1
    assert cut >= 1
    with sqlite3.connect(home / "cmday.db") as db:
        rows = [row[0] for row in db.execute("SELECT id FROM item")]
    db.close()
    assert sorted(rows) == sorted(f"nox:{entry['id']}" for entry in server.timeline.entries)
