"""``cmday plan replan`` and ``plan why``: the day derails, and every move and place is argued."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cmday.core.communities import Span, WorkingHours
from cmday.core.operations import Operation
from cmday.hours.ground import Ground
from cmday.hours.placement import place
from cmday.steps.planning.replanning import Replan
from tests.conftest import Cmday
from tests.steps.planning.weeks import AFTERNOON, agreed, listed, plan, starts, write_calendar

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 2, 8, 31, tzinfo=PARIS)
HOURS = WorkingHours(spans=tuple(Span(weekday, 9 * 60, 17 * 60) for weekday in range(5)))


@pytest.fixture
def week(cmday: Cmday, home: Path) -> Path:
    agreed(cmday, home)
    assert cmday("plan", "--yes").code == 0
    return home


def test_time_that_is_lost_moves_only_what_lay_in_it(cmday: Cmday, week: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = starts(plan(cmday))
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T09:50:00+01:00")
    [change] = plan(cmday, "replan", "--lost", "90m")["changes"]
    assert change["why"] == "the next 1\xa0h\xa030 are gone"
    assert change["to"] >= "2026-11-02T11:20:00+01:00"
    assert starts(plan(cmday)) == before  # nothing was written
    assert cmday("plan", "replan", "--lost", "90m", "--yes").code == 0
    after = starts(plan(cmday))
    assert {title for title in after if after[title] != before[title]} == {"Règlement du concours"}
    assert plan(cmday)["changes"] == []
    assert cmday("undo").code == 0
    assert starts(plan(cmday)) == before


def test_what_is_begun_or_fixed_stays(cmday: Cmday, week: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cmday("plan", "edit", "p2", "--at", "mon 10h30", "--by", "none", "--from", "none")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T10:10:00+01:00")
    cmday("plan", "begin", "p1")
    for words in (("--push", "1d"), ("--lost", "1h"), ("--now",)):
        moved = {row["operation"] for row in plan(cmday, "replan", *words)["changes"]}
        rows = listed(cmday)
        assert rows["Règlement du concours"]["id"] not in moved
        assert rows["Newsletter"]["id"] not in moved


def test_nothing_new_begins_before_the_day_it_is_pushed_to(cmday: Cmday, week: Path) -> None:
    data = plan(cmday, "replan", "--push", "2d")
    assert data["changes"]
    for change in data["changes"]:
        assert change["to"] is None or change["to"] >= "2026-11-04"
    said = {change["why"] for change in data["changes"] if change["from"] < "2026-11-04"}
    assert "pushed to Wed 4" in said


def test_from_now_on_what_went_by_is_placed_anew(cmday: Cmday, week: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T10:20:00+01:00")
    assert plan(cmday)["changes"] == []  # it is its time now
    [change] = plan(cmday, "replan", "--now")["changes"]
    assert change["why"] == "its time went by"


@pytest.mark.parametrize("words", [(), ("--now", "--lost", "1h"), ("--push", "soon"), ("--lost", "2d")])
def test_one_thing_happened_to_the_day(cmday: Cmday, week: Path, words: tuple[str, ...]) -> None:
    refused = cmday("plan", "replan", *words)
    assert refused.code == 2
    assert "hint: " in refused.err


@given(
    minutes=st.integers(min_value=1, max_value=600),
    lengths=st.lists(st.integers(min_value=1, max_value=12), min_size=1, max_size=6),
    running=st.booleans(),
)
@settings(max_examples=25)
def test_no_work_is_left_in_lost_time(minutes: int, lengths: list[int], running: bool) -> None:
    living = [
        Operation(
            id=f"op-{number}",
            title=str(number),
            community=None,
            duration=timedelta(minutes=15 * length),
            start=NOW + timedelta(minutes=29 + 60 * number),
            created=NOW,
        )
        for number, length in enumerate(lengths)
    ]
    if running:
        living[0] = replace(living[0], state="running", began=NOW - timedelta(minutes=5))
    replan = Replan(lost=timedelta(minutes=minutes))
    ground = Ground(now=NOW, zone=PARIS, hours=HOURS, communities={}, busy=tuple(replan.taken(NOW, living)))
    for one in place(replan.asked(NOW, living), ground).placed:
        if one.kept != "begun":
            assert one.start >= NOW + timedelta(minutes=minutes)


def test_a_place_is_argued_with_the_next_best_and_what_blocks_them(cmday: Cmday, week: Path) -> None:
    cmday("plan", "add", "Bilan", "--kind", "report", "-c", "cap", "--by", "fri")
    why = plan(cmday, "why", "p6")
    assert why["operation"]["title"] == "Bilan"
    assert len(why["choices"]) == 4
    texts = {each["text"] for choice in why["choices"] for each in choice["blocked_by"]}
    assert "Atelier is then" in texts
    said = cmday("plan", "why", "p6").out
    assert "Atelier is then" in said
    assert "15:30-17:30" in said


def test_what_has_no_place_is_argued_too(cmday: Cmday, week: Path) -> None:
    cmday("plan", "add", "Teaser", "--for", "4h", "--by", "fri 12h", "-c", "sss")
    why = plan(cmday, "why", "p6")
    assert (why["start"], why["why"]) == (None, "no free stretch that is long enough is left")
    assert any("in 2 parts of 2" in fix for fix in why["fixes"])
    assert "fits if the deadline moves" in cmday("plan", "why", "p6").out


def test_an_event_that_is_cancelled_takes_its_operations_out(
    cmday: Cmday, week: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = cmday("plan", "add", "Relay", "--kind", "relay", "--at-event", "concert", "--offset", "H-1")
    assert said.code == 0, said.err
    write_calendar(week, ())
    monkeypatch.setenv("CMDAY_NOW", AFTERNOON)
    drawn = cmday("plan", "--dry-run").out
    assert "dropped" in drawn
    assert "Concert does not take place" in drawn
    assert cmday("plan", "--yes").code == 0
    assert "Relay" not in listed(cmday)
    assert cmday("undo").code == 0
    assert "Relay" in listed(cmday)


def test_behind_the_weeks_it_waits_and_is_not_impossible(cmday: Cmday, week: Path) -> None:
    said = cmday("plan", "add", "Fête", "--for", "1h", "--from", "2027-02-01", "-c", "bem")
    assert "Mon 1 Feb" in said.out
    data = plan(cmday)
    assert "Fête" not in {row["title"] for row in (*data["placements"], *data["unplaced"])}
    assert "later  p6" in cmday("plan", "--dry-run").out
