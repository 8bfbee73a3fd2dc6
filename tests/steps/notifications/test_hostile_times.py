"""Moments at the ends of time, as a server may claim them: stored, shown, and never a bug on any later day."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.connectors.timeline import Timeline
from tests.loopback.answers import Answer
from tests.loopback.server import Loopback
from tests.steps.notifications.conftest import PATH, Configure, mention, serve, timeline_of

ENDS = [
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
]
COMMANDS = [("inbox",), ("inbox", "--json"), (), ("inbox", "read", "1"), ("start", "--offline"), ("inbox", "done", "1")]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("moment", ENDS)
def test_a_message_from_the_ends_of_time_is_one_message(
    cmday: Cmday, loopback: Loopback, configure: Configure, home: Any, *, moment: str, zone: str
) -> None:
    told = mention(1001, "Bonjour", visibility="direct")
    told["created_at"] = moment
    told["status"]["edited_at"] = moment
    configure({"nox": "sss"})
    file = home / "config.toml"
    file.write_text(file.read_text().replace("Europe/Paris", zone))
    timeline = timeline_of(mention(1000, "Avant"))
    serve(loopback, "nox", timeline)
    cmday("inbox")  # what comes later is taken whatever it says of its age
    timeline.entries.append(told)
    for words in COMMANDS:
        result = cmday(*words)
        assert result.code == 0, (words, result.err)
    items = cmday("inbox", "--offline", "--all", "--json").json["data"]["items"]
    assert {item["text"] for item in items} == {"Avant", "Bonjour"}


@pytest.mark.parametrize("date", ["Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -1400"])
@pytest.mark.parametrize("moment", ENDS)
def test_a_server_that_lives_at_the_ends_of_time_is_swept(
    cmday: Cmday, loopback: Loopback, configure: Configure, moment: str, date: str
) -> None:
    told = mention(1001, "Bonjour")
    told["created_at"] = moment
    configure({"nox": "sss"})
    loopback.route(PATH, Answer(body=json.dumps([told]).encode(), headers={"Date": date}), host="nox.localhost")
    result = cmday("inbox")
    assert result.code == 0, result.err


def test_the_others_are_swept_beside_it(cmday: Cmday, loopback: Loopback, configure: Configure) -> None:
    configure({"nox": "sss", "bad": "bem"})
    serve(loopback, "nox", Timeline(3))
    huge = [{**mention(1, "x"), "created_at": "9" * 5_000, "id": "8" * 10_000}]
    loopback.route(PATH, json.dumps(huge).encode(), host="bad.localhost")
    items = cmday("inbox", "--json").json["data"]["items"]
    assert {item["account"] for item in items} >= {"nox"}
