"""A home with Mastodon accounts at the loopback server, and what waits there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.timeline import Timeline, notification, person, status
from tests.loopback.answers import Answer, Handler, Received
from tests.loopback.fixture import loopback
from tests.loopback.server import Loopback

__all__ = ["loopback"]

Configure = Callable[..., None]
PATH = "/api/v1/notifications"
ME = "/api/v1/accounts/verify_credentials"
SUNDAY = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


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


def serve(loopback: Loopback, host: str, timeline: Timeline, *, delay: float = 0.0) -> None:
    for path in (PATH, ME):
        loopback.route(path, mastodon(timeline, delay=delay), host=f"{host}.localhost")


def timeline_of(*entries: dict[str, Any]) -> Timeline:
    timeline = Timeline(0)
    timeline.entries = list(entries)
    return timeline


def mention(number: int, text: str, *, hours: int = 0, name: str = "nina", **more: Any) -> dict[str, Any]:
    return notification(
        str(number),
        at=SUNDAY + timedelta(hours=hours),
        account=person(f"77{name}", f"{name}@music.example", name.title()),
        status=status(f"9{number}", text, **more),
    )


def like(number: int, name: str, post: str = "500") -> dict[str, Any]:
    return notification(
        str(number), "favourite", SUNDAY, account=person(f"77{name}", name, name), status=status(post, "Le line-up")
    )


@pytest.fixture
def nox(loopback: Loopback, configure: Configure) -> Timeline:
    """One account with a bit of everything."""
    timeline = timeline_of(
        mention(1001, "Merci pour la soirée !", hours=-2),
        mention(1002, "Les portes, c'est 19 h ou 20 h ?", hours=1),
        *(like(1003 + number, f"fan{number % 4}") for number in range(5)),
        notification("1010", "follow", SUNDAY, account=person("8", "new", "New")),
        mention(1011, "Ma carte expire jeudi.", hours=2, name="elodie", visibility="direct"),
    )
    configure({"nox": "sss"})
    serve(loopback, "nox", timeline)
    return timeline
