"""The log of a crisis names people; what is older than one wants to keep goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.people.conftest import settled

__all__ = ["settled"]


def test_the_log_of_a_crisis_that_is_long_over_is_gone(
    cmday: Cmday, settled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cmday("--offline", "crisis", "start", "bem").code == 0
    assert cmday("crisis", "note", "bem", "Annabelq called").code == 0
    monkeypatch.setenv("CMDAY_NOW", "2028-11-02T08:31:00+01:00")
    cmday("purge", "--older", "12m", "--yes")
    assert b"Annabelq" in content(settled), "it goes on still"
    assert cmday("--offline", "crisis", "end", "bem", "--keep").code == 0
    monkeypatch.setenv("CMDAY_NOW", "2030-11-02T08:31:00+01:00")
    assert cmday("purge", "--older", "12m", "--yes").code == 0
    assert b"Annabelq" not in content(settled)


def content(home: Path) -> bytes:
    """What the files of the database hold."""
    return b"".join(file.read_bytes() for file in home.glob("cmday.db*"))
