"""CalDAV against Radicale: what other clients write appears, and the calendar that cmday owns is kept in step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.servers.radicale import Radicale

pytestmark = pytest.mark.server

CONFIG = """
timezone = "Europe/Paris"
[community.bem]
title = "BEM Talents"
[calendar.work]
caldav = "{address}"
username = "ana"
secret = {{ env = "PASSWORD" }}
[calendar.plan]
caldav = "{url}/ana/cmday-plan/"
owned = true
username = "ana"
secret = {{ env = "PASSWORD" }}
"""


@pytest.fixture
def server(home: Path, radicale_server: Radicale, monkeypatch: pytest.MonkeyPatch) -> Radicale:
    monkeypatch.setenv("PASSWORD", radicale_server.password)
    configure(home, radicale_server, radicale_server.calendar)
    radicale_server.delete(f"{radicale_server.url}/ana/cmday-plan/")
    return radicale_server


def configure(home: Path, server: Radicale, address: str) -> None:
    (home / "config.toml").write_text(CONFIG.format(address=address, url=server.url))


def titles(cmday: Cmday) -> set[str]:
    result = cmday("schedule", "--json")
    assert result.code == 0, result
    return {event["title"] for event in result.json["data"]["events"]}


@pytest.mark.parametrize("path", ["/", "/ana/", "/ana/work/"])
def test_calendars_are_found_from_any_address(server: Radicale, home: Path, cmday: Cmday, path: str) -> None:
    server.put("found", "DTSTART:20261102T140000Z", "DTEND:20261102T143000Z", "SUMMARY:Found")
    configure(home, server, server.url + path)
    assert "Found" in titles(cmday)


def test_what_another_client_writes_appears_and_goes(server: Radicale, cmday: Cmday) -> None:
    server.put(
        "daily", "DTSTART;TZID=Europe/Paris:20261026T093000", "DURATION:PT30M", "RRULE:FREQ=DAILY", "SUMMARY:Daily"
    )
    assert "Daily" in titles(cmday)
    server.put("call", "DTSTART:20261102T150000Z", "DTEND:20261102T153000Z", "SUMMARY:Call")
    assert titles(cmday) >= {"Daily", "Call"}
    server.delete(f"{server.calendar}daily.ics")
    assert "Daily" not in titles(cmday)


def test_an_unchanged_calendar_is_not_asked_for_again(server: Radicale, cmday: Cmday) -> None:
    server.put("call", "DTSTART:20261102T150000Z", "DTEND:20261102T153000Z", "SUMMARY:Call")
    first = titles(cmday)
    reports = server.count("REPORT")
    assert titles(cmday) == first
    assert server.count("REPORT") == reports


def test_the_own_calendar_is_written_changed_and_cleaned(server: Radicale, cmday: Cmday) -> None:
    cmday("plan", "add", "Newsletter", "--for", "1h", "-c", "bem")
    cmday("plan", "add", "Contest", "--for", "1h", "-c", "bem")
    assert cmday("plan", "export", "--calendar").code == 0
    own = f"{server.url}/ana/cmday-plan/"
    text = server.get(own)
    assert set(re.findall(r"SUMMARY:(\w+)", text)) == {"Newsletter", "Contest"}
    assert "0 events" in cmday("plan", "export", "--calendar").out

    server.put_at(f"{own}foreign.ics", "foreign", "DTSTART:20261102T150000Z", "SUMMARY:Foreign")
    cmday("plan", "edit", "p1", "--title", "Letter")
    cmday("plan", "drop", "p2")
    assert cmday("plan", "export", "--calendar").code == 0
    assert set(re.findall(r"SUMMARY:(\w+)", server.get(own))) == {"Letter", "Foreign"}


def test_what_somebody_changed_in_the_own_calendar_is_told_and_left(server: Radicale, cmday: Cmday) -> None:
    cmday("plan", "add", "Newsletter", "--for", "1h", "-c", "bem")
    cmday("plan", "export", "--calendar")
    own = f"{server.url}/ana/cmday-plan/"
    operation = cmday("plan", "list", "--json").json["data"]["operations"][0]["id"]
    server.put_at(f"{own}{operation}@cmday.ics", f"{operation}@cmday", "DTSTART:20261105T150000Z", "SUMMARY:Mine now")
    cmday("plan", "edit", "p1", "--title", "Letter")
    told = cmday("plan", "export", "--calendar")
    assert told.code in {1, 3}
    assert "somebody else" in told.err
    assert "Mine now" in server.get(own)
    server.delete(f"{own}{operation}@cmday.ics")
    assert cmday("plan", "export", "--calendar").code == 0
    assert "Letter" in server.get(own)


def test_a_refused_password_loses_nothing(server: Radicale, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    server.put("call", "DTSTART:20261102T150000Z", "DTEND:20261102T153000Z", "SUMMARY:Call")
    before = titles(cmday)
    cmday("plan", "add", "Newsletter", "--for", "1h", "-c", "bem")
    monkeypatch.setenv("PASSWORD", "wrong-and-secret")
    result = cmday("schedule", "--json")
    assert result.code == 4
    assert {event["title"] for event in result.json["data"]["events"]} == before
    refused = cmday("plan", "export", "--calendar")
    assert refused.code == 4
    assert "wrong-and-secret" not in refused.out + refused.err
    monkeypatch.setenv("PASSWORD", server.password)
    assert cmday("plan", "export", "--calendar").code == 0
    assert "Newsletter" in server.get(f"{server.url}/ana/cmday-plan/")
