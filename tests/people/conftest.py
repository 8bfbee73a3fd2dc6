"""A home whose ledger is filled as a sweep fills it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmday.core.items import Notification, Page, ReplyTo
from tests.conftest import NOW

CONFIG = """
timezone = "Europe/Paris"
[community.sss]
title = "Seeksicksound"
[community.bem]
title = "BEM Talents"
[account.nox]
network = "mastodon"
server = "https://nox.localhost"
username = "seeksicksound"
communities = ["sss"]
secret = { env = "TOKEN" }
[account.sky]
network = "bluesky"
server = "https://sky.localhost"
username = "bem.bsky.social"
communities = ["bem"]
secret = { env = "TOKEN" }
"""
Sweep = Callable[..., int]


def told(number: int | str, handle: str, name: str = "", *, days: float = 0, **more: Any) -> Notification:
    """A mention, ``days`` before now."""
    fields: dict[str, Any] = {
        "id": f"nox:{number}",
        "account": "nox",
        "network": "mastodon",
        "community": "sss",
        "kind": "mention",
        "author": name,
        "author_handle": handle,
        "text": f"text {number}",
        "url": f"https://nox.localhost/{number}",
        "at": datetime.fromisoformat(NOW) - timedelta(days=days),
        "reply": ReplyTo(id=str(number), to=handle),
    }
    return Notification(**{**fields, **more})


@pytest.fixture
def settled(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOKEN", "a-token")
    (home / "config.toml").write_text(CONFIG)
    (home / "feeds.toml").touch()
    return home


@pytest.fixture
def sweep(settled: Path) -> Sweep:
    """``sweep(told(1, "@zo"), thread=(...))`` stores a page of an account as a sweep does; returns how many were new."""
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run
    from cmday.storage import ledger

    def store(*notifications: Notification, account: str = "nox", **more: Any) -> int:
        with Run(Options()) as run:
            page = Page(notifications=notifications, cursor=None, **more)
            return ledger.store_page(run.session.database, account, page, run.session.clock.now())

    return store
