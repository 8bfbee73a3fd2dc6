"""``cmday schedule`` over the days that are unlike others: clocks that change, travel, leap days, year ends, closures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.steps.schedule.test_schedule import add_calendar, ics

WORK = '[hours]\nwork = ["mon-sun 00:00-06:00"]\n'


def settle(home: Path, config: str, *events: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(config)
    (home / "own.ics").write_text(ics(*events))
    add_calendar(home, "own", "own.ics")


def rows(cmday: Cmday, *argv: str) -> Any:
    return cmday("schedule", "--json", *argv).json["data"]


@pytest.mark.parametrize(
    ("zone", "first", "change", "free", "offsets"),
    [
        ("Europe/Paris", "2026-03-27", "2026-03-29", 300, ("+01:00", "+02:00")),
        ("Europe/Paris", "2026-10-23", "2026-10-25", 420, ("+02:00", "+01:00")),
        ("America/Montreal", "2026-03-06", "2026-03-08", 300, ("-05:00", "-04:00")),
        ("America/Montreal", "2026-10-30", "2026-11-01", 420, ("-04:00", "-05:00")),
        ("Australia/Sydney", "2026-10-02", "2026-10-04", 300, ("+10:00", "+11:00")),
        ("Australia/Sydney", "2026-04-03", "2026-04-05", 420, ("+11:00", "+10:00")),
        ("Australia/Lord_Howe", "2026-10-02", "2026-10-04", 330, ("+10:30", "+11:00")),
        ("Australia/Lord_Howe", "2026-04-03", "2026-04-05", 390, ("+11:00", "+10:30")),
    ],
)
def test_the_week_in_which_clocks_change(  # noqa: PLR0917
    cmday: Cmday,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    zone: str,
    first: str,
    change: str,
    free: int,
    offsets: tuple[str, str],
) -> None:
    daily = f"UID:d\nSUMMARY:Daily\nDTSTART;TZID={zone}:20260101T093000\nDURATION:PT30M\nRRULE:FREQ=DAILY"
    settle(home, f'timezone = "{zone}"\n{WORK}', daily)
    monkeypatch.setenv("CMDAY_NOW", f"{first}T00:00:00{offsets[0]}")
    data = rows(cmday, "--days", "7")
    assert [row["start"][10:16] for row in data["events"]] == ["T09:30"] * 7
    assert {row["start"][16:].removeprefix(":00") for row in data["events"]} == set(offsets)
    # The working hours of that night are as long as the night really is.
    assert rows(cmday, "--date", change)["load"]["free_minutes"] == free
    assert data["load"]["free_minutes"] == 6 * 360 + free
    assert cmday("schedule", "--week", "--date", change).code == 0
    assert cmday("schedule", "--date", change).code == 0


def test_a_traveller_changes_zones_between_two_runs(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = "UID:m\nSUMMARY:Meeting\nDTSTART;TZID=Europe/Paris:20261102T093000\nDURATION:PT1H"
    lunch = "UID:l\nSUMMARY:Lunch\nDTSTART:20261102T120000\nDURATION:PT1H"
    fair = "UID:f\nSUMMARY:Fair\nDTSTART;VALUE=DATE:20261102"
    settle(home, "", meeting, lunch, fair)
    seen = {}
    for zone, now in (
        ("Europe/Paris", "2026-11-02T08:31:00+01:00"),
        ("America/Montreal", "2026-11-02T02:31:00-05:00"),
        ("Asia/Tokyo", "2026-11-02T16:31:00+09:00"),
    ):
        monkeypatch.setenv("TZ", zone)
        monkeypatch.setenv("CMDAY_NOW", now)
        seen[zone] = {row["title"]: row["start"] for row in rows(cmday)["events"]}
    assert seen["Europe/Paris"]["Meeting"] == "2026-11-02T09:30:00+01:00"
    assert seen["America/Montreal"]["Meeting"] == "2026-11-02T03:30:00-05:00"
    assert seen["Asia/Tokyo"]["Meeting"] == "2026-11-02T17:30:00+09:00"
    for zone, offset in (("Europe/Paris", "+01:00"), ("America/Montreal", "-05:00"), ("Asia/Tokyo", "+09:00")):
        # What names no zone goes along with her.
        assert seen[zone]["Lunch"] == f"2026-11-02T12:00:00{offset}"
        assert seen[zone]["Fair"] == f"2026-11-02T00:00:00{offset}"
    (home / "config.toml").write_text('timezone = "Europe/Paris"\n' + (home / "config.toml").read_text())
    assert {row["title"]: row["start"] for row in rows(cmday)["events"]} == seen["Europe/Paris"]


def test_leap_days_and_year_ends(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    party = "UID:p\nSUMMARY:Party\nDTSTART;TZID=Europe/Paris:20271231T220000\nDTEND;TZID=Europe/Paris:20280101T030000"
    leap = "UID:l\nSUMMARY:Leap\nDTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY"
    settle(home, 'timezone = "Europe/Paris"\n[hours]\nholidays = "FR"\n', party, leap)
    monkeypatch.setenv("CMDAY_NOW", "2027-12-30T08:31:00+01:00")
    assert [row["title"] for row in rows(cmday, "--date", "2028-01-01")["events"]] == ["Party"]
    assert [row["title"] for row in rows(cmday, "--date", "2028-02-29")["events"]] == ["Leap"]
    assert rows(cmday, "--date", "2027-02-28", "--days", "2")["events"] == []
    assert rows(cmday, "--date", "2028-01-01")["load"]["free_minutes"] == 0
    week = cmday("schedule", "--week").out
    assert "Mon 27" in week
    assert "Sun 2" in week


def test_a_summer_closure_is_no_time_to_work_in(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = '[hours]\nwork = ["mon-fri 09:00-17:00"]\ndays_off = ["2026-08-03..2026-08-21"]\n'
    settle(home, f'timezone = "Europe/Paris"\n{closed}')
    monkeypatch.setenv("CMDAY_NOW", "2026-07-30T08:00:00+02:00")
    assert cmday("plan", "add", "Report", "--for", "3h", "--by", "2026-08-24 10h", "--yes").code == 0
    data = rows(cmday, "--days", "25")
    # Two hours of Monday 24th are not there before ten: the rest is Friday 31 July, before the closure.
    assert [row["latest_safe_start"] for row in data["deadlines"]] == ["2026-07-31T15:00:00+02:00"]
    assert data["load"]["free_minutes"] == 2 * 480
    assert rows(cmday, "--date", "2026-08-10")["load"] == {"planned_minutes": 0, "free_minutes": 0}
    assert "no working hours" in cmday("schedule", "--date", "2026-08-10").out
