"""An alarm: raised once where it is due, and nowhere else; what it holds back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.conftest import Cmday
from tests.crisis import ground

States = Callable[[], dict[str, tuple[str, str | None]]]


def crisis(cmday: Cmday, *options: str) -> Any:
    found = cmday("start", "--offline", "--json", *options)
    assert found.code == 0, found.err
    return found.json["data"]["crisis"]


def verdicts(cmday: Cmday) -> dict[str, str]:
    return {one["community"]: one["verdict"] for one in cmday("crisis", "--json").json["data"]["communities"]}


def test_the_morning_tells_of_it(turning: Path, cmday: Cmday) -> None:
    found = crisis(cmday)
    assert (found["community"], found["state"], found["by"]) == ("sss", "alarm", "alarm")
    assert (found["count"], found["people"], found["total"]) == (27, 16, 27)
    assert found["began"] == "2026-11-02T10:47:00+01:00"
    assert found["first_word_due"] == "2026-11-02T11:02:00+01:00"
    assert found["first"]["author"] == "marco.live"
    assert found["first"]["text"] == ground.FIRST
    assert len(found["curve"]) == 169
    assert found["curve"][-1]["count"] == 27
    assert sum(one["count"] for one in found["curve"][:-1]) == 28
    assert found["threshold"] == pytest.approx(found["usual"] + 6 * found["sigma"])
    assert found["phrases"][0]["text"] == "vendus deux fois"
    assert found["censorship"] >= 2
    defends = [one["author"] for one in found["voices"] if one["defends"]]
    assert defends == ["dj_nox"]
    assert all(one["new"] for one in found["voices"] if not one["defends"])
    assert crisis(cmday)["began"] == found["began"]


def test_posts_of_that_community_are_held_with_the_reason(turning: Path, cmday: Cmday, states: States) -> None:
    crisis(cmday)
    found = states()
    state, why = found["Les horaires de vendredi"]
    assert state == "held"
    assert why is not None
    assert "sss" in why
    assert found["Bonjour les anciens"] == ("queued", None)
    assert [one["text"] for one in crisis(cmday)["frozen"]] == ["Les horaires de vendredi"]


def test_hold_false_holds_nothing(turning: Path, cmday: Cmday, states: States) -> None:
    config = turning / "config.toml"
    config.write_text(config.read_text() + "\n[crisis]\nhold = false\n")
    assert crisis(cmday)["state"] == "alarm"
    assert states()["Les horaires de vendredi"] == ("queued", None)


@pytest.mark.parametrize("case", [(10, 5, True), (9, 9, False), (24, 4, False)])
def test_ten_by_five(home: Path, monkeypatch: pytest.MonkeyPatch, cmday: Cmday, case: tuple[int, int, bool]) -> None:
    count, people, alarm = case
    monkeypatch.setenv("CMDAY_NOW", ground.NOW.isoformat())
    ground.configure(home)
    ground.store(home, [*ground.week(), *ground.surge(count=count, people=people)])
    assert (crisis(cmday) is not None) is alarm


def test_under_three_days_of_history_it_says_so_and_keeps_silent(
    home: Path, monkeypatch: pytest.MonkeyPatch, cmday: Cmday
) -> None:
    monkeypatch.setenv("CMDAY_NOW", ground.NOW.isoformat())
    ground.configure(home)
    ground.store(home, [*ground.week(days=2), *ground.surge()])
    assert crisis(cmday) is None
    assert verdicts(cmday) == {"sss": "young", "bem": "young"}
    assert "three days of history" in cmday("crisis").out
    ground.store(home, [ground.said("old", "fan1", "Bonjour", ground.NOW - timedelta(hours=72))])
    assert verdicts(cmday)["sss"] == "crisis"


def test_linked_addresses_are_one_person(home: Path, monkeypatch: pytest.MonkeyPatch, cmday: Cmday) -> None:
    monkeypatch.setenv("CMDAY_NOW", ground.NOW.isoformat())
    ground.configure(home)
    ground.store(home, [*ground.week(), *ground.surge(count=12, people=4)])
    for other in ("nuit2", "nuit3"):
        assert cmday("people", "link", "@nuit1@m.example", f"@{other}@m.example").code == 0
    assert crisis(cmday) is None


def test_what_was_edited_away_does_not_count(home: Path, monkeypatch: pytest.MonkeyPatch, cmday: Cmday) -> None:
    monkeypatch.setenv("CMDAY_NOW", ground.NOW.isoformat())
    ground.configure(home)
    told = ground.surge(count=11)
    ground.store(home, [*ground.week(), *told])
    assert cmday("crisis", "--json").json["data"]["crises"] != []
    with closing(sqlite3.connect(home / "cmday.db")) as database, database:
        database.execute("UPDATE crisis SET state = 'over', ended = began - 7200")
    calmer = [replace(one, text="Bonne soirée", edited=ground.NOW) for one in told[:4]]
    ground.store(home, calmer)
    found = cmday("crisis", "--json").json["data"]
    assert found["crises"] == []
    assert found["communities"][0]["count"] == 7


def test_reports_count_whatever_they_say(home: Path, monkeypatch: pytest.MonkeyPatch, cmday: Cmday) -> None:
    monkeypatch.setenv("CMDAY_NOW", ground.NOW.isoformat())
    ground.configure(home)
    reports = [replace(one, kind="report", text="spam ?") for one in ground.surge(count=12)]
    ground.store(home, [*ground.week(), *reports])
    assert crisis(cmday)["count"] == 13  # the defender's was made a report, too


def test_another_focus_keeps_its_day(turning: Path, cmday: Cmday, states: States) -> None:
    assert crisis(cmday, "-c", "bem") is None
    assert states()["Les horaires de vendredi"][0] == "held"


def test_what_a_crisis_was_about_raises_no_second_alarm(
    turning: Path, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    crisis(cmday)
    assert cmday("crisis", "end", "sss").code == 0
    monkeypatch.setenv("CMDAY_NOW", (ground.NOW + timedelta(minutes=10)).isoformat())
    assert crisis(cmday) is None
    later = ground.NOW + timedelta(minutes=20)
    monkeypatch.setenv("CMDAY_NOW", later.isoformat())
    again = [replace(one, id=f"{one.id}-2", at=later - timedelta(minutes=3)) for one in ground.surge(count=10)]
    ground.store(turning, again, later)
    assert crisis(cmday)["began"] == later.isoformat()


def test_the_day_folds_away_unless_it_is_asked_for(turning: Path, cmday: Cmday) -> None:
    folded = cmday("start", "--offline").out
    assert "! ALERT · sss · Seeksicksound" in folded
    assert "The rest of the day, folded: notifications" in folded
    assert "NEWS" not in folded
    whole = cmday("start", "--offline", "--all").out
    assert "! ALERT · sss · Seeksicksound" in whole
    assert "3 NEWS" in whole


@pytest.mark.server
def test_two_hundred_thousand_items_are_judged_once_and_counted_quickly(
    home: Path, monkeypatch: pytest.MonkeyPatch, cmday: Cmday
) -> None:
    import time

    monkeypatch.setenv("CMDAY_NOW", ground.NOW.isoformat())
    ground.configure(home)
    base = ground.week()
    many = [
        replace(base[n % len(base)], id=f"nox:m{n}", at=ground.NOW - timedelta(seconds=3 * n)) for n in range(200_000)
    ]
    ground.store(home, many)
    began = time.process_time()
    cmday("crisis", "--json")
    first = time.process_time() - began
    began = time.process_time()
    assert cmday("crisis", "--json").code == 0
    second = time.process_time() - began
    assert second < first / 5


def test_reports_of_a_platforms_own_queue_count_by_who_reported(turning: Path, cmday: Cmday) -> None:
    before = crisis(cmday)
    with closing(sqlite3.connect(turning / "cmday.db")) as database, database:
        at = int(ground.NOW.timestamp()) - 60
        database.execute(
            "INSERT INTO moderation_case (id, account, network, community, author, author_handle, text, opened_at, item)"
            " VALUES ('case/nox/9', 'nox', 'mastodon', 'sss', 'x', '@x', 'y', ?, 'queue')",
            (at,),
        )
        database.executemany(
            "INSERT INTO case_report VALUES ('case/nox/9', ?, ?, ?, 'spam', 1, ?, 1)",
            [(str(n), f"r{n}", f"@r{n}@m.example", at) for n in range(3)],
        )
    found = crisis(cmday)
    assert found["count"] == before["count"] + 3
    assert found["people"] == before["people"] + 3
