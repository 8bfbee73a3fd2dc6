"""Networks built from documentation, through the front door: signed in, swept once, swept again, and what it cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from cmday.connectors.protocol import Request
from tests.conftest import Cmday
from tests.connectors import (
    test_discourse,
    test_facebook,
    test_forgejo,
    test_github,
    test_instagram,
    test_x_mentions,
    test_youtube,
)
from tests.loopback.answers import Answer, Received
from tests.loopback.server import ANY, Loopback

# The fixtures are of this morning.
AT = "2026-11-02T09:00:00+01:00"


def behind(loopback: Loopback, server: Callable[[Any], Any], *, host: str = ANY, delay: float = 0.0) -> None:
    """Answer on the loopback what a server that is a function answers, so many seconds later."""

    def give(received: Received) -> Answer:
        url = f"http://{received.host}{received.path.removeprefix('/api/v3')}" + (
            f"?{received.query}" if received.query else ""
        )
        headers = tuple(received.headers.items())
        found = server(Request(url=url, method=received.method, headers=headers, body=received.body))
        return Answer(status=found.status, body=found.body, headers=dict(found.headers), delay=delay)

    loopback.route("*", give, host=host)


def inbox(cmday: Cmday) -> dict[str, Any]:
    done = cmday("inbox", "--json")
    found: dict[str, Any] = json.loads(done.out)
    return found


TOURS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "github": (test_github.Server(3, "mention"), ""),
    "discourse": (test_discourse.Server(3, 1), ""),
    "forgejo": (test_forgejo.Server([test_forgejo.thread(number) for number in (3, 2, 1)]), ""),
    "facebook": (test_facebook.TestFacebook().server(3), ""),
    "instagram": (test_instagram.TestInstagram().server(3), ""),
    "youtube": (test_youtube.Server(3), 'username = "@bem"'),
    "x": (test_x_mentions.Server(3), 'username = "bem"\ncap_day = 0.06\ncap_month = 1'),
}


@pytest.mark.parametrize("network", TOURS)
def test_a_tour(network: str, home: Path, cmday: Cmday, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    server, more = TOURS[network]
    monkeypatch.setenv("CMDAY_NOW", AT)
    monkeypatch.setenv("THE_TOKEN", "s3cret-never-shown")
    behind(loopback, server)
    (home / "config.toml").write_text(
        f'[account.there]\nnetwork = "{network}"\nserver = "{loopback.url("").rstrip("/")}"\n'
        f'secret = {{ env = "THE_TOKEN" }}\n{more}\n'
    )
    first = inbox(cmday)
    items = first["data"]["items"]
    assert sum(one["count"] for one in items) == 3  # those of one thread are one line
    assert all(urlsplit(one["url"]).scheme in ("http", "https") for one in items)
    again = inbox(cmday)
    assert {one["id"] for one in again["data"]["items"]} == {one["id"] for one in items}
    if network == "x":  # a look may cost five cents, and six a day are allowed
        assert again["data"]["accounts"][0]["error"]["kind"] == "waiting"
    else:
        assert again["errors"] == []


@pytest.mark.parametrize(("network", "name"), [("forgejo", "@bem"), ("facebook", "BEM"), ("instagram", "@bem")])
def test_a_login(network: str, name: str, cmday: Cmday, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    behind(loopback, TOURS[network][0])
    monkeypatch.setenv("THE_TOKEN", "s3cret-never-shown")
    server = loopback.url("").rstrip("/")
    done = cmday("login", network, "--server", server, "--account", "there", "--token-env", "THE_TOKEN")
    assert done.code == 0, done.err
    assert name in done.out
    assert "s3cret" not in done.out + done.err
    assert all("s3cret" not in f"{one.path}?{one.query}" for one in loopback.requests)
