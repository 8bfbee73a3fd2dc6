"""A home with WordPress sites to moderate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.test_wordpress_moderating import comment
from tests.loopback.server import Loopback
from tests.moderating.sites import Sites

CONFIG = """
timezone = "Europe/Paris"
[community.bem]
title = "BEM Talents"
[community.sss]
title = "Seeksicksound"
[limits]
deadline = "5s"
"""
ACCOUNT = """
[account.{name}]
network = "wordpress"
server = "{server}"
username = "ana"
communities = ["{community}"]
secret = {{ env = "TOKEN" }}
"""


def opened(home: Path, loopback: Loopback, names: dict[str, str], *, lag: float = 0.0) -> Sites:
    """A home with an account on each of these sites, given with their communities."""
    servers = {name: loopback.url("", host=f"{name}.localhost") for name in names}
    accounts = (ACCOUNT.format(name=name, server=servers[name], community=names[name]) for name in names)
    (home / "config.toml").write_text("".join([CONFIG, *accounts]))
    (home / "feeds.toml").touch()
    return Sites(loopback, servers, lag=lag)


@pytest.fixture
def sites(home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Sites:
    """Three comments wait on ``blog``, two on ``shop``; nothing was swept yet."""
    monkeypatch.setenv("TOKEN", "a-token")
    found = opened(home, loopback, {"blog": "bem", "shop": "sss"})
    found["blog"].comments = {number: comment(number, text=f"Buy pills {number}") for number in (1, 2, 3)}
    found["shop"].comments = {number: comment(number) for number in (4, 5)}
    return found
