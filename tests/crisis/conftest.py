"""A community that turns, in a home of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.crisis import ground
from tests.outbox.conftest import write_items

Data = Callable[..., Any]


@pytest.fixture
def turning(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A week as usual, an hour of reproaches, and two posts of two communities that wait for the evening."""
    monkeypatch.setenv("CMDAY_NOW", ground.NOW.isoformat())
    monkeypatch.setenv("TOKEN", "token-of-sss")
    ground.configure(home)
    ground.copy(home)
    evening = datetime(2026, 11, 2, 18, 30, tzinfo=ground.PARIS)
    write_items(
        {"text": "Les horaires de vendredi", "due": evening},
        {"text": "Bonjour les anciens", "account": "bema", "due": evening},
    )
    return home


@pytest.fixture
def states(cmday: Cmday) -> Callable[[], dict[str, tuple[str, str | None]]]:
    """The state and the reason of all that is in the outbox, by text."""

    def look() -> dict[str, tuple[str, str | None]]:
        items = cmday("outbox", "--json").json["data"]["items"]
        return {one["text"]: (one["state"], one["error"]) for one in items}

    return look
