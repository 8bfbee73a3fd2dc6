"""``cmday plan`` through the front door: added, placed, moved, begun, done; asked only where somebody is there."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday

CONFIG = """
timezone = "Europe/Paris"
[community.bem]
title = "BEM Talents"
quiet = ["mon-fri 10:00-11:30"]
peak = ["mon-fri 15:00-16:00"]
[community.cap]
title = "Cap Garonne"
[calendar.work]
path = "work.ics"
"""
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:m\r\nSUMMARY:Meeting\r\n"
    "DTSTART;TZID=Europe/Paris:20261102T{start}00\r\nDTEND;TZID=Europe/Paris:20261102T{end}00\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def configured(home: Path) -> Path:
    (home / "config.toml").write_text(CONFIG)
    meeting(home, "1600", "1630")
    return home


def meeting(home: Path, start: str, end: str) -> None:
    (home / "work.ics").write_text(CALENDAR.format(start=start, end=end))


def plan(cmday: Cmday) -> Any:
    return cmday("plan", "--json").json["data"]


def starts(data: Any) -> dict[str, str]:
    return {row["title"]: row["start"][5:16] for row in data["placements"]}


def test_an_empty_home_has_an_empty_plan(cmday: Cmday, home: Path) -> None:
    result = cmday("plan", "--json")
    assert result.code == 0
    assert result.json["data"] == {"windows": [], "placements": [], "unplaced": [], "changes": []}
    assert "09:30-11:30, 14:30-16:30" in cmday("plan").out


def test_an_operation_is_placed_at_once_and_its_dates_echoed(cmday: Cmday, configured: Path) -> None:
    said = cmday("plan", "add", "Concours de Noël", "--for", "1h30", "--by", "ven", "--community", "bem")
    assert said.code == 0
    assert "p1 Concours de Noël" in said.out
    assert "Fri 6 Nov" in said.out
    assert "Mon 2 Nov 10:00-11:30" in said.out
    [row] = plan(cmday)["placements"]
    assert row == {
        "operation": row["operation"],
        "handle": "p1",
        "title": "Concours de Noël",
        "community": "bem",
        "start": "2026-11-02T10:00:00+01:00",
        "end": "2026-11-02T11:30:00+01:00",
        "wants": "quiet",
        "traffic": None,
        "why": "it stays where you agreed to it",
    }
    assert plan(cmday)["changes"] == []


def test_it_speaks_french(cmday: Cmday, configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_LANG", "fr")
    assert "ven. 6 nov." in cmday("plan", "add", "Concours", "--for", "1 h 30", "--by", "ven 18h", "-c", "bem").out
    assert plan(cmday)["placements"][0]["why"] == "it stays where you agreed to it"


def test_wishes_are_kept(cmday: Cmday, configured: Path) -> None:
    cmday("plan", "add", "peak", "--for", "1h", "--wants", "peak", "-c", "bem")
    cmday("plan", "add", "any", "--for", "30m", "--wants", "any")
    cmday("plan", "add", "later", "--for", "1h", "--from", "jeu", "-c", "bem")
    assert starts(plan(cmday)) == {"peak": "11-02T15:00", "any": "11-02T09:00", "later": "11-05T10:00"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--for", "2d"], "length"),
        (["--for", "1h", "--by", "someday"], "date"),
        (["--for", "1h", "--by", "2026-10-01"], "deadline"),
        (["--for", "1h", "--by", "mar", "--from", "mer"], "deadline"),
        (["--for", "1h", "-c", "bme"], "community"),
        (["--for", "1h", "--wants", "silence"], "silence"),
        (["--for", "1h", "--priority", "7"], "from 1 to 3"),
    ],
)
def test_what_cannot_be_meant_is_refused(cmday: Cmday, configured: Path, words: list[str], said: str) -> None:
    refused = cmday("plan", "add", "Contest", *words)
    assert refused.code == 2
    assert said in refused.err
    assert "hint: " in refused.err
    assert plan(cmday)["placements"] == []


def test_a_meeting_that_comes_moves_what_it_hits_and_only_after_asking(cmday: Cmday, configured: Path) -> None:
    cmday("plan", "add", "Contest", "--for", "90m", "--by", "ven", "-c", "bem")
    meeting(configured, "1000", "1100")
    shown = cmday("plan", "--json")
    assert shown.code == 0
    [change] = shown.json["data"]["changes"]
    assert (change["from"], change["to"]) == ("2026-11-02T10:00:00+01:00", "2026-11-03T10:00:00+01:00")
    assert change["why"] == "Meeting takes its time now"
    assert "cmday plan --yes" in shown.err
    assert cmday("plan", "--dry-run").err == ""
    assert len(plan(cmday)["changes"]) == 1  # looking wrote nothing
    moved = cmday("plan")
    assert "Meeting takes its time now" in moved.out
    assert cmday("plan", "--yes").code == 0
    assert plan(cmday)["changes"] == []
    assert starts(plan(cmday)) == {"Contest": "11-03T10:00"}


def test_what_went_by_is_proposed_anew(cmday: Cmday, configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cmday("plan", "add", "Contest", "--for", "1h", "-c", "bem")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T10:20:00+01:00")
    assert plan(cmday)["changes"] == []  # it is its time now
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T12:00:00+01:00")
    [change] = plan(cmday)["changes"]
    assert change["why"] == "its time went by"


def test_begin_pause_done(cmday: Cmday, configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cmday("plan", "add", "Contest", "--for", "1h", "-c", "bem")
    cmday("plan", "add", "Report", "--for", "1h", "-c", "bem")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T10:00:00+01:00")
    assert "p1 Contest" in cmday("plan", "begin", "1").out
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T10:20:00+01:00")
    cmday("plan", "begin", "p2")  # one at a time: p1 is paused
    rows = {row["handle"]: row for row in cmday("plan", "list", "--json").json["data"]["operations"]}
    assert (rows["p1"]["state"], rows["p1"]["spent_minutes"]) == ("paused", 20)
    assert (rows["p2"]["state"], rows["p2"]["spent_minutes"]) == ("running", 0)
    placed = {row["handle"]: row for row in plan(cmday)["placements"]}
    assert placed["p2"]["why"] == "it is under way"
    assert placed["p1"]["start"] < placed["p1"]["end"] <= placed["p1"]["start"][:11] + "23:59"
    assert cmday("plan", "pause", "p1").code == 2
    assert cmday("plan", "done", "p1-2").code == 0
    assert cmday("plan", "done", "p1").code == 0  # once more changes nothing
    assert cmday("plan", "begin", "p1").code == 2
    assert plan(cmday)["placements"] == []
    assert cmday("plan", "drop", "p9").code == 2


def test_edit_changes_what_is_named_and_keeps_the_place_that_holds(cmday: Cmday, configured: Path) -> None:
    cmday("plan", "add", "Contest", "--for", "1h", "--by", "ven", "-c", "bem")
    assert cmday("plan", "edit", "p1", "--title", "Grand contest", "--by", "none").code == 0
    [row] = cmday("plan", "list", "--json").json["data"]["operations"]
    assert (row["title"], row["due"], row["start"]) == ("Grand contest", None, "2026-11-02T10:00:00+01:00")
    cmday("plan", "edit", "p1", "-c", "cap", "--for", "3h")
    [row] = cmday("plan", "list", "--json").json["data"]["operations"]
    assert (row["community"], row["minutes"]) == ("cap", 180)
    assert row["start"] != "2026-11-02T10:00:00+01:00"
    assert cmday("plan", "edit", "p1").code == 2


def test_what_finds_no_place_says_what_would_help(cmday: Cmday, configured: Path) -> None:
    said = cmday("plan", "add", "Film", "--for", "10h", "--by", "ven")
    assert "no place" in said.out
    [row] = plan(cmday)["unplaced"]
    assert row["title"] == "Film"
    assert row["reason"]
    assert row["fixes"]
    assert "p1" in cmday("plan").out


def test_quiet_hours_are_told(cmday: Cmday, configured: Path) -> None:
    rows = cmday("plan", "quiet", "bem", "--json").json["data"]["windows"]
    assert {row["level"] for row in rows} == {"quiet", "peak"}
    assert rows[0] == {
        "community": "bem",
        "start": "2026-11-02T10:00:00+01:00",
        "end": "2026-11-02T11:30:00+01:00",
        "level": "quiet",
        "traffic": None,
        "confidence": None,
        "basis": "configured",
    }
    assert "10:00-11:30" in cmday("plan", "quiet").out
    assert cmday("plan", "quiet", "nobody").code == 2


def test_why_is_answered(cmday: Cmday, configured: Path) -> None:
    cmday("plan", "add", "Contest", "--for", "1h", "--by", "mar 12h", "-c", "bem")
    said = cmday("plan", "why", "p1").out
    assert "10:00-11:00" in said
    assert "begin before Tue 3 11:00" in said


def in_terminal(answer: str, *argv: str) -> str:
    """cmday in a terminal of its own, and what it wrote; the answer is typed when it asks."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cmday", *argv], stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    )
    os.close(theirs)
    written = b""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        ready, _, _ = select.select([ours], [], [], 0.2)
        if ready:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            written += piece
            if answer and b"[Y" in written:
                os.write(ours, f"{answer}\n".encode())
                answer = ""
    process.wait(timeout=10)
    os.close(ours)
    return written.decode()


def test_in_a_terminal_it_asks_once_and_a_no_writes_nothing(cmday: Cmday, configured: Path) -> None:
    refused = in_terminal("n", "plan", "add", "Contest", "--for", "90m", "-c", "bem")
    assert "Write 1 addition?" in refused
    assert len(plan(cmday)["changes"]) == 1
    in_terminal("y", "plan")
    assert plan(cmday)["changes"] == []
    assert "Write" not in in_terminal("", "plan")
    meeting(configured, "1000", "1100")
    told = in_terminal("w\ny", "plan")  # why first, and then yes
    assert told.count("Write 1 move?") == 2
    assert "Meeting is then" in told
    assert starts(plan(cmday)) == {"Contest": "11-03T10:00"}
