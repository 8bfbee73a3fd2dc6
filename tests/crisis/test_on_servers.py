"""Posts that wait on servers: named, taken off with a word, kept, and put back. Both servers are the loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.crisis import ground
from tests.loopback.answers import Answer, Received
from tests.loopback.server import Loopback

States = Callable[[], dict[str, tuple[str, str | None]]]
SCHEDULED = "/api/v1/scheduled_statuses"
BLOG = """
[account.blog]
network = "wordpress"
server = "{server}"
username = "robin"
communities = ["sss"]
secret = {{ env = "TOKEN" }}
"""


def waiting(number: int, text: str, **params: Any) -> dict[str, Any]:
    """As docs.joinmastodon.org/entities/ScheduledStatus has it."""
    empty = dict.fromkeys(
        ("poll", "media_ids", "sensitive", "spoiler_text", "in_reply_to_id", "language", "scheduled_at")
    )
    return {
        "id": str(number),
        "scheduled_at": "2026-11-02T19:00:00.000Z",
        "params": {**empty, "text": text, "visibility": "unlisted", "application_id": 1, **params},
        "media_attachments": [{"id": "9"}] if params.get("media_ids") else [],
    }


class Servers:
    """A Mastodon server and a WordPress site on one loopback, with what waits on them."""

    def __init__(self, loopback: Loopback) -> None:
        self.mastodon = {
            one["id"]: one for one in (waiting(7, "Le concours"), waiting(8, "L'affiche", media_ids=["9"]))
        }
        self.blog = {"status": "future", "date_gmt": "2026-11-03T08:00:00"}
        self.loopback = loopback
        loopback.route(SCHEDULED, lambda _asked: json.dumps(list(self.mastodon.values())))
        for number in ("7", "8"):
            loopback.route(f"{SCHEDULED}/{number}", self._cancel)
        loopback.route("/wp-json/wp/v2/posts", lambda _asked: self._json([self._post()] if self._waits() else []))
        loopback.route("/wp-json/wp/v2/posts/31", self._one)

    def writes(self) -> list[str]:
        return [f"{one.method} {one.path}" for one in self.loopback.requests if one.method != "GET"]

    def _waits(self) -> bool:
        return self.blog["status"] == "future"

    def _cancel(self, asked: Received) -> Answer:
        assert asked.method == "DELETE"
        found = self.mastodon.pop(asked.path.rpartition("/")[2], None)
        return Answer(status=200 if found else 404, body=b"{}")

    def _post(self) -> dict[str, Any]:
        return {"id": 31, **self.blog, "title": {"raw": "Bilan d'octobre"}, "content": {"raw": "Merci."}}

    def _one(self, asked: Received) -> Answer:
        if asked.method == "POST":
            self.blog |= json.loads(asked.body)
        return self._json(self._post())

    def _json(self, value: Any) -> Answer:
        return Answer(body=json.dumps(value).encode(), headers={"Content-Type": "application/json"})


@pytest.fixture
def servers(home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> Servers:
    monkeypatch.setenv("CMDAY_NOW", ground.NOW.isoformat())
    monkeypatch.setenv("TOKEN", "token-of-sss")
    server = loopback.url("", host="all.localhost")
    ground.configure(home, server, BLOG.format(server=server))
    return Servers(loopback)


def frozen(cmday: Cmday) -> dict[str, str]:
    [found] = cmday("crisis", "--json").json["data"]["crises"]
    return {one["text"]: one["state"] for one in found["frozen"]}


def test_without_a_word_they_are_named_and_left(servers: Servers, cmday: Cmday) -> None:
    begun = cmday("crisis", "start", "sss")
    assert begun.code == 0
    assert servers.writes() == []
    assert frozen(cmday) == dict.fromkeys(("Le concours", "L'affiche", "Bilan d'octobre"), "there")
    for said in ("Le concours", "Bilan d'octobre"):
        assert said in begun.err
    assert "cannot be kept: take it off there yourself" in begun.out


def test_with_a_word_they_are_taken_off_and_put_back(servers: Servers, cmday: Cmday, states: States) -> None:
    assert cmday("crisis", "start", "sss", "--yes").code == 0
    assert sorted(servers.writes()) == [f"DELETE {SCHEDULED}/7", "POST /wp-json/wp/v2/posts/31"]
    assert list(servers.mastodon) == ["8"]
    assert servers.blog["status"] == "draft"
    assert frozen(cmday) == {"Le concours": "taken", "L'affiche": "there", "Bilan d'octobre": "taken"}
    assert states()["Le concours"][0] == "held"
    [copy] = cmday("outbox", "--json").json["data"]["items"]
    assert copy["due"] == "2026-11-02T20:00:00+01:00"
    assert cmday("crisis", "start", "sss", "--yes").code == 0
    assert len(servers.writes()) == 2
    assert cmday("crisis", "end", "sss", "--release").code == 0
    assert servers.blog == {"status": "future", "date_gmt": "2026-11-03T08:00:00"}
    assert states() == {"Le concours": ("queued", None)}


def test_what_may_be_on_its_server_still_is_not_released(servers: Servers, cmday: Cmday, states: States) -> None:
    servers.loopback.route(f"{SCHEDULED}/7", Answer(silent=True))
    begun = cmday("crisis", "start", "sss", "--yes")
    assert begun.code == 0
    assert "nox" in begun.err
    assert states()["Le concours"][0] == "held"
    ended = cmday("crisis", "end", "sss", "--release", "--json").json["data"]
    assert ended["kept"] == 1
    assert states()["Le concours"][0] == "held"
    assert "perhaps still on the server" in Path(ended["report"]).read_text(encoding="utf-8")


def test_what_somebody_published_meanwhile_is_no_more_named(servers: Servers, cmday: Cmday) -> None:
    cmday("crisis", "start", "sss")
    servers.mastodon.clear()
    cmday("crisis", "start", "sss")
    assert list(frozen(cmday)) == ["Bilan d'octobre"]


def test_over_its_time_it_stays_a_draft_and_is_said(
    servers: Servers, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cmday("crisis", "start", "sss", "--yes").code == 0
    monkeypatch.setenv("CMDAY_NOW", "2026-11-04T09:00:00+01:00")
    ended = cmday("crisis", "end", "sss", "--release")
    assert "its time is over" in ended.err
    assert servers.blog["status"] == "draft"


def test_shares_are_asked_and_lead_the_voices(servers: Servers, home: Path, cmday: Cmday) -> None:
    ground.store(home, [*ground.week(), *ground.surge()])
    counts = [{"id": "s0", "reblogs_count": 412}, {"id": "s3", "reblogs_count": 88}]
    servers.loopback.route("/api/v1/statuses", json.dumps(counts))
    found = cmday("start", "--json").json["data"]["crisis"]
    assert [(one["author"], one["shares"]) for one in found["voices"][:2]] == [("marco.live", 412), ("nuit3", 88)]
    assert "marco.live (412 shares" in cmday("crisis").out
    assert {one["text"] for one in found["frozen"]} == {"Le concours", "L'affiche", "Bilan d'octobre"}
    assert servers.writes() == []
