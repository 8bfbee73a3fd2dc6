"""Read marks of a source that keeps its own go both ways; what was marked last and here counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.connectors.test_sources import item
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback


class Reader:
    """A Miniflux of three entries: ``states`` by their numbers."""

    def __init__(self) -> None:
        self.states = {1: "unread", 2: "unread", 3: "unread"}
        self.changed = set(self.states)
        self.broken = False

    def __call__(self, received: Received) -> Answer:
        if self.broken:
            return Answer(503)
        if received.method == "PUT":
            told = json.loads(received.body)
            self.set(told["status"], *told["entry_ids"])
            return Answer(204)
        wanted = self.changed if "changed_after" in received.query else self.states
        found = [item(number, self.states[number]) for number in sorted(wanted)]
        if "status=unread" in received.query:
            found = [one for one in found if one["status"] == "unread"]
        return Answer(body=json.dumps({"total": len(found), "entries": found}).encode())

    def set(self, state: str, *numbers: int) -> None:
        self.states |= dict.fromkeys(numbers, state)
        self.changed |= set(numbers)


@pytest.fixture
def reader(home: Path, loopback: Loopback, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setenv("KEY", "key")
    found = Reader()
    loopback.route("/v1/entries", found)
    (home / "config.toml").write_text(
        f'[source.reader]\nkind = "miniflux"\nserver = "{loopback.url("")}"\nsecret = {{ env = "KEY" }}\n'
    )
    assert cmday("feeds", "add", "miniflux:reader").code == 0
    return found


def _here(cmday: Cmday) -> dict[int, str]:
    entries: list[Any] = cmday("feeds", "entries", "--all", "--json").json["data"]["entries"]
    return {int(entry["guid"]): entry["state"] for entry in entries}


def _mark(cmday: Cmday, verb: str, *numbers: int) -> None:
    entries = cmday("feeds", "entries", "--all", "--json").json["data"]["entries"]
    assert cmday("feeds", verb, *(entry["id"] for entry in entries if int(entry["guid"]) in numbers)).code == 0


def _refresh(cmday: Cmday) -> None:
    cmday("feeds", "refresh", "--force")


def test_marks_go_both_ways_and_settle(reader: Reader, cmday: Cmday) -> None:
    _mark(cmday, "read", 1)
    reader.set("read", 2)
    _refresh(cmday)
    assert _here(cmday) == reader.states == {1: "read", 2: "read", 3: "unread"}
    reader.set("unread", 1)
    _refresh(cmday)
    assert _here(cmday) == reader.states == {1: "unread", 2: "read", 3: "unread"}
    _refresh(cmday)
    assert _here(cmday) == reader.states


def test_what_was_marked_while_the_server_was_away_is_brought_later(reader: Reader, cmday: Cmday) -> None:
    reader.broken = True
    _mark(cmday, "read", 3)
    _refresh(cmday)
    assert reader.states[3] == "unread"
    reader.broken = False
    _refresh(cmday)
    assert reader.states[3] == "read"


def test_what_is_kept_for_later_stays_so(reader: Reader, cmday: Cmday) -> None:
    _mark(cmday, "later", 2)
    _refresh(cmday)
    assert reader.states[2] == "unread"
    reader.set("read", 2)
    _refresh(cmday)
    _refresh(cmday)
    assert _here(cmday)[2] == "later"
    assert reader.states[2] == "read"
