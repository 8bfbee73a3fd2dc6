"""A home with two accounts that can write, and the server behind both."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.loopback.server import Loopback
from tests.outbox.post_office import TOKEN, PostOffice

Write = Callable[..., list[str]]
CONFIG = """
timezone = "Europe/Paris"
[hours]
work = ["mon-fri 09:00-17:30"]
[community.sss]
title = "Seeksicksound"
[community.bem]
title = "BEM Talents"
[account.nox]
network = "mastodon"
server = "{nox}"
username = "seeksicksound"
communities = ["sss"]
secret = {{ env = "TOKEN" }}
[account.bema]
network = "mastodon"
server = "{bema}"
communities = ["bem"]
secret = {{ env = "TOKEN" }}
[limits]
deadline = "5s"
"""


def configure(home: Path, loopback: Loopback) -> None:
    servers = {name: loopback.url("", host=f"{name}.localhost") for name in ("nox", "bema")}
    (home / "config.toml").write_text(CONFIG.format(**servers))
    (home / "feeds.toml").touch()


def write_items(*items: dict[str, Any], verb: str = "post") -> list[str]:
    """Put these into the outbox of the home of this process, as the commands that write do; returns their ids."""
    from cmday.cli.arguments import Options
    from cmday.cli.run import Run
    from cmday.outbox import queue

    with Run(Options()) as run:
        session = run.session
        blanks = [queue.blank(session, **{"kind": "post", "account": "nox", **one}) for one in items]
        return [one.id for one in queue.put(session, blanks, verb)]


def settle(home: Path) -> None:
    """Let some minutes pass for all that was begun, so that what is not there by now is not there."""
    with closing(sqlite3.connect(home / "cmday.db")) as database, database:
        database.execute("UPDATE outbox SET began = began - 300 WHERE state IN ('sending', 'doubtful')")


@pytest.fixture
def office(home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    monkeypatch.setenv("TOKEN", TOKEN)
    configure(home, loopback)
    return PostOffice(loopback)


@pytest.fixture
def write(office: PostOffice) -> Write:
    """``write({"text": "..."}, {"text": "...", "account": "bema"})``."""
    return write_items


@pytest.fixture
def states(cmday: Cmday) -> Callable[[], dict[str, str]]:
    """The states of all that is listed, by text."""

    def look() -> dict[str, str]:
        return {one["text"]: one["state"] for one in cmday("outbox", "--json").json["data"]["items"]}

    return look
