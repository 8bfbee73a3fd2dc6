"""How far back a first sweep goes is the person's to say (``first_sweep``), whatever the network."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cmday.config.paths import find_home
from cmday.config.reader import read_settings
from cmday.connectors.catalog import connector
from cmday.core.accounts import Account
from tests.connectors import test_youtube
from tests.connectors.documented import iso
from tests.connectors.holding import hold
from tests.connectors.saying import NOW
from tests.connectors.test_mastodon import ACCOUNT as MASTODON
from tests.connectors.timeline import START, Timeline, notification


def timeline() -> Any:
    """A notification a day for thirty days, as Mastodon lists them."""
    server = Timeline(0)
    server.entries = [
        notification(str(1000 + day), at=START - timedelta(days=30 - day, hours=1), status=None) for day in range(30)
    ]
    return server


def comments() -> Any:
    """A comment a day for thirty days, as YouTube lists them."""
    server = test_youtube.Server(30)
    for day, thread in enumerate(server.threads):
        at = iso(NOW - timedelta(days=30 - day, hours=1))
        thread["snippet"]["topLevelComment"]["snippet"].update(publishedAt=at, updatedAt=at)
    return server


@pytest.mark.parametrize(("account", "server"), [(MASTODON, timeline), (test_youtube.ACCOUNT, comments)])
@pytest.mark.parametrize("days", [2, 7, 21])
def test_it_takes_as_many_days_as_were_asked_for(account: Account, server: Any, days: int) -> None:
    asked = replace(account, first_sweep=timedelta(days=days))
    talk = hold(connector(asked).notifications(None), server())
    assert talk.error is None
    assert len(talk.found) == days - 1


def test_the_setting_reaches_every_account(home: Path) -> None:
    (home / "config.toml").write_text(
        'first_sweep = "14d"\n[account.a]\nnetwork = "gitlab"\nserver = "https://gitlab.com"\n'
    )
    settings = read_settings(find_home(), UTC)
    assert [one.first_sweep for one in settings.accounts.values()] == [timedelta(days=14)]
