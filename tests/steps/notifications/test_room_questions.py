"""Questions in the rooms that one runs wait for us when nobody answered in time, through the front door."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from cmday.core.time import Clock
from cmday.storage import ledger, threads
from cmday.storage.database import open_database
from tests.conftest import Cmday
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

ROOM = "!club:hs.example"
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
CONFIG = """
timezone = "Europe/Paris"
[hours]
work = ["mon-sun 09:00-18:00"]
[community.bem]
title = "BEM"
reply_within = "2h"
[account.club]
network = "matrix"
server = "{url}"
communities = ["bem"]
secret = {{ env = "TOKEN" }}
rooms = ["{room}"]
"""


class Server:
    """A home server with one room; a token is the number of what was said before it."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def say(self, minutes: int, who: str, text: str, **content: Any) -> None:
        at = NOW + timedelta(minutes=minutes)
        self.events.append(
            {
                "event_id": f"$e{len(self.events)}",
                "type": "m.room.message",
                "sender": f"@{who}:hs.example",
                "origin_server_ts": int(at.timestamp() * 1000),
                "content": {"msgtype": "m.text", "body": text, **content},
            }
        )

    def __call__(self, received: Received) -> Answer:
        since = int(parse_qs(received.query).get("since", ["s0"])[0][1:])
        timeline = {"timeline": {"events": self.events[since:]}, "state": {"events": []}}
        there = {
            "/_matrix/client/v3/account/whoami": {"user_id": "@ana:hs.example"},
            "/_matrix/client/v3/sync": {"next_batch": f"s{len(self.events)}", "rooms": {"join": {ROOM: timeline}}},
        }
        found = there.get(received.path)
        date = format_datetime(NOW + timedelta(days=2), usegmt=True)
        return Answer(status=200 if found else 404, body=json.dumps(found or {}).encode(), headers={"Date": date})


@pytest.fixture
def server(home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("TOKEN", "token-of-ana")
    (home / "config.toml").write_text(CONFIG.format(url=loopback.url("").rstrip("/"), room=ROOM))
    found = Server()
    loopback.route("*", found)
    return found


def kinds(cmday: Cmday, monkeypatch: pytest.MonkeyPatch, minutes: int) -> dict[str, tuple[str, str]]:
    """What the inbox lists at a moment: kind and state by text."""
    monkeypatch.setenv("CMDAY_NOW", (NOW + timedelta(minutes=minutes)).isoformat())
    result = cmday("inbox", "--json", "--all")
    assert result.code == 0, result
    return {item["text"]: (item["kind"], item["state"]) for item in result.json["data"]["items"]}


def test_a_question_waits_for_us_when_nobody_answered_in_time(
    server: Server, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.say(0, "bruno", "Is there parking?")
    server.say(60, "carla", "What a day.")
    assert kinds(cmday, monkeypatch, 90) == {"What a day.": ("other", "new")}, "one line for the room"
    after = kinds(cmday, monkeypatch, 121)
    assert after == {"Is there parking?": ("question", "new"), "What a day.": ("other", "new")}
    server.say(200, "carla", "Bruno: behind the station")
    assert kinds(cmday, monkeypatch, 201)["Is there parking?"] == ("question", "done")


def test_a_question_that_somebody_answered_is_none_of_ours(
    server: Server, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.say(0, "bruno", "Is there parking?")
    server.say(5, "carla", "Yes", **{"m.relates_to": {"m.in_reply_to": {"event_id": "$e0"}}})
    assert {kind for kind, _state in kinds(cmday, monkeypatch, 600).values()} == {"other"}


def test_our_own_answer_closes_it(server: Server, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    server.say(0, "bruno", "Is there parking?")
    assert kinds(cmday, monkeypatch, 130)["Is there parking?"] == ("question", "new")
    server.say(140, "ana", "Behind the station", **{"m.relates_to": {"m.in_reply_to": {"event_id": "$e0"}}})
    assert kinds(cmday, monkeypatch, 150)["Is there parking?"] == ("question", "done")


def test_a_mention_in_a_room_has_with_it_what_was_said_around_it(
    server: Server, cmday: Cmday, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    server.say(0, "bruno", "We meet at eight.")
    server.say(1, "carla", "ana: where exactly")
    kinds(cmday, monkeypatch, 5)
    database = open_database(home / "cmday.db", Clock(UTC))
    (item,) = ledger.items(database, ["club:$e1"])
    assert [post.text for post in threads.around(database, item)] == ["We meet at eight.", "ana: where exactly"]
    database.close()
