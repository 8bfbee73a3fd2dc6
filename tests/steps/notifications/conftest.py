"""A home with Mastodon accounts at the loopback server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.connectors.timeline import Timeline
from tests.loopback.answers import Answer, Handler, Received
from tests.loopback.fixture import loopback
from tests.loopback.server import Loopback

__all__ = ["loopback"]

Configure = Callable[..., None]


@pytest.fixture
def configure(home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Write config.toml: ``configure({"nox": "sss"}, limits='deadline = "2s"')``; each account has its own host."""
    monkeypatch.setenv("TOKEN", "a-token")

    def write(accounts: dict[str, str], *, limits: str = "") -> None:
        communities = sorted(set(accounts.values()))
        lines = ['timezone = "Europe/Paris"', 'reply_within = "4h"', "[hours]", 'work = ["mon-fri 09:00-17:30"]']
        for name in communities:
            lines += [f"[community.{name}]", f'title = "{name}"']
        for name, community in accounts.items():
            lines += [
                f"[account.{name}]",
                'network = "mastodon"',
                f'server = "{loopback.url("", host=f"{name}.localhost")}"',
                f'communities = ["{community}"]',
                'secret = { env = "TOKEN" }',
            ]
        lines += ["[limits]", limits]
        (home / "config.toml").write_text("\n".join(lines))

    return write


def mastodon(timeline: Timeline, *, delay: float = 0.0) -> Handler:
    """The timeline behind the loopback server, each answer after ``delay`` seconds."""
    from cmday.connectors.protocol import Request

    def answer(received: Received) -> Answer:
        if received.headers.get("authorization") != "Bearer a-token":
            return Answer(status=401, body=b"{}")
        query = f"?{received.query}" if received.query else ""
        response = timeline(Request(url=f"http://{received.host}{received.path}{query}"))
        headers = {name.title(): value for name, value in response.headers}
        return Answer(status=response.status, body=response.body, headers=headers, delay=delay)

    return answer
