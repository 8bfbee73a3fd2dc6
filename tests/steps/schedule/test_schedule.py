"""``cmday schedule`` through the front door: files, vdir folders and a server, whole, unchanged and broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.loopback.answers import Answer, behind_basic, busy, validated
from tests.loopback.server import Loopback

CONFIG = """
timezone = "Europe/Paris"
[community.bem]
title = "BEM Talents"
[community.cap]
title = "Cap Garonne"
[limits]
deadline = "2s"
per_host_spacing = "0s"
"""


def ics(*events: str) -> str:
    inner = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{inner}END:VCALENDAR\n".replace("\n", "\r\n")


def event(uid: str, start: str, end: str, title: str = "") -> str:
    zone = ";TZID=Europe/Paris"
    return f"UID:{uid}\nSUMMARY:{title or uid}\nDTSTART{zone}:202611{start}00\nDTEND{zone}:202611{end}00"


TEAM = event("team", "02T0930", "02T1000", "Point d'équipe")
LUNCH = event("lunch", "02T1200", "02T1330", "Déjeuner")


@pytest.fixture
def configured(home: Path) -> Path:
    (home / "config.toml").write_text(CONFIG)
    return home


def add_calendar(home: Path, name: str, place: str, **more: str) -> None:
    key = "url" if "://" in place else "path"
    lines = [f"[calendar.{name}]", f'{key} = "{place}"', *(f"{key} = {value}" for key, value in more.items())]
    with (home / "config.toml").open("a") as config:
        config.write("\n".join(lines) + "\n")


def titles(data: Any) -> list[str]:
    return [row["title"] for row in data["events"]]


def test_an_empty_home_has_an_empty_day(cmday: Cmday, home: Path) -> None:
    result = cmday("schedule", "--json")
    assert result.code == 0
    assert result.json["data"] == {
        "events": [],
        "deadlines": [],
        "conflicts": [],
        "load": {"planned_minutes": 0, "free_minutes": result.json["data"]["load"]["free_minutes"]},
        "unreadable": [],
    }
    assert result.json["data"]["load"]["free_minutes"] > 0


def test_a_file_and_a_vdir_folder_are_one_day(cmday: Cmday, configured: Path, tmp_path: Path) -> None:
    (tmp_path / "one.ics").write_text(ics(LUNCH))
    folder = tmp_path / "vdir" / "home"
    folder.mkdir(parents=True)
    (folder / "a.ics").write_text(ics(TEAM))
    (folder / "b.ics").write_text(ics(event("clash", "02T0945", "02T1015"), "UID:bad\nDTSTART:soon"))
    (folder / ".hidden.ics").write_text(ics(event("hidden", "02T1100", "02T1130")))
    add_calendar(configured, "file", str(tmp_path / "one.ics"), community='"cap"')
    add_calendar(configured, "folder", str(tmp_path / "vdir"), community='"bem"')
    data = cmday("schedule", "--json").json["data"]
    assert titles(data) == ["Point d'équipe", "clash", "Déjeuner"]
    assert [row["calendar"] for row in data["events"]] == ["folder", "folder", "file"]
    assert data["events"][0] == {
        "uid": "team",
        "title": "Point d'équipe",
        "start": "2026-11-02T09:30:00+01:00",
        "end": "2026-11-02T10:00:00+01:00",
        "all_day": False,
        "calendar": "folder",
        "community": "bem",
        "location": None,
        "busy": True,
    }
    assert data["conflicts"] == [
        {
            "a": "Point d'équipe",
            "b": "clash",
            "start": "2026-11-02T09:45:00+01:00",
            "end": "2026-11-02T10:00:00+01:00",
        }
    ]
    [bad] = data["unreadable"]
    assert (bad["calendar"], bad["uid"]) == ("folder", "bad")
    assert "DTSTART" in bad["reason"]
    focused = cmday("schedule", "--json", "-c", "cap").json["data"]
    assert titles(focused) == ["Déjeuner"]
    assert focused["conflicts"] == []
    assert focused["load"] == data["load"]


def test_handles_are_given_once_and_stay(cmday: Cmday, configured: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.ics"
    file.write_text(ics(LUNCH))
    add_calendar(configured, "file", str(file))
    assert "s1 12:00-13:30" in cmday("schedule").out
    file.write_text(ics(TEAM, LUNCH))
    later = cmday("schedule").out
    assert "s2 09:30-10:00" in later
    assert "s1 12:00-13:30" in later


def test_other_days_are_seen_near_and_far(cmday: Cmday, configured: Path, tmp_path: Path) -> None:
    far = "UID:far\nSUMMARY:Far\nDTSTART:20280315T090000Z\nDTEND:20280315T100000Z"
    (tmp_path / "one.ics").write_text(ics(TEAM, event("fri", "06T2000", "06T2300", "Concert"), far))
    add_calendar(configured, "file", str(tmp_path / "one.ics"))
    assert titles(cmday("schedule", "--json", "--date", "ven").json["data"]) == ["Concert"]
    assert titles(cmday("schedule", "--json", "--days", "5").json["data"]) == ["Point d'équipe", "Concert"]
    assert titles(cmday("schedule", "--json", "--date", "2028-03-15").json["data"]) == ["Far"]
    assert cmday("schedule", "--date", "someday").code == 2
    assert cmday("schedule", "--days", "0").code == 2
    assert "Concert" in cmday("schedule").out  # what approaches


def test_an_unchanged_calendar_is_neither_sent_nor_read_again(
    cmday: Cmday, configured: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = loopback.route("/cal.ics", validated(ics(TEAM).encode(), '"v1"', "text/calendar"))
    add_calendar(configured, "web", url)
    first = cmday("schedule", "--json").json
    assert titles(first["data"]) == ["Point d'équipe"]
    from cmday.connectors import ical

    monkeypatch.setattr(ical, "read", None)
    assert cmday("schedule", "--json").json["data"] == first["data"]
    assert [asked.headers.get("if-none-match") for asked in loopback.asked("/cal.ics")] == [None, '"v1"']


def test_a_new_day_does_not_read_an_unchanged_calendar_again(
    cmday: Cmday, configured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "vdir"
    folder.mkdir()
    (folder / "a.ics").write_text(ics(TEAM + "\nRRULE:FREQ=DAILY"))
    add_calendar(configured, "folder", str(folder))
    cmday("schedule")
    from cmday.connectors import ical

    with monkeypatch.context() as patched:
        patched.setattr(ical, "read", None)
        for day in ("03", "10", "27"):
            patched.setenv("CMDAY_NOW", f"2026-11-{day}T08:31:00+01:00")
            starts = [row["start"] for row in cmday("schedule", "--json").json["data"]["events"]]
            assert starts == [f"2026-11-{day}T09:30:00+01:00"]
    (folder / "b.ics").write_text(ics(LUNCH))
    assert titles(cmday("schedule", "--json").json["data"]) == ["Point d'équipe", "Déjeuner"]
    with (configured / "config.toml").open("a") as config:
        config.write("private = true\n")
    with monkeypatch.context() as patched:
        patched.setattr(ical, "read", None)
        assert cmday("schedule").code == 1  # other settings read it differently


def test_what_was_declined_and_what_is_private(cmday: Cmday, configured: Path, tmp_path: Path) -> None:
    said = "ATTENDEE;PARTSTAT=DECLINED:mailto:robin@example.org"
    secret = f"{LUNCH}\nCLASS:PRIVATE\nLOCATION:Clinique"
    (tmp_path / "one.ics").write_text(ics(f"{TEAM}\n{said}", secret))
    add_calendar(configured, "file", str(tmp_path / "one.ics"), username='"robin@example.org"')
    [row] = cmday("schedule", "--json").json["data"]["events"]
    assert (row["title"], row["location"], row["busy"]) == ("private", None, True)
    shown = cmday("schedule").out
    assert "Déjeuner" not in shown
    assert "Clinique" not in shown
    config = configured / "config.toml"
    config.write_text(config.read_text() + "private = true\n")
    assert titles(cmday("schedule", "--json").json["data"]) == ["Déjeuner"]


def test_the_next_month_and_another_zone_read_the_stored_text_again(
    cmday: Cmday, configured: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    weekly = TEAM + "\nRRULE:FREQ=WEEKLY"
    url = loopback.route("/cal.ics", validated(ics(weekly).encode(), '"v1"', "text/calendar"))
    add_calendar(configured, "web", url)
    cmday("schedule")
    monkeypatch.setenv("CMDAY_NOW", "2027-03-01T08:00:00+01:00")
    data = cmday("schedule", "--json", "--offline").json["data"]
    assert [row["start"] for row in data["events"]] == ["2027-03-01T09:30:00+01:00"]
    config = configured / "config.toml"
    config.write_text(config.read_text().replace("Europe/Paris", "America/Montreal"))
    data = cmday("schedule", "--json", "--offline").json["data"]
    assert [row["start"] for row in data["events"]] == ["2027-03-01T03:30:00-05:00"]


def test_a_calendar_behind_a_password(
    cmday: Cmday, configured: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = loopback.route("/cal.ics", behind_basic("robin", "s3cret", Answer(body=ics(TEAM).encode())))
    add_calendar(configured, "web", url, username='"robin"', secret='{ env = "CALENDAR_SECRET" }')
    monkeypatch.setenv("CALENDAR_SECRET", "s3cret")
    assert titles(cmday("schedule", "--json").json["data"]) == ["Point d'équipe"]
    monkeypatch.setenv("CALENDAR_SECRET", "wrong")
    refused = cmday("schedule", "--json")
    assert refused.code == 4
    [error] = refused.json["errors"]
    assert (error["subject"], error["kind"]) == ("web", "sign-in")
    assert "[calendar.web]" in error["hint"]
    assert "wrong" not in refused.out
    assert titles(refused.json["data"]) == ["Point d'équipe"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(status=500), "server"),
        (Answer(status=404), "server"),
        (Answer(status=410), "gone"),
        (busy(429, "60"), "rate-limit"),
        (Answer(body=b"<html>sign in</html>"), "garbled"),
        (Answer(body=ics(TEAM).encode()[:-20]), "garbled"),
        (Answer(silent=True), "unreachable"),
    ],
)
def test_a_failed_calendar_shows_what_is_stored_and_says_why(
    cmday: Cmday, configured: Path, loopback: Loopback, answer: Answer, kind: str
) -> None:
    url = loopback.route("/cal.ics", Answer(body=ics(TEAM).encode()))
    add_calendar(configured, "web", url)
    assert cmday("schedule").code == 0
    loopback.route("/cal.ics", answer)
    result = cmday("schedule", "--json")
    assert result.code == 3
    assert result.json["status"] == "partial"
    assert titles(result.json["data"]) == ["Point d'équipe"]
    [error] = result.json["errors"]
    assert (error["subject"], error["kind"]) == ("web", kind)
    assert error["message"]
    assert error["hint"]


def test_a_folder_that_is_not_there_is_named(cmday: Cmday, configured: Path, tmp_path: Path) -> None:
    add_calendar(configured, "lost", str(tmp_path / "nowhere"))
    result = cmday("schedule", "--json")
    [error] = result.json["errors"]
    assert error["subject"] == "lost"
    assert "nowhere" in error["message"]
    assert "[calendar.lost]" in error["hint"]
    assert result.code != 0


def test_another_address_is_another_calendar(
    cmday: Cmday, configured: Path, loopback: Loopback, tmp_path: Path
) -> None:
    old = loopback.route("/old.ics", Answer(body=ics(TEAM).encode()))
    add_calendar(configured, "web", old)
    cmday("schedule")
    config = configured / "config.toml"
    config.write_text(config.read_text().replace("/old.ics", "/new.ics"))
    loopback.route("/new.ics", Answer(status=500))
    assert titles(cmday("schedule", "--json").json["data"]) == []


def test_offline_asks_nobody(cmday: Cmday, configured: Path, loopback: Loopback) -> None:
    add_calendar(configured, "web", loopback.route("/cal.ics", Answer(body=ics(TEAM).encode())))
    cmday("schedule")
    asked = loopback.count("/cal.ics")
    assert titles(cmday("schedule", "--json", "--offline").json["data"]) == ["Point d'équipe"]
    assert loopback.count("/cal.ics") == asked


def test_a_copy_is_no_conflict_and_free_time_knows_meetings(cmday: Cmday, configured: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.ics").write_text(ics(TEAM))
        add_calendar(configured, name, str(tmp_path / f"{name}.ics"))
    data = cmday("schedule", "--json").json["data"]
    assert data["conflicts"] == []
    empty = cmday("schedule", "--json", "--date", "tomorrow").json["data"]["load"]["free_minutes"]
    assert empty - data["load"]["free_minutes"] == 30


def test_deadlines_and_operations_stand_beside_the_events(cmday: Cmday, configured: Path, tmp_path: Path) -> None:
    (tmp_path / "one.ics").write_text(ics(TEAM))
    add_calendar(configured, "file", str(tmp_path / "one.ics"))
    assert cmday("plan", "add", "Contest", "--for", "1h", "--by", "mar 12h", "-c", "bem", "--wants", "any").code == 0
    data = cmday("schedule", "--json").json["data"]
    [deadline] = data["deadlines"]
    assert deadline["title"] == "Contest"
    assert deadline["due"] == "2026-11-03T12:00:00+01:00"
    assert deadline["latest_safe_start"] == "2026-11-03T11:00:00+01:00"
    assert data["load"]["planned_minutes"] == 60
    (tmp_path / "one.ics").write_text(ics(TEAM, event("sudden", "02T0900", "02T1200", "Sudden")))
    clashing = cmday("schedule", "--json").json["data"]["conflicts"]
    assert {("Contest", "Sudden")} <= {(row["a"], row["b"]) for row in clashing}


def test_holidays_are_named_and_free_of_work(cmday: Cmday, configured: Path) -> None:
    config = configured / "config.toml"
    config.write_text(config.read_text() + '[hours]\nholidays = "FR"\n')
    assert "Armistice" in cmday("schedule").out
    holiday = cmday("schedule", "--json", "--date", "2026-11-11").json["data"]
    assert holiday["load"] == {"planned_minutes": 0, "free_minutes": 0}
