"""What approaches: the CM's own dates, public holidays here and there, deadlines with their latest safe start, load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.steps.schedule.test_schedule import add_calendar, event, ics

CONFIG = """
timezone = "Europe/Paris"
[hours]
work = ["mon-fri 09:00-12:00 14:00-18:00"]
[community.bem]
title = "BEM Talents"
[community.cap]
timezone = "America/Montreal"
[community.ind]
timezone = "Asia/Kolkata"
"""


@pytest.fixture
def day(home: Path) -> Path:
    (home / "config.toml").write_text(CONFIG)
    (home / "own.ics").write_text(ics(event("team", "02T0930", "02T1030", "Team")))
    add_calendar(home, "own", "own.ics")
    return home


def more(home: Path, text: str) -> None:
    with (home / "config.toml").open("a") as config:
        config.write(text)


def data(cmday: Cmday, *argv: str) -> Any:
    return cmday("schedule", "--json", *argv).json["data"]


def plan(cmday: Cmday, title: str, *argv: str) -> None:
    result = cmday("plan", "add", title, "--yes", *argv)
    assert result.code in {0, 3}, result.err


def starts(cmday: Cmday, *argv: str) -> dict[str, str]:
    return {row["title"]: row["latest_safe_start"] for row in data(cmday, *argv)["deadlines"]}


def test_own_dates_are_seen_on_their_day_and_announced_ahead(cmday: Cmday, day: Path) -> None:
    more(day, '[date.muffins]\ntitle = "Muffin day"\non = "2 nov"\ncommunity = "bem"\n')
    more(day, '[date.friday]\ntitle = "Black Friday"\nrrule = "FREQ=YEARLY;BYMONTH=11;BYDAY=4FR"\nahead = "30d"\n')
    more(day, '[date.xmas]\ntitle = "Christmas"\non = "25 dec"\nahead = "30d"\n')
    [muffins, team] = data(cmday)["events"]
    assert team["title"] == "Team"
    assert muffins == {
        "uid": "date-muffins",
        "title": "Muffin day",
        "start": "2026-11-02T00:00:00+01:00",
        "end": "2026-11-03T00:00:00+01:00",
        "all_day": True,
        "calendar": "dates",
        "community": "bem",
        "location": None,
        "busy": False,
    }
    shown = cmday("schedule").out
    assert "all day     bem  Muffin day" in shown
    assert "Black Friday, in 25 days" in shown
    assert "Christmas" not in shown
    assert [row["title"] for row in data(cmday, "--date", "2026-11-27")["events"]] == ["Black Friday"]
    assert [row["title"] for row in data(cmday, "-c", "cap")["events"]] == ["Team"]
    assert "Muffin day" in cmday("start", "--offline").out


def test_holidays_of_a_community_elsewhere_stand_beside_ones_own(cmday: Cmday, day: Path) -> None:
    config = (day / "config.toml").read_text().replace("[hours]", '[hours]\nholidays = "FR"')
    config = config.replace('"America/Montreal"', '"America/Montreal"\n[community.cap.hours]\nholidays = "CA-QC"')
    (day / "config.toml").write_text(config)
    shown = cmday("schedule", "--date", "2026-12-20").out
    assert "Fri 25 Dec Christmas" in shown
    assert "Fri 25 Dec cap Christmas" in shown
    there = cmday("schedule", "--date", "2027-05-12").out
    assert "cap National Patriots' Day" in there.replace("’", "'")
    assert "Pentecost Monday" in there
    assert "cap" not in [
        word
        for line in cmday("schedule", "--date", "2027-07-10").out.splitlines()
        if "Bastille" in line
        for word in line.split()
    ]


def test_clocks_of_communities_elsewhere(cmday: Cmday, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    lines = cmday("schedule").out.splitlines()
    ruler = next(line for line in lines if line.strip().startswith("08"))
    cap, ind = (next(line for line in lines if line.startswith(name)) for name in ("cap", "ind"))
    assert cap.index("02") == ruler.index("08")
    assert ind.index("13") > ruler.index("08")
    assert not [line for line in lines if line.startswith("bem") and "08" in line]
    # In the last week of October Paris has changed its clocks and Montréal has not.
    earlier = cmday("schedule", "--date", "2026-10-28").out.splitlines()
    assert next(line for line in earlier if line.startswith("cap")).index("03") == ruler.index("08")
    monkeypatch.setenv("COLUMNS", "40")
    assert "cap 02:31 there, 6 h behind" in cmday("schedule").out.replace("\u00a0", " ")


def test_a_chain_has_to_begin_in_time_for_its_end(cmday: Cmday, day: Path) -> None:
    plan(cmday, "Rules", "--for", "2h", "-c", "bem", "--wants", "any")
    plan(cmday, "Texts", "--for", "3h", "--by", "2026-11-05 18h", "--after", "p1", "--gap", "1d", "--wants", "any")
    found = starts(cmday)
    assert found["Texts"] == "2026-11-05T15:00:00+01:00"
    assert found["Rules"] == "2026-11-04T11:00:00+01:00"
    shown = cmday("schedule").out
    assert "due Thu 18:00: start by Thu 15:00" in shown
    assert "start by Wed 11:00" in shown


def test_what_goes_out_by_itself_takes_no_time(cmday: Cmday, day: Path) -> None:
    before = data(cmday)["load"]
    plan(cmday, "News", "--kind", "announcement", "--for", "30m", "--by", "2026-11-02 20h", "-c", "bem")
    found = data(cmday)
    assert found["load"]["free_minutes"] == before["free_minutes"]
    [own] = [row for row in found["deadlines"] if row["title"] == "News"]
    assert own["latest_safe_start"] == "2026-11-02T19:30:00+01:00"
    assert [row for row in found["conflicts"] if "News" in (row["a"], row["b"])] == []


def test_what_should_have_been_begun_is_marked(cmday: Cmday, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(cmday, "Dossier", "--for", "3h", "--by", "2026-11-03 12h", "--wants", "any")
    assert starts(cmday) == {"Dossier": "2026-11-03T09:00:00+01:00"}
    monkeypatch.setenv("CMDAY_NOW", "2026-11-03T10:30:00+01:00")
    assert starts(cmday) == {"Dossier": "2026-11-03T09:00:00+01:00"}
    assert "! due 12:00: had to be started by 09:00" in cmday("schedule").out
    assert "! Dossier, due 12:00: had to be started by 09:00" in cmday("start", "--offline").out
    monkeypatch.setenv("CMDAY_NOW", "2026-11-03T13:00:00+01:00")
    assert "! was due 12:00" in cmday("schedule").out


def test_work_in_hand_counts_with_what_is_left_of_it(cmday: Cmday, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(cmday, "Dossier", "--for", "3h", "--by", "2026-11-03 12h", "--wants", "any")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T14:00:00+01:00")
    assert cmday("plan", "begin", "p1").code == 0
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T16:00:00+01:00")
    assert "due Tue 12:00, begun" in cmday("schedule").out
    assert cmday("plan", "pause", "p1").code == 0
    assert starts(cmday) == {"Dossier": "2026-11-03T11:00:00+01:00"}


def test_too_much_is_said_with_how_much(cmday: Cmday, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert "6 h free" in cmday("schedule").out.replace("\u00a0", " ")
    plan(cmday, "Huge", "--for", "7h30", "--by", "today", "--wants", "any")
    load = data(cmday)["load"]
    assert load == {"planned_minutes": 450, "free_minutes": 360}
    shown = cmday("schedule").out.replace("\u00a0", " ")
    assert "7 h 30 planned / 6 h free → 1 h 30 too much" in shown
    assert data(cmday, "--date", "tomorrow")["load"]["planned_minutes"] == 0


def test_the_week_from_any_of_its_days(cmday: Cmday, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    week = cmday("schedule", "--week", "--date", "2026-11-05").out
    assert [line.split()[0] for line in week.splitlines() if line[:3] in {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}] == [
        "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun",
    ]  # fmt: skip
    assert "s1  09:30" not in week
    assert "09:30 Team" in week
    assert "▒▒" in week
    both = cmday("schedule", "--days", "7").out
    assert "09:30-10:30" in both
    assert "▒▒" in both
    assert cmday("schedule", "--week", "--days", "3").code == 2
    whole = data(cmday, "--week", "--date", "2026-11-05")
    assert [row["title"] for row in whole["events"]] == ["Team"]


def test_an_event_that_cannot_be_read_is_one_line_with_its_reason(cmday: Cmday, day: Path) -> None:
    (day / "own.ics").write_text(ics(event("team", "02T0930", "02T1030", "Team"), "UID:bad\nDTSTART:soon"))
    lines = [line for line in cmday("schedule").out.splitlines() if "unreadable" in line]
    [line] = lines
    assert "1 event unreadable (own): its DTSTART cannot be read" in line


def test_two_operations_at_once_are_a_conflict() -> None:
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from cmday.steps.schedule.clashes import clashes
    from cmday.steps.schedule.report import PlannedLine

    nine = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Europe/Paris"))

    def line(title: str, start: datetime, *, presence: bool = True) -> PlannedLine:
        return PlannedLine(
            handle="p", title=title, community=None, start=start, end=start + timedelta(hours=1), presence=presence
        )

    half = nine + timedelta(minutes=30)
    [clash] = clashes([], [line("a", nine), line("b", half), line("post", half, presence=False)], {})
    assert (clash.a, clash.b, clash.start) == ("a", "b", half)
    assert clashes([], [line("a", nine), line("b", nine + timedelta(hours=1))], {}) == ()
