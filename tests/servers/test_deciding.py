"""What waits on real servers, decided and undone through the front door: the servers show it, each thing once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday, Result
from tests.servers.synapse import ALIAS, Synapse
from tests.servers.test_synapse_moderating import event_of, reported, state
from tests.servers.test_wordpress_moderating import status
from tests.servers.wordpress import WordPress

pytestmark = pytest.mark.server

CONFIG = """
[community.bem]
title = "BEM"
[account.blog]
network = "wordpress"
server = "{url}"
communities = ["bem"]
username = "ana"
secret = {{ env = "PASSWORD" }}
"""
MATRIX = """
[community.bem]
title = "BEM"
[account.club]
network = "matrix"
server = "{url}"
communities = ["bem"]
username = "{name}"
secret = {{ env = "TOKEN" }}
{rooms}
"""


@pytest.fixture
def blog(home: Path, wordpress_server: WordPress, monkeypatch: pytest.MonkeyPatch) -> WordPress:
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("PASSWORD", wordpress_server.passwords["ana"])
    (home / "config.toml").write_text(CONFIG.format(url=wordpress_server.url))
    return wordpress_server


@pytest.fixture
def club(home: Path, moderated_synapse: Synapse, monkeypatch: pytest.MonkeyPatch) -> Synapse:
    """Root's account first; ``as_ana`` is the room's moderator."""
    monkeypatch.delenv("CMDAY_NOW")
    _signed_in(home, moderated_synapse, "root", monkeypatch)
    return moderated_synapse


def _signed_in(home: Path, server: Synapse, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person = server.root if name == "root" else server.ana
    monkeypatch.setenv("TOKEN", person.token)
    rooms = "" if name == "root" else f'rooms = ["{ALIAS}"]'
    (home / "config.toml").write_text(MATRIX.format(url=server.url, name=name, rooms=rooms))


def cases(cmday: Cmday) -> dict[str, Any]:
    """The open cases by their words; each is there once."""
    told = cmday("moderate", "--json").json["data"]["cases"]
    found = {one["text"]: one for one in told}
    assert len(found) == len(told)
    return found


def well(result: Result) -> Result:
    assert result.code == 0, result
    return result


def decides(cmday: Cmday, verb: str, case: Any, *more: str) -> None:
    why = () if verb in ("approve", "resolve") else ("--why", "charter 4")
    well(cmday("moderate", verb, case["handle"], "--yes", *why, *more))
    well(cmday("send", "--yes"))


def test_held_comments_are_one_case_each_and_are_decided_and_undone(blog: WordPress, cmday: Cmday) -> None:
    texts = ("Is it warm?", "Take it down", "BUY MORE")
    good, bad, spam = (blog.comments(text, status="hold") for text in texts)
    well(cmday("inbox", "--json"))
    found = cases(cmday)
    assert set(texts) <= found.keys()
    decides(cmday, "approve", found["Is it warm?"])
    decides(cmday, "remove", found["Take it down"])
    decides(cmday, "label", found["BUY MORE"], "spam")
    assert [status(blog, one) for one in (good, bad, spam)] == ["approved", "trash", "spam"]
    assert not set(texts) & cases(cmday).keys()
    well(cmday("undo", "--yes", found["BUY MORE"]["handle"]))
    cmday("send", "--yes")
    assert status(blog, spam) == "hold"
    assert "BUY MORE" in cases(cmday)


def test_a_comment_that_a_colleague_decided_is_not_decided_again(blog: WordPress, cmday: Cmday) -> None:
    comment = blog.comments("Whose is it?", status="hold")
    well(cmday("inbox", "--json"))
    case = cases(cmday)["Whose is it?"]
    well(cmday("moderate", "remove", case["handle"], "--yes", "--why", "charter 4"))
    blog.decides(comment, "approved")
    cmday("send", "--yes")
    assert status(blog, comment) == "approved"


def test_a_dry_run_changes_nothing(blog: WordPress, cmday: Cmday) -> None:
    comment = blog.comments("Only looking", status="hold")
    well(cmday("inbox", "--json"))
    case = cases(cmday)["Only looking"]
    shown = well(cmday("moderate", "remove", case["handle"], "--dry-run", "--why", "charter 4"))
    assert f"DELETE {blog.url}/wp-json/wp/v2/comments/{comment}" in shown.out
    assert status(blog, comment) == "hold"


def test_a_report_is_one_case_and_dismissed(club: Synapse, cmday: Cmday) -> None:
    event = reported(club, "Nothing wrong with this", "a mistake", "me too")
    cmday("inbox", "--json")
    case = cases(cmday)["Nothing wrong with this"]
    assert case["reports"] == 2
    decides(cmday, "resolve", case)
    left = club.call("GET", "/_synapse/admin/v1/event_reports", by=club.root)["event_reports"]
    assert event not in {one["event_id"] for one in left}
    assert "Nothing wrong with this" not in cases(cmday)


def test_in_a_room_one_bans_and_unbans_and_redacts(
    home: Path, club: Synapse, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    _signed_in(home, club, "ana", monkeypatch)
    (home / "rules.toml").write_text('[rule]\nrude = { when = { word = ["sockpuppet"] }, do = ["hold"], why = "no" }\n')
    event = club.says(club.bruno, club.room, "what a sockpuppet")
    cmday("inbox", "--json")
    case = cases(cmday)["what a sockpuppet"]
    decides(cmday, "ban", case, "--for", "1d")
    assert state(club, "m.room.member", club.bruno.id)["membership"] == "ban"
    waiting = cmday("outbox", "--json").json["data"]["items"]
    assert len([one for one in waiting if one["state"] == "queued"]) == 1, "cmday ends it itself"
    decides(cmday, "unban", case)
    assert state(club, "m.room.member", club.bruno.id)["membership"] == "leave"
    decides(cmday, "remove", case)
    assert event_of(club, event)["content"] == {}
    club.joins(club.bruno, club.room)
