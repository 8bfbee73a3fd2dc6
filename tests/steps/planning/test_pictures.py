"""``cmday plan`` as a picture: strokes over the week, what changes and why, at every width and in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cmday.text.cells import width
from tests.conftest import Cmday
from tests.steps.planning.weeks import AFTERNOON, agreed, write_calendar
from tests.steps.test_views import language, snapshot

__all__ = ["language", "snapshot"]


@pytest.fixture
def derailed(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Monday afternoon: what was planned for the morning went by, and one thing finds no room."""
    agreed(cmday, home)
    cmday("plan", "add", "Bilan d'octobre", "--kind", "report", "-c", "cap", "--by", "fri")
    cmday("plan", "add", "Teaser", "--for", "4h", "--by", "fri 12h", "-c", "sss")
    monkeypatch.setenv("CMDAY_NOW", AFTERNOON)
    return home


@pytest.mark.parametrize("columns", [40, 80, 100, 120, 200])
def test_the_plan_at_every_width(
    cmday: Cmday, derailed: Path, snapshot: Callable[[str, str], None], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    drawn = cmday("plan", "--dry-run").out
    assert max(map(width, drawn.splitlines())) <= columns
    snapshot(f"plan-{columns}", drawn)


def test_the_plan_in_french_and_in_plain_signs(
    cmday: Cmday,
    derailed: Path,
    snapshot: Callable[[str, str], None],
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    drawn = cmday("--plain", "plan", "--dry-run").out
    assert not set(drawn) & set("▒═─▲│·→×…")
    snapshot(f"plan-plain-{language}", drawn)


def test_every_placement_is_in_the_picture(cmday: Cmday, derailed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a window too narrow to write beside the strokes, whoever finds no room there is named below."""
    rows = cmday("plan", "--json").json["data"]["placements"]
    for columns in ("40", "100"):
        monkeypatch.setenv("COLUMNS", columns)
        drawn = cmday("plan", "--dry-run").out.split("\n\n")[1]
        assert all(row["handle"] in drawn for row in rows)


def test_with_nothing_to_change_it_shows_the_week_and_asks_nothing(cmday: Cmday, home: Path) -> None:
    agreed(cmday, home)
    write_calendar(home, ())
    said = cmday("plan")
    assert said.err == ""
    assert "Tue 3" in said.out
    assert "Newsletter" in said.out
    assert "moved" not in said.out


def test_an_announcement_reminds_of_its_text_until_it_is_written(cmday: Cmday, home: Path) -> None:
    agreed(cmday, home)
    assert 'cmday post --at "2026-11-02 18:30" -c sss' in cmday("plan", "--dry-run").out
