"""A calendar by its address with a password, through the front door."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.servers.radicale import Radicale

pytestmark = pytest.mark.server


@pytest.fixture
def calendar(home: Path, radicale_server: Radicale, monkeypatch: pytest.MonkeyPatch) -> Radicale:
    monkeypatch.setenv("PASSWORD", radicale_server.password)
    (home / "config.toml").write_text(
        f'[calendar.work]\nurl = "{radicale_server.calendar}"\nusername = "ana"\nsecret = {{ env = "PASSWORD" }}\n'
    )
    radicale_server.put(
        "stand-up",
        "DTSTART;TZID=Europe/Paris:20261026T093000",
        "DTEND;TZID=Europe/Paris:20261026T100000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "SUMMARY:Point d'équipe",
    )
    radicale_server.put("launch", "DTSTART;VALUE=DATE:20261102", "SUMMARY:Launch day")
    return radicale_server


def test_the_day_comes_from_the_server(calendar: Radicale, cmday: Cmday) -> None:
    result = cmday("schedule", "--json")
    assert result.code == 0, result
    events = {event["title"]: event for event in result.json["data"]["events"]}
    assert events["Point d'équipe"]["start"] == "2026-11-02T09:30:00+01:00"
    assert events["Launch day"]["all_day"] is True
    assert {event["calendar"] for event in events.values()} == {"work"}


def test_an_unchanged_calendar_is_shown_again_and_a_changed_one_anew(calendar: Radicale, cmday: Cmday) -> None:
    first = cmday("schedule", "--json").json["data"]["events"]
    assert cmday("schedule", "--json").json["data"]["events"] == first
    calendar.put("call", "DTSTART:20261102T140000Z", "DTEND:20261102T143000Z", "SUMMARY:Client call")
    titles = {event["title"] for event in cmday("schedule", "--json").json["data"]["events"]}
    assert "Client call" in titles


def test_a_bad_password_is_told_and_the_stored_day_stays(
    calendar: Radicale, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cmday("schedule", "--json").json["data"]["events"]
    monkeypatch.setenv("PASSWORD", "wrong-and-secret")
    result = cmday("schedule", "--json")
    assert result.code == 4
    assert result.json["data"]["events"] == before
    assert result.json["errors"][0]["subject"] == "work"
    assert "wrong-and-secret" not in result.out + result.err
