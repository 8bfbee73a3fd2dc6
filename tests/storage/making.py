"""Databases and notifications for the tests of the storage house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cmday.core.items import Notification
from cmday.core.time import Clock
from cmday.storage.database import Database, open_database

NOW = datetime(2026, 11, 2, 7, 31, tzinfo=UTC)
CLOCK = Clock(UTC, NOW)


def database(folder: Path) -> Database:
    return open_database(folder / "cmday.db", CLOCK)


def notification(number: int, kind: str = "mention", *, minutes: int = 0, **more: Any) -> Notification:
    """A notification ``minutes`` before now."""
    fields: dict[str, Any] = {
        "id": f"nox:{number}",
        "account": "nox",
        "network": "mastodon",
        "community": "sss",
        "kind": kind,
        "author": f"Person {number}",
        "author_handle": f"@p{number}",
        "text": f"text {number}",
        "url": f"https://m.example/{number}",
        "at": NOW - timedelta(minutes=minutes),
    }
    return Notification(**{**fields, **more})
