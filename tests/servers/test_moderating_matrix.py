"""What was reported on a real Synapse, decided by ``cmday moderate`` and ``send``: redacted, banned for a time, back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import Cmday
from tests.servers.synapse import ALIAS, Synapse

pytestmark = pytest.mark.server

CONFIG = """
[community.bem]
title = "BEM"
[account.club]
network = "matrix"
server = "{url}"
communities = ["bem"]
username = "root"
rooms = ["{alias}"]
secret = {{ env = "TOKEN" }}
"""


@pytest.fixture
def club(home: Path, synapse_server: Synapse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Synapse]:
    """The server's admin, who for once moderates the community's room, too."""
    server = synapse_server
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("TOKEN", server.root.token)
    (home / "config.toml").write_text(CONFIG.format(url=server.url, alias=ALIAS))
    (home / "feeds.toml").touch()
    room = f"/rooms/{quote(server.room)}"
    levels = server.call("GET", f"{room}/state/m.room.power_levels", by=server.ana)
    server.joins(server.root, server.room)
    raised = {**levels, "users": {**levels["users"], server.root.id: 100}}
    server.call("PUT", f"{room}/state/m.room.power_levels", raised, by=server.ana)
    yield server
    server.call("PUT", f"{room}/state/m.room.power_levels", levels, by=server.root)
    server.call("POST", f"{room}/leave", {}, by=server.root)


def said(server: Synapse, text: str) -> str:
    event = server.says(server.bruno, server.room, text)
    server.reports(server.ana, server.room, event, "charter 4")
    return event


def member(server: Synapse) -> str:
    path = f"/rooms/{quote(server.room)}/state/m.room.member/{quote(server.bruno.id)}"
    found: str = server.call("GET", path, by=server.ana)["membership"]
    return found


def case(cmday: Cmday, event: str) -> Any:
    listed = cmday("moderate", "--json").json["data"]["cases"]
    [found] = [one for one in listed if one["id"].endswith(event)]
    return found


def test_a_message_is_redacted_and_its_author_shut_out_for_a_time(
    cmday: Cmday, club: Synapse, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = said(club, "CHEAP TICKETS, write to me")
    handle = case(cmday, event)["handle"]
    assert cmday("moderate", "remove", handle, "--why", "charter 4").code == 0
    assert cmday("moderate", "ban", handle, "--for", "7d", "--why", "charter 4").code == 0
    assert member(club) == "join"
    run = cmday("send", "--yes")
    assert run.code == 0, run
    there = club.call("GET", f"/rooms/{quote(club.room)}/event/{quote(event)}", by=club.ana)
    assert there["content"] == {}
    assert there["unsigned"]["redacted_because"]["content"]["reason"] == "charter 4"
    assert member(club) == "ban"
    assert cmday("send", "--due", "--yes").code == 0
    assert member(club) == "ban"
    later = datetime.now(UTC) + timedelta(days=7, minutes=5)
    monkeypatch.setenv("CMDAY_NOW", later.isoformat())
    ended = cmday("send", "--due", "--yes")
    assert ended.code == 0, ended
    assert member(club) == "leave"
    club.joins(club.bruno, club.room)


def test_a_ban_is_undone_and_a_redaction_is_not(cmday: Cmday, club: Synapse) -> None:
    event = said(club, "Rude words again")
    handle = case(cmday, event)["handle"]
    cmday("moderate", "ban", handle, "--why", "charter 4")
    cmday("send", "--yes")
    assert member(club) == "ban"
    assert cmday("undo", handle, "--yes").code == 0
    assert member(club) == "leave"
    club.joins(club.bruno, club.room)
    cmday("moderate", "remove", handle, "--why", "charter 4")
    assert cmday("send", "--yes").code == 0
    run = cmday("undo", handle, "--yes")
    assert run.code == 1
    assert "irreversible" in run.err
