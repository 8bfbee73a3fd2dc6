"""``cmday log`` and ``cmday close`` through the front door."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.connectors.timeline import Timeline
from tests.guide.conftest import configure, loopback, waiting
from tests.test_json_shapes import check

__all__ = ["configure", "loopback", "waiting"]

PAGE = "journal/2026-11-02.md"


def at(monkeypatch: pytest.MonkeyPatch, time: str) -> None:
    monkeypatch.setenv("CMDAY_NOW", f"2026-11-02T{time}:00+01:00")


def test_everything_done_is_in_the_log_with_its_time(
    cmday: Cmday, waiting: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    cmday("start", "--offline")
    at(monkeypatch, "08:35")
    cmday("inbox", "done", "i1")
    at(monkeypatch, "08:41")
    cmday("note", "called the printer")
    found = cmday("log", "--json").json["data"]
    assert [(line["verb"], line["step"]) for line in found["entries"]] == [
        ("start", None),
        ("done", "notifications"),
        ("note", None),
    ]
    assert {one["step"]: one["minutes"] for one in found["spent"]} == {None: 6, "notifications": 4}
    shown = cmday("log").out
    assert "called the printer" in shown
    assert "notifications 4\u00a0min" in shown
    assert "- 08:41 note: called the printer" in cmday("log", "--md").out


def test_the_week_holds_the_days_before_and_no_night(cmday: Cmday, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDAY_NOW", "2026-10-30T17:00:00+01:00")
    cmday("note", "friday")
    at(monkeypatch, "08:31")
    cmday("note", "monday")
    assert [line["text"] for line in cmday("log", "--json").json["data"]["entries"]] == ["monday"]
    week = cmday("log", "--week", "--json").json["data"]
    assert [line["text"] for line in week["entries"]] == ["friday", "monday"]
    assert (week["first"], week["last"]) == ("2026-10-27", "2026-11-02")
    assert cmday("log", "--week", "--today").code == 2


def test_close_says_what_is_left_and_writes_the_page_once(
    cmday: Cmday, home: Path, waiting: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    cmday("inbox", "reply", "i1", "Portes à 19 h 30.")
    cmday("inbox", "done", "i3")
    cmday("plan", "add", "Concours de Noël", "--for", "1h")
    cmday("note", "le traiteur <b>rappelle</b> [ici](http://x.example)")
    at(monkeypatch, "17:35")
    found = cmday("close", "--json")
    data = check(found.json, "close")
    assert [(one["to"], one["state"]) for one in data["unsent"]] == [("@nina@music.example", "queued")]
    assert [item["author"] for item in data["unanswered"]] == ["Elodie"]
    [moved] = data["moved"]
    assert moved["title"] == "Concours de Noël"
    assert moved["from"] < "2026-11-02T17:35:00+01:00" < moved["to"]
    assert data["file"] == str(home / PAGE)
    page = (home / PAGE).read_text()
    assert "&lt;b>rappelle" in page
    assert "\\[ici\\]" in page
    assert "Elodie" in page
    (home / PAGE).write_text(page + "Ma ligne à moi.\n")
    again = cmday("close")
    assert again.code == 0
    after = (home / PAGE).read_text()
    assert after.endswith("Ma ligne à moi.\n")
    assert after.count("## ") == page.count("## ") - 1, "what moved before has moved already"
    assert [line["verb"] for line in cmday("log", "--json").json["data"]["entries"]].count("close") == 1


def test_the_glance_of_a_closed_day_says_so(cmday: Cmday, waiting: Timeline, monkeypatch: pytest.MonkeyPatch) -> None:
    cmday("start", "--offline")
    cmday("inbox", "done", "i1-3")
    cmday("plan", "add", "Publier les horaires", "--for", "15m", "--wants", "peak", "--from", "18h")
    at(monkeypatch, "17:20")
    closed = cmday("close").out
    assert "Nothing is left open." in closed
    assert "Good evening." in closed
    assert "Good evening." in cmday().out


def test_what_is_written_and_not_sent_comes_first_in_the_glance(cmday: Cmday, waiting: Timeline) -> None:
    cmday("start", "--offline")
    cmday("inbox", "reply", "i1", "Portes à 19 h 30.")
    found = cmday("--json").json["data"]
    assert found["command"] == "cmday send"
    assert [one["author"] for one in found["owed"]] == ["Elodie", "Karim"]
    assert next(step["waiting"] for step in found["steps"] if step["name"] == "notifications") == 2
