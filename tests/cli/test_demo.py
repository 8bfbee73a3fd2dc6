"""``cmday demo``: a full day without a network, in a home of its own, told twice."""

from __future__ import annotations

import socket
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cmday import i18n
from cmday.cli.demo import invitation, place
from cmday.demo.home import SOURCES
from tests.conftest import Cmday

LANGUAGES = ("en", "fr")


@pytest.fixture(autouse=True)
def _own_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo lies in a folder for temporary files; here each test has one. No test reaches a network."""
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("reached for the network"))


def start(cmday: Cmday, language: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("CMDAY_LANG", language)
    told = cmday("demo", "--json")
    assert told.code == 0, told.err
    return {step["name"]: step for step in told.json["data"]["steps"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_five_steps_have_something_to_show(cmday: Cmday, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    steps = start(cmday, language, monkeypatch)
    assert list(steps) == ["schedule", "notifications", "news", "moderation", "planning"]
    today = [event for event in steps["schedule"]["data"]["events"] if event["start"].startswith("2026-11-02")]
    assert [event["community"] for event in today] == ["bem", "cap", "sss"]
    authors = {item["author"] for item in steps["notifications"]["data"]["items"]}
    assert {"dj_nox", "Élodie Marchand", "Inès Laborde", "Karim B.", "Thibault"} <= authors
    assert len(steps["news"]["data"]["stories"]) == 6
    assert steps["news"]["data"]["unread"] == 223
    assert {case["author"] for case in steps["moderation"]["data"]["cases"]} == {
        "promo_tix_33",
        "Gérard L.",
        "bons plans ☆ 33",
    }
    assert [placed["community"] for placed in steps["planning"]["data"]["placements"]] == [
        *("bem", "sss", "sss", "sss", "bem"),
    ]
    assert steps["planning"]["data"]["unplaced"] == []


def test_the_server_that_is_down_costs_one_line(cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = start(cmday, "en", monkeypatch)
    accounts = {row["account"]: row for row in steps["notifications"]["data"]["accounts"]}
    assert {name for name, row in accounts.items() if row["status"] != "ok"} == {"forum"}
    assert accounts["forum"]["stale_since"] == "2026-10-30T17:31:00+01:00"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_shows_the_day_and_how_to_play_on(
    cmday: Cmday, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("CMDAY_LANG", language)
    shown = cmday("demo")
    assert shown.code == 0
    assert "dj_nox" in shown.out
    assert f"CMDAY_HOME={place(language)}" in shown.out
    assert "cmday demo inbox" in shown.out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_way_on_fits_the_screen_and_breaks_no_command(
    monkeypatch: pytest.MonkeyPatch, language: str, columns: int
) -> None:
    monkeypatch.setenv("CMDAY_LANG", language)
    i18n.choose()
    lines = invitation(Path("/tmp/x"), columns, low=False)
    assert all(len(line) <= columns for line in lines)
    for command in ("cmday demo inbox", "cmday demo --end", "export CMDAY_HOME=/tmp/x"):
        assert sum(command in line for line in lines) == 1
    low = invitation(Path("/tmp/x"), columns, low=True)
    assert not any("CMDAY_HOME" in line for line in low)


def test_commands_are_played_in_the_demo_and_stay_there(cmday: Cmday, home: Path) -> None:
    item = next(item for item in cmday("demo", "inbox", "--json").json["data"]["items"] if item["author"] == "dj_nox")
    assert cmday("demo", "inbox", "done", item["handle"]).code == 0
    left = cmday("demo", "--json", "inbox").json["data"]["items"]
    assert item["id"] not in {other["id"] for other in left}
    assert list(home.iterdir()) == []


def test_handles_are_those_of_the_morning_also_when_nobody_looked_at_it(cmday: Cmday) -> None:
    read = cmday("demo", "inbox", "read", "i1")
    assert read.code == 0
    assert "dj_nox" in read.out


def test_the_thread_of_a_question_holds_what_was_said_and_no_likes(cmday: Cmday) -> None:
    item = next(item for item in cmday("demo", "inbox", "--json").json["data"]["items"] if item["author"] == "dj_nox")
    read = cmday("demo", "inbox", "read", item["handle"]).out
    assert "Thibault" in read
    assert "Diego" not in read


def test_an_operation_is_added_for_the_community_named(cmday: Cmday) -> None:
    added = cmday("demo", "plan", "add", "Tidy the forum", "--for", "30m", "-c", "cap")
    assert added.code == 0, added.err
    placed = cmday("demo", "plan", "--json").json["data"]["placements"]
    assert [row["community"] for row in placed if row["title"] == "Tidy the forum"] == ["cap"]


def test_fresh_begins_the_day_anew_and_end_removes_it(cmday: Cmday) -> None:
    cmday("demo", "plan", "add", "Tidy the forum", "--for", "30m")
    cmday("demo", "--fresh", "-q")
    assert "Tidy the forum" not in cmday("demo", "plan").out
    assert place("en").is_dir()
    assert cmday("demo", "--end").code == 0
    assert not place("en").exists()


def test_the_home_of_the_demo_works_alone(cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    cmday("demo", "-q")
    monkeypatch.setenv("CMDAY_HOME", str(place("en")))
    monkeypatch.delenv("CMDAY_NOW")
    again = cmday("inbox", "--json")
    assert again.json["generated_at"] == "2026-11-02T08:31:00+01:00"
    assert again.json["data"]["items"]


def test_the_demo_is_private_and_takes_no_folder_of_somebody_else(cmday: Cmday) -> None:
    cmday("demo", "-q")
    assert place("en").stat().st_mode & 0o077 == 0
    cmday("demo", "--end")
    place("en").mkdir(mode=0o755)
    refused = cmday("demo")
    assert refused.code == 1
    assert str(place("en")) in refused.err


def test_an_error_in_the_demo_is_told_as_if_it_had_been_called_alone(cmday: Cmday) -> None:
    wrong = cmday("demo", "inbox", "done", "i999")
    assert wrong.code == 2
    assert "i999" in wrong.err


def test_both_languages_tell_the_same_day() -> None:
    told = {
        language: {
            name: tomllib.loads((SOURCES / language / name).read_text(encoding="utf-8"))
            for name in ("news.toml", "inbox.toml", "friday.toml")
        }
        for language in LANGUAGES
    }
    assert shape(told["en"]) == shape(told["fr"])


def shape(told: Any) -> Any:
    """What is left of a text when its words are taken away: tables, lists, moments, numbers and lines."""
    if isinstance(told, dict):
        return [shape(each) for each in told.values()]
    if isinstance(told, list):
        return [shape(each) for each in told]
    if isinstance(told, str):
        lines = told.splitlines()
        return [line.count("|") for line in lines] if "|" in told else len(lines) > 1
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_can_be_written_and_sent(cmday: Cmday, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    start(cmday, language, monkeypatch)
    items = cmday("demo", "inbox", "--json", "--all").json["data"]["items"]
    for network in ("mastodon", "imap"):
        one = next(item for item in items if item["network"] == network and item["kind"] in ("message", "question"))
        written = cmday("demo", "inbox", "reply", one["handle"], "Merci, c'est noté.")
        assert written.code == 0, written
    sent = cmday("demo", "send", "--yes")
    assert sent.code == 0, sent
    states = [one["state"] for one in cmday("demo", "outbox", "--all", "--json").json["data"]["items"]]
    assert states.count("sent") == 3, states  # one of them on Friday
