"""The verbs of ``cmday plan`` on linked work: time spent and corrected, what hangs on what, fixing at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.steps.planning.weeks import agreed, listed, plan, write_calendar


@pytest.fixture
def week(cmday: Cmday, home: Path) -> Path:
    agreed(cmday, home)
    write_calendar(home, ())
    return home


def test_the_time_spent_can_be_corrected(cmday: Cmday, week: Path) -> None:
    assert "1\xa0h\xa030" in cmday("plan", "done", "p1", "--spent", "1h30").out
    for title in ("A", "B", "C"):
        cmday("plan", "add", title, "--kind", "report", "--for", "1h")
    handles = [row["handle"] for row in listed(cmday).values() if row["kind"] == "report"]
    cmday("plan", "done", *handles, "--spent", "90m")
    cmday("plan", "done", handles[0], "--spent", "1h45")
    cmday("plan", "add", "D", "--kind", "report", "--for", "1h")
    row = listed(cmday)["D"]
    assert row["ratio"] == 1.5
    assert "1.5 × what you plan" in cmday("plan", "list").out
    assert "1.5 × what you plan" in cmday("plan", "why", row["handle"]).out
    cmday("plan", "edit", row["handle"], "--spent", "40m")
    assert listed(cmday)["D"]["spent_minutes"] == 40
    cmday("undo")
    assert listed(cmday)["D"]["spent_minutes"] == 0


def test_dropping_tells_what_hung_on_it(cmday: Cmday, week: Path) -> None:
    said = cmday("plan", "drop", "p1")
    assert "p5 Visuels waited for it, and waits no more" in said.out
    said = cmday("plan", "drop", "p3")
    assert "with it goes p4 Watch over: Le line-up" in said.out
    assert set(listed(cmday)) == {"Newsletter", "Visuels"}
    cmday("undo")
    assert {"Le line-up", "Watch over: Le line-up"} <= set(listed(cmday))


def test_a_whole_series_is_dropped_and_brought_back(cmday: Cmday, week: Path) -> None:
    cmday("plan", "add", "Noël", "--file", "contest", "--by", "20 nov", "-c", "sss", "--json")
    before = set(listed(cmday))
    handle = listed(cmday)["Noël: send the prizes"]["handle"]
    assert "--series" in cmday("plan", "drop", handle).err
    assert (
        cmday("plan", "drop", handle.replace(handle, listed(cmday)["Noël: announce it"]["handle"]), "--series").code
        == 0
    )
    assert not any(title.startswith(("Noël", "Watch over: Noël")) for title in listed(cmday))
    cmday("undo")
    cmday("undo")
    assert set(listed(cmday)) == before
    refused = cmday("plan", "drop", "p1", "--series")
    assert refused.code == 2
    assert "series" in refused.err


def test_fixed_at_a_time(cmday: Cmday, week: Path) -> None:
    said = cmday("plan", "add", "Call", "--for", "30m", "--at", "tue 11h")
    assert said.code == 0, said.err
    row = listed(cmday)["Call"]
    assert (row["start"], row["locked"]) == ("2026-11-03T11:00:00+01:00", True)
    write_calendar(week, (("Point presse", "20261103T103000", "20261103T113000"),))
    cmday("schedule")
    assert "it is fixed where Point presse is" in cmday("plan", "why", row["handle"]).out
    assert "Call" not in {change["operation"] for change in plan(cmday)["changes"]}
    cmday("plan", "edit", row["handle"], "--no-lock", "--yes")
    assert listed(cmday)["Call"]["start"] != "2026-11-03T11:00:00+01:00"


def edited(cmday: Cmday, *words: str) -> Any:
    said = cmday("plan", "edit", "p2", *words, "--yes")
    assert said.code == 0, said.err
    return listed(cmday)["Newsletter"]


def test_edit_knows_every_field(cmday: Cmday, week: Path) -> None:
    ids = {row["handle"]: row["id"] for row in listed(cmday).values()}
    row = edited(cmday, "--kind", "newsletter", "--after", "p1", "--gap", "2h", "--buffer", "15m", "--every", "1w")
    assert (row["kind"], row["after"]) == ("newsletter", [ids["p1"]])
    assert (row["gap_minutes"], row["buffer_minutes"], row["every_days"]) == (120, 15, 7)
    row = edited(
        cmday, "--hours", "extended", "--gap", "none", "--every", "none", "--after", "none", "--buffer", "none"
    )
    assert (row["hours"], row["after"], row["gap_minutes"], row["every_days"]) == ("extended", [], 0, None)
    assert row["buffer_minutes"] == 0
    row = edited(cmday, "--at", "thu 11h", "--by", "none")
    assert (row["start"], row["locked"]) == ("2026-11-05T11:00:00+01:00", True)


def test_edit_hangs_on_an_event_and_takes_it_off(cmday: Cmday, week: Path) -> None:
    write_calendar(week, (("Concert", "20261106T200000", "20261106T230000"),))
    row = edited(cmday, "--at-event", "concert", "--offset", "H-1")
    assert (row["event"], row["offset"], row["start"]) == ("Concert", "H-1", "2026-11-06T19:00:00+01:00")
    row = edited(cmday, "--offset", "D-2")
    assert (row["offset"], row["start"][:10]) == ("D-2", "2026-11-04")
    assert edited(cmday, "--at-event", "none")["event"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--after", "p5"), "after itself"),
        (("--after", "p1"), "after itself"),
        (("--kind", "anouncement"), "announcement"),
        (("--at", "2026-11-01"), "has passed"),
        (("--at", "fri 16h"), "after its deadline"),
        (("--offset", "D-1"), "--at-event"),
    ],
)
def test_what_an_edit_cannot_mean_is_refused(cmday: Cmday, week: Path, words: tuple[str, ...], said: str) -> None:
    before = listed(cmday)
    refused = cmday("plan", "edit", "p1", *words)
    assert refused.code == 2
    assert said in refused.err
    assert listed(cmday) == before


def test_the_gap_counts_from_when_the_one_before_was_really_done(cmday: Cmday, week: Path) -> None:
    cmday("plan", "edit", "p5", "--gap", "2d", "--yes")
    cmday("plan", "done", "p1")
    assert cmday("plan", "--yes").code == 0
    assert listed(cmday)["Visuels"]["start"] >= "2026-11-04T08:31"


def test_a_watch_follows_its_announcement_on_its_first_day_of_work(cmday: Cmday, week: Path) -> None:
    cmday("plan", "add", "Long", "--for", "8h", "--from", "tue", "--by", "tue", "--priority", "1", "--yes")
    rows = listed(cmday)
    assert rows["Le line-up"]["start"] < rows["Watch over: Le line-up"]["start"] < "2026-11-04"
