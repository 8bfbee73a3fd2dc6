"""Quiet hours through the front door: imported, measured, shown at every width, taken back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmday.text.cells import width
from tests.conftest import Cmday
from tests.steps.planning.test_plan import in_terminal

CONFIG = """
timezone = "Europe/Paris"
[hours]
holidays = "FR"
[community.bem]
title = "BEM Talents"
[community.cap]
title = "Cap Garonne"
timezone = "Australia/Sydney"
[community.cap.hours]
days_off = ["2026-10-12..2026-10-14"]
"""
START = datetime(2026, 9, 14, tzinfo=UTC)
BUSY = (11, 18, 19, 20)


@pytest.fixture
def configured(home: Path) -> Path:
    (home / "config.toml").write_text(CONFIG)
    return home


def rows(weeks: int, people: int = 12) -> Iterator[str]:
    """Events of a community that is there at noon and in the evening, hardly in the morning."""
    chance = random.Random(2)
    for hour in range(weeks * 168):
        moment = START + timedelta(hours=hour)
        likely = 0.5 if moment.hour in BUSY else 0.03 if moment.hour < 6 else 0.1
        for person in range(people):
            if chance.random() < likely:
                yield f"{moment + timedelta(minutes=chance.randrange(60)):%Y-%m-%dT%H:%M:%SZ},u{person}"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "export.csv"
    file.write_text("utc,actor\n" + "\n".join(rows(7)))
    return file


def test_an_import_makes_hours_measured_and_every_window_argued(cmday: Cmday, configured: Path, export: Path) -> None:
    before = cmday("plan", "quiet", "bem", "--json").json["data"]["communities"][0]
    assert (before["basis"], before["people_hours"], before["peak_hour"]) == ("configured", 0, None)
    assert "not measured yet" in cmday("plan", "quiet", "bem").out
    assert cmday("plan", "import-activity", str(export), "-c", "bem").code == 0
    data = cmday("plan", "quiet", "bem", "--json").json["data"]
    [found] = data["communities"]
    assert found["basis"] == "measured"
    assert found["weeks"] == 7
    assert found["people_hours"] > 1500
    assert found["shift"] == 0
    best = found["quiet"][0]
    assert best["traffic"] < 0.9
    assert 0.5 < best["confidence"] <= 0.9
    assert f"{found['people_hours']} people-hours, 7 weeks; confidence" in best["why"]
    assert found["peaks"][0]["traffic"] > 1.4
    assert {one["basis"] for one in data["windows"]} == {"measured"}
    assert found["left_out"] == [{"day": "2026-11-01", "kind": "holiday", "why": "All Saints' Day"}]
    shown = cmday("plan", "quiet", "bem").out
    assert "quieter than" in shown
    assert "[1" in shown


def test_the_plan_goes_where_it_is_measured_quiet(cmday: Cmday, configured: Path, export: Path) -> None:
    cmday("plan", "import-activity", str(export), "-c", "bem")
    quiet = cmday("plan", "quiet", "bem", "--json").json["data"]["communities"][0]["quiet"]
    cmday("plan", "add", "Maintenance", "--for", "1h", "-c", "bem", "--yes")
    [placed] = cmday("plan", "--json").json["data"]["placements"]
    assert any(one["start"] <= placed["start"] and placed["end"] <= one["end"] for one in quiet)


def test_days_off_of_a_community_are_left_out_and_a_contradicted_zone_is_told(
    cmday: Cmday, configured: Path, export: Path
) -> None:
    cmday("plan", "import-activity", str(export), "-c", "cap")
    [found] = cmday("plan", "quiet", "cap", "--json").json["data"]["communities"]
    assert [(one["day"], one["kind"], one["why"]) for one in found["left_out"]] == [
        *((f"2026-10-{day}", "closed", None) for day in (12, 13, 14)),
        ("2026-11-01", "holiday", "All Saints' Day"),
    ]
    assert found["shift"] != 0
    assert "contradicts the configured zone (Australia/Sydney)" in " ".join(cmday("plan", "quiet").out.split())


@pytest.mark.parametrize("columns", ["40", "80", "100", "200"])
@pytest.mark.parametrize("plain", [[], ["--plain"]])
def test_every_width_holds_the_pictures(  # noqa: PLR0917
    cmday: Cmday, configured: Path, export: Path, monkeypatch: pytest.MonkeyPatch, columns: str, plain: list[str]
) -> None:
    cmday("plan", "import-activity", str(export), "-c", "bem")
    monkeypatch.setenv("COLUMNS", columns)
    for words in (["plan", "quiet"], ["plan", "quiet", "bem"]):
        shown = cmday(*words, *plain)
        assert shown.code == 0
        assert max(width(line) for line in shown.out.splitlines()) <= int(columns)
        assert not plain or shown.out.replace("é", "e").isascii()
        assert "bem" in shown.out


def test_the_same_file_again_changes_nothing_and_undo_takes_it_out(
    cmday: Cmday, configured: Path, export: Path
) -> None:
    tried = cmday("plan", "import-activity", str(export), "-c", "bem", "--dry-run", "--json").json["data"]
    assert (tried["new"], tried["written"], tried["columns"]) == (True, False, {"time": "utc", "actor": "actor"})
    first = cmday("plan", "import-activity", str(export), "-c", "bem", "--json").json["data"]
    again = cmday("plan", "import-activity", str(export), "-c", "bem", "--json").json["data"]
    assert (first["written"], again["written"]) == (True, False)
    assert first["people_hours"] == again["people_hours"]
    longer = export.with_name("longer.csv")
    longer.write_text(export.read_text() + "\n2026-10-30T03:00:00Z,new\n")
    more = cmday("plan", "import-activity", str(longer), "-c", "bem", "--json").json["data"]
    assert more["people_hours"] == first["people_hours"] + 1
    assert cmday("undo").code == 0
    assert cmday("undo").code == 0
    gone = cmday("plan", "quiet", "bem", "--json").json["data"]["communities"][0]
    assert (gone["basis"], gone["people_hours"]) == ("configured", 0)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("when,who,what\nx,y,z\n", "surely the time", "--columns"),
        ("time,colour,size\n2026-10-02 08:00,red,big\n", "people or their number", "--columns"),
        ("03/04/2026 08:00,bob\n05/06/2026 09:00,al\n", "the day or with the month", "--day-first"),
        ("label\tnb_visits\n8h\t31\n", "which days", "--dates"),
        ("Date,Views\n2026-10-02,12\n", "whole days", "by the hour"),
        ("no table at all\n", "no table", "CSV"),
        ("time,actor\n2027-10-02T08:00:00Z,a\n", "still to come", "--columns"),
    ],
)
def test_what_is_unsure_is_refused_with_the_way_out(  # noqa: PLR0917
    cmday: Cmday, configured: Path, tmp_path: Path, text: str, message: str, hint: str
) -> None:
    file = tmp_path / "strange.csv"
    file.write_text(text)
    refused = cmday("plan", "import-activity", str(file), "-c", "bem")
    assert refused.code == 2
    assert message in refused.err
    assert hint in refused.err


def test_wrong_words_of_an_import_are_told(cmday: Cmday, configured: Path, export: Path) -> None:
    for words, hint in (
        (["--columns", "utc"], "time=NAME"),
        (["--columns", "time=nix"], "utc, actor"),
        (["--zone", "Europe/Pari"], "Europe/Paris"),
        (["--dates", "soon"], "2026-10-01..2026-10-31"),
    ):
        refused = cmday("plan", "import-activity", str(export), "-c", "bem", *words)
        assert refused.code == 2
        assert hint in refused.err
    assert cmday("plan", "import-activity", str(export)).code == 2
    assert cmday("plan", "import-activity", str(export.with_name("none.csv")), "-c", "bem").code == 2


def test_in_a_terminal_it_asks_what_is_unsure(cmday: Cmday, configured: Path, tmp_path: Path) -> None:
    file = tmp_path / "unsure.csv"
    file.write_text("03/04/2026 08:00,bob\n05/06/2026 09:00,al\n")
    said = in_terminal("y", "plan", "import-activity", str(file), "-c", "bem")
    assert "begin with the day?" in said
    assert "2 rows" in said
    assert "Fri 3 Apr" in said
