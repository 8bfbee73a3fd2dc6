"""Calendars that khal and vdirsyncer keep on this machine are found as those programs keep them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmday.config.discovery import calendar_programs, find_calendars
from tests.conftest import Cmday

EVENT = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Stand-up\r\nDTSTART:20261102T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def person(tmp_path: Path) -> Path:
    folder = tmp_path / "person"
    (folder / ".config").mkdir(parents=True)
    return folder


def keep(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(EVENT)


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_stars_go_as_deep_as_they_say(person: Path) -> None:
    keep(person, "cals/nextcloud/personal/1.ics", "cals/nextcloud/work/1.ics", "cals/google/robin/1.ics")
    write(
        person / ".config/khal/config",
        "[calendars]\n[[all]]\npath = ~/cals/*/*\ntype = discover\n[sqlite]\npath = ~/khal.db\n",
    )
    assert find_calendars() == {
        "robin": person / "cals/google/robin",
        "personal": person / "cals/nextcloud/personal",
        "work": person / "cals/nextcloud/work",
    }
    assert calendar_programs() == ("khal",)


def test_a_collection_is_called_as_vdirsyncer_was_told(person: Path) -> None:
    keep(person, "sync/7f3a-11/1.ics", "sync/7f3a-12/1.ics", "one/family.ics", "one/club.ics")
    write(person / "sync/7f3a-11/displayname", "Point d'équipe\n")
    write(
        person / ".vdirsyncer/config",
        '[storage a]\ntype = "filesystem"\npath = "~/sync/"\nfileext = ".ics"\n'
        '[storage b]\ntype = "singlefile"\npath = "~/one/%s.ics"\n',
    )
    assert find_calendars() == {
        "point-d-équipe": person / "sync/7f3a-11",
        "7f3a-12": person / "sync/7f3a-12",
        "club": person / "one/club.ics",
        "family": person / "one/family.ics",
    }
    assert calendar_programs() == ("vdirsyncer",)


def test_the_first_screen_names_them_and_init_takes_them_over(person: Path, cmday: Cmday, home: Path) -> None:
    keep(person, "cals/personal/1.ics", "cals/work/1.ics")
    write(person / ".config/khal/config", "[calendars]\n[[all]]\npath = ~/cals/*\ntype = discover\n")
    first = " ".join(cmday("schedule", "--offline").out.split())
    assert "Found on this machine: khal, 2 calendars." in first
    assert "cmday init" in first
    assert cmday("init", "--yes", "--offline").code == 0
    events = cmday("schedule", "--json").json["data"]["events"]
    assert [(row["title"], row["calendar"]) for row in events] == [("Stand-up", "personal"), ("Stand-up", "work")]
    assert "Found on this machine" not in cmday("schedule").out


def test_nothing_is_found_where_there_is_nothing(person: Path) -> None:
    write(
        person / ".config/khal/config", "[calendars]\n[[gone]]\npath = ~/nowhere\n[[odd]]\npath = ~/*/../*/nowhere/**\n"
    )
    assert find_calendars() == {}
    assert calendar_programs() == ()
