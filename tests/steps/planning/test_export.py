"""``cmday plan export``: the plan as other calendars read it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import icalendar

from tests.conftest import Cmday

CONFIG = 'timezone = "Europe/Paris"\n[community.bem]\ntitle = "BEM Talents"\n'


def test_what_is_placed_is_in_the_file_and_comes_back_by_the_same_door(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text(CONFIG)
    cmday("plan", "add", "Concours, « Noël »; à 100 %", "--for", "1h30", "-c", "bem")
    cmday("plan", "add", "Post", "--kind", "announcement", "-c", "bem")
    written = cmday("plan", "export", "--ics", str(home / "plan.ics"))
    assert written.code == 0, written.err
    assert "3 operations" in written.out
    assert (home / "plan.ics").stat().st_mode & 0o077 == 0
    placed = {row["title"]: row for row in cmday("plan", "list", "--json").json["data"]["operations"]}
    calendar = icalendar.Calendar.from_ical((home / "plan.ics").read_bytes())
    events = {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}
    assert set(events) == set(placed)
    for title, event in events.items():
        assert event.decoded("DTSTART") == datetime.fromisoformat(placed[title]["start"])
        assert str(event["UID"]) == f"{placed[title]['id']}@cmday"
    assert str(events["Post"]["TRANSP"]) == "TRANSPARENT"
    assert "SUMMARY:Post" in cmday("plan", "export").out


def test_a_file_that_cannot_be_written(cmday: Cmday, home: Path) -> None:
    (home / "config.toml").write_text(CONFIG)
    refused = cmday("plan", "export", "--ics", str(home / "config.toml" / "plan.ics"))
    assert refused.code == 1
    assert "cannot be written" in refused.err
