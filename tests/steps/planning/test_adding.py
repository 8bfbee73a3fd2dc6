"""``cmday plan add``: kinds, what comes after what, what hangs on an event, series from files, what comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cmday.config.series import bundled, read_series
from cmday.errors import ConfigErrors
from tests.conftest import Cmday

CONFIG = """
timezone = "Europe/Paris"
[community.sss]
title = "Seeksicksound"
quiet = ["mon-fri 10:00-11:30"]
peak = ["mon-fri 15:00-16:00"]
[calendar.gigs]
path = "gigs.ics"
community = "sss"
"""
CONCERT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:gig\r\nSUMMARY:Concert d'été\r\n"
    "DTSTART;TZID=Europe/Paris:20261106T200000\r\nDTEND;TZID=Europe/Paris:20261106T230000\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def configured(home: Path, cmday: Cmday) -> Path:
    (home / "config.toml").write_text(CONFIG)
    (home / "gigs.ics").write_text(CONCERT)
    assert cmday("schedule").code == 0
    return home


def listed(cmday: Cmday) -> dict[str, Any]:
    return {row["title"]: row for row in cmday("plan", "list", "--json").json["data"]["operations"]}


def test_a_kind_brings_its_length_and_an_announcement_its_watch(cmday: Cmday, configured: Path) -> None:
    said = cmday("plan", "add", "Le line-up", "--kind", "announcement", "-c", "sss", "--by", "fri")
    assert said.code == 0
    rows = listed(cmday)
    post, watch = rows["Le line-up"], rows["Watch over: Le line-up"]
    assert (post["minutes"], post["wants"], watch["minutes"]) == (15, "peak", 30)
    assert watch["start"] >= post["start"][:14]
    assert watch["start"] > post["start"]


def test_without_a_length_it_is_asked_for(cmday: Cmday, configured: Path) -> None:
    refused = cmday("plan", "add", "Something")
    assert refused.code == 2
    assert "--for 2h" in refused.err


def test_after_another_one_with_a_gap(cmday: Cmday, configured: Path) -> None:
    cmday("plan", "add", "First", "--for", "1h", "-c", "sss")
    cmday("plan", "add", "Second", "--for", "1h", "-c", "sss", "--after", "p1", "--gap", "1d")
    rows = listed(cmday)
    assert rows["Second"]["start"][:10] > rows["First"]["start"][:10]


@pytest.mark.parametrize(
    ("offset", "day", "at"),
    [
        ("D-3", "2026-11-03", None),
        ("H-1", "2026-11-06", "19:00"),
        ("live", "2026-11-06", "20:00"),
        ("J+1", "2026-11-09", None),
    ],
)
def test_it_hangs_on_an_event(cmday: Cmday, configured: Path, offset: str, day: str, at: str | None) -> None:
    """The day after a Friday's concert is the Monday, because nobody works on the Saturday."""
    said = cmday("plan", "add", "Relay", "--kind", "relay", "--at-event", "concert ete", "--offset", offset)
    assert said.code == 0, said.err
    row = listed(cmday)["Relay"]
    assert row["community"] == "sss"
    assert row["start"][:10] == day
    assert at is None or row["start"][11:16] == at


def test_it_moves_and_goes_with_its_event(cmday: Cmday, configured: Path) -> None:
    for title, offset in (("Remind", "D-1"), ("Doors", "H-1")):
        cmday("plan", "add", title, "--kind", "relay", "--at-event", "concert", "--offset", offset)
    gigs = configured / "gigs.ics"
    gigs.write_text(CONCERT.replace("20261106T", "20261111T"))
    proposed = cmday("plan", "--json").json["data"]["changes"]
    assert {row["why"] for row in proposed} == {"Concert d'été has moved"}
    assert listed(cmday)["Doors"]["start"] == "2026-11-06T19:00:00+01:00"
    assert cmday("plan", "--yes").code == 0
    rows = listed(cmday)
    assert (rows["Remind"]["start"][:10], rows["Doors"]["start"]) == ("2026-11-10", "2026-11-11T19:00:00+01:00")
    assert cmday("plan", "--json").json["data"]["changes"] == []

    gigs.write_text(CONCERT.replace("UID:gig", "UID:other"))
    gone = cmday("plan", "--json").json["data"]["changes"]
    assert {(row["to"], row["why"]) for row in gone} == {
        (None, "Concert d'été does not take place, and this goes with it")
    }
    cmday("plan", "--yes")
    assert listed(cmday) == {}
    cmday("undo")
    assert set(listed(cmday)) == {"Remind", "Doors"}


def test_a_calendar_that_cannot_be_read_cancels_nothing(cmday: Cmday, configured: Path) -> None:
    cmday("plan", "add", "Remind", "--kind", "relay", "--at-event", "concert", "--offset", "D-1")
    (configured / "gigs.ics").unlink()
    assert cmday("plan", "--json").json["data"]["changes"] == []


def test_an_event_that_no_calendar_has(cmday: Cmday, configured: Path) -> None:
    refused = cmday("plan", "add", "Relay", "--kind", "relay", "--at-event", "opera", "--offset", "D-1")
    assert refused.code == 2
    assert "opera" in refused.err


