"""Who is new and who is a regular, by what the ledger itself has seen."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from cmday.core.items import Page
from cmday.core.time import Clock
from cmday.storage import item_states, ledger
from cmday.storage.database import open_database
from tests.conftest import Cmday
from tests.steps.notifications.conftest import Configure
from tests.storage.making import NOW, notification

DAY = 24 * 60


def told(home: Path, *known: tuple[str, int, str]) -> None:
    """``("ana", 9, "mention")``: Ana wrote nine days ago; the last of each stays open, the others are done."""
    db = open_database(home / "cmday.db", Clock(UTC, NOW))
    come = [
        notification(number, kind, minutes=days * DAY, author=who, author_handle=f"@{who}", subject=f"s{number}")
        for number, (who, days, kind) in enumerate(known)
    ]
    ledger.store_page(db, "nox", Page(notifications=tuple(come), cursor=None), NOW)
    item_states.set_state(db, [one.id for one, (_, days, _) in zip(come, known, strict=True) if days], "done")
    db.close()


def authors(cmday: Cmday) -> list[str]:
    return [line for line in cmday("inbox", "--offline").out.splitlines() if line.startswith("  i1 ")]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([("old", 20, "mention")], "ana, new"),
        ([("old", 6, "mention")], "ana  "),
        ([("old", 20, "mention"), ("ana", 15, "like")], "ana  "),
        ([("ana", days, "mention") for days in (20, 15, 12, 9)], "ana, regular"),
        ([("ana", days, "mention") for days in (4, 3, 2, 1)], "ana  "),
        ([("ana", days, "mention") for days in (20, 15, 12)], "ana  "),
    ],
)
def test_names_tell_who_one_knows(
    cmday: Cmday, configure: Configure, home: Path, history: list[Any], expected: str
) -> None:
    configure({"nox": "sss"})
    told(home, *history, ("ana", 0, "mention"))
    [line] = authors(cmday)
    assert expected in line
