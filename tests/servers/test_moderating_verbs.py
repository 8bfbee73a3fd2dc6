"""Comments that wait on a real WordPress, decided by ``cmday moderate`` and ``send``: seen once, done once, undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
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


@pytest.fixture
def blog(home: Path, wordpress_server: WordPress, monkeypatch: pytest.MonkeyPatch) -> WordPress:
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("PASSWORD", wordpress_server.passwords["ana"])
    (home / "config.toml").write_text(CONFIG.format(url=wordpress_server.url))
    (home / "feeds.toml").touch()
    return wordpress_server


def status(server: WordPress, comment: int) -> str:
    found: str = server.call("GET", f"/comments/{comment}?context=edit")["status"]
    return found


def cases(cmday: Cmday) -> dict[str, Any]:
    listed = cmday("moderate", "--json").json["data"]["cases"]
    found = {one["id"].rpartition("/")[2]: one for one in listed}
    assert len(found) == len(listed), "each once"
    return found


def test_held_comments_are_decided_and_taken_back_through_the_front_door(cmday: Cmday, blog: WordPress) -> None:
    asked = [blog.comments(f"May I bring {n} friends", status="hold") for n in range(4)]
    seen = cases(cmday)
    handles = [seen[str(one)]["handle"] for one in asked]
    verbs = [("approve",), ("remove",), ("label", "spam"), ("hold",)]
    for handle, (verb, *rest) in zip(handles, verbs, strict=True):
        assert cmday("moderate", verb, handle, *rest, "--why", "charter 4").code == 0
    assert [status(blog, one) for one in asked] == ["hold"] * 4
    run = cmday("send", "--yes")
    assert run.code == 0, run
    after = ["approved", "trash", "spam", "hold"]
    assert [status(blog, one) for one in asked] == after
    assert cmday("send", "--yes").code == 0
    left = cases(cmday)
    assert [str(one) in left for one in asked] == [False, False, False, True], "what is held still waits"
    for handle in handles[:3]:
        assert cmday("undo", handle, "--yes").code == 0
    assert [status(blog, one) for one in asked] == ["hold"] * 4
    assert {str(one) for one in asked} <= cases(cmday).keys()
    assert cmday("moderate", "log", "verify").code == 0


def test_what_others_did_meanwhile_is_asked_about(cmday: Cmday, blog: WordPress) -> None:
    edited, decided = (blog.comments(text, status="hold") for text in ("Please let me in", "And me too"))
    seen = cases(cmday)
    handles = [seen[str(one)]["handle"] for one in (edited, decided)]
    assert cmday("moderate", "remove", *handles, "--why", "charter 4").code == 0
    blog.call("POST", f"/comments/{edited}", {"content": "Please do not let me in"})
    blog.decides(decided, "approved")
    run = cmday("send", "--yes")
    assert run.code == 3
    assert "it was edited since you decided" in run.out
    assert "it was dealt with elsewhere: approved" in run.out
    assert (status(blog, edited), status(blog, decided)) == ("hold", "approved")
    items = cmday("outbox", "--json").json["data"]["items"]
    assert (
        cmday("outbox", "release", next(one["id"] for one in items if one["target"].endswith(f"/{edited}"))).code == 0
    )
    cmday("send", "--yes")
    assert (status(blog, edited), status(blog, decided)) == ("trash", "approved")