def test_a_contest_from_its_rules_to_its_prizes(cmday: Cmday, configured: Path) -> None:
    said = cmday("plan", "add", "Noël", "--file", "contest", "--by", "20 nov", "-c", "sss", "--json")
    assert said.code == 0, said.err
    rows = [row for row in listed(cmday).values() if row["title"].startswith("Noël")]
    names = [row["title"].split(": ")[1].split(",")[0] for row in sorted(rows, key=lambda row: row["due"])]
    assert names == [
        *("the rules", "announce it", "remind of it", "say that it is closed"),
        *("draw the winners (cmday plan draw)", "announce the winners", "send the prizes"),
    ]
    undone = cmday("undo")
    assert undone.code == 0


@pytest.mark.parametrize("name", bundled())
def test_what_comes_with_cmday_can_be_read(name: str, tmp_path: Path) -> None:
    series = read_series(name, tmp_path)
    there: set[str] = set()
    for part in series.parts:
        assert set(part.after) <= there
        there.add(part.name)
        assert "{title}" in part.title


def test_all_mistakes_of_a_file_at_once(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'title = "X"\n[operation.a]\ntitle = "A"\nafter = ["b"]\nfor = "1h"\n'
        '[operation.b]\ntitle = "B"\nafter = ["a"]\nfor = "long"\nwhen = "D"\n'
    )
    with pytest.raises(ConfigErrors) as caught:
        read_series("own.toml", tmp_path)
    told = "\n".join(error.message.english for error in caught.value.mistakes)
    assert "goes in a circle" in told
    assert "unknown key" in told
    assert "[operation.b] for" in told


def test_what_comes_back_is_made_when_it_is_done(cmday: Cmday, configured: Path) -> None:
    cmday("plan", "add", "Newsletter", "--for", "1h", "--every", "1w", "-c", "sss")
    cmday("plan", "done", "p1")
    [row] = listed(cmday).values()
    assert row["title"] == "Newsletter"
    assert row["not_before"][:10] == "2026-11-09"
    cmday("undo")
    [row] = listed(cmday).values()
    assert row["not_before"] is None


def test_how_long_things_really_take_is_said(cmday: Cmday, configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        monkeypatch.setenv("CMDAY_NOW", f"2026-11-0{number + 2}T09:00:00+01:00")
        cmday("plan", "add", f"Report {number}", "--kind", "report", "--for", "1h")
        cmday("plan", "begin", "p1")
        monkeypatch.setenv("CMDAY_NOW", f"2026-11-0{number + 2}T10:30:00+01:00")
        cmday("plan", "done", "p1")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-05T09:00:00+01:00")
    said = cmday("plan", "add", "Report 3", "--kind", "report", "--for", "2h")
    assert "1.5 ×" in said.err
    assert "3\xa0h" in said.err
    cmday("plan", "add", "Report 4", "--kind", "report")
    assert listed(cmday)["Report 4"]["minutes"] == 90


def test_mistakes_of_a_file_are_told_with_what_mends_that_file(
    cmday: Cmday, configured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text('title = "X"\n[operation.a]\ntitle = "A"\nfor = "99h"\non = "soon"\n')
    refused = cmday("plan", "add", "--file", "own.toml", "--by", "fri")
    assert refused.code == 2
    assert 'for: must be a length like "90m" or "2h", up to 24 hours' in refused.err
    assert 'on: must be a distance like "D-7"' in refused.err
    assert "is missing" not in refused.err
    assert "mend own.toml" in refused.err
    Path("own.toml").write_text("= =")
    assert "mend own.toml" in cmday("plan", "add", "--file", "own.toml", "--by", "fri").err


def test_a_series_whose_day_is_too_near_names_what_is_too_late(cmday: Cmday, configured: Path) -> None:
    refused = cmday("plan", "add", "Noël", "--file", "contest", "--by", "tomorrow")
    assert refused.code == 2
    assert '"Noël: the rules, and how winners are drawn" would be due' in refused.err


def test_a_gap_without_another_operation_is_refused(cmday: Cmday, configured: Path) -> None:
    refused = cmday("plan", "add", "Alone", "--for", "1h", "--gap", "1d")
    assert refused.code == 2
    assert "--after p1" in refused.err
    assert "Alone" not in listed(cmday)


def test_what_is_done_at_an_event_collides_not_with_it_and_fills_no_working_hours(
    cmday: Cmday, configured: Path
) -> None:
    cmday("plan", "add", "Live", "--kind", "relay", "--for", "1h", "--at-event", "Concert", "--offset", "live", "-y")
    there = cmday("schedule", "--date", "2026-11-06", "--json").json["data"]
    assert there["conflicts"] == []
    assert there["load"]["planned_minutes"] == 0
    cmday("plan", "add", "Elsewhere", "--for", "1h", "--at", "2026-11-06 20:30", "-y")
    there = cmday("schedule", "--date", "2026-11-06", "--json").json["data"]
    assert {frozenset((clash["a"], clash["b"])) for clash in there["conflicts"]} == {
        frozenset({"Elsewhere", "Concert d'été"}),
        frozenset({"Live", "Elsewhere"}),
    }
