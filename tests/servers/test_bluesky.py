"""Bluesky as a source of news, against its own servers: people, lists, search."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.servers.atproto import Atproto

pytestmark = pytest.mark.server


@pytest.fixture
def bluesky(home: Path, atproto_server: Atproto, monkeypatch: pytest.MonkeyPatch) -> Atproto:
    """The servers as ``[services]``, and bruno's app password for a search."""
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("APP_PASSWORD", atproto_server.bruno.password)
    (home / "config.toml").write_text(
        f'[limits]\nper_host_spacing = "0s"\n[services]\nbluesky = "{atproto_server.appview}"\n'
        f'[source.sky]\nkind = "bluesky"\nserver = "{atproto_server.pds}"\nusername = "bruno.test"\n'
        'secret = { env = "APP_PASSWORD" }\n'
    )
    return atproto_server


def _titles(cmday: Cmday) -> set[str]:
    return {entry["title"] for entry in cmday("feeds", "entries", "--all", "--json").json["data"]["entries"]}


def test_a_person_comes_without_answers_and_what_was_passed_on(bluesky: Atproto, cmday: Cmday) -> None:
    (row,) = cmday("feeds", "add", "@ana.test", "--json").json["data"]["feeds"]
    assert (row["title"], row["kind"]) == ("Ana", "bluesky")
    assert row["url"] == f"bluesky+{bluesky.appview}/profile/ana.test?did={bluesky.ana.did}"
    assert {"Community meetup tonight, who is in?", "Where we meet"} <= _titles(cmday)
    assert "An answer to myself" not in _titles(cmday)
    found = cmday("feeds", "entries", "--json").json["data"]["entries"]
    venue = next(entry for entry in found if entry["title"] == "Where we meet")
    assert venue["url"].startswith("https://bsky.app/profile/ana.test/post/")
    assert (venue["author"], venue["state"]) == ("Ana", "unread")
    (known,) = cmday("feeds", "add", "@ana.test", "--json").json["data"]["feeds"]
    assert known["status"] == "known"


def test_what_is_written_later_comes_at_the_next_refresh(bluesky: Atproto, cmday: Cmday) -> None:
    cmday("feeds", "add", "@bruno.test")
    assert "Bruno writes about gardening" in _titles(cmday)
    there = bluesky.shown(bluesky.bruno)
    bluesky.says(bluesky.bruno, "Bruno writes again")
    bluesky.wait_posts(bluesky.bruno, there + 1)
    (row,) = cmday("feeds", "refresh", "--force", "--json").json["data"]["feeds"]
    assert (row["status"], row["new"]) == ("new", 1)
    assert "Bruno writes again" in _titles(cmday)


def test_a_list_is_known_by_its_name(bluesky: Atproto, cmday: Cmday) -> None:
    address = f"https://bsky.app/profile/ana.test/lists/{bluesky.list_key}"
    (row,) = cmday("feeds", "add", address, "--json").json["data"]["feeds"]
    assert row["title"] == "Neighbours"
    assert {"Community meetup tonight, who is in?", "Bruno writes about gardening"} <= _titles(cmday)


def test_a_search_is_asked_with_the_app_password(bluesky: Atproto, cmday: Cmday) -> None:
    result = cmday("feeds", "add", "bluesky:meetup", "--json")
    assert result.code == 0, result
    (row,) = result.json["data"]["feeds"]
    assert row["kind"] == "search"
    assert "Community meetup tonight, who is in?" in row["samples"]


def test_a_refused_password_asks_for_another(bluesky: Atproto, cmday: Cmday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_PASSWORD", "not-the-password")
    result = cmday("feeds", "add", "bluesky:meetup")
    assert result.code == 4, result
    assert "app password" in result.err
    assert "not-the-password" not in result.out + result.err


def test_nobody_of_that_name_is_said(bluesky: Atproto, cmday: Cmday) -> None:
    result = cmday("feeds", "add", "@nobody.test")
    assert result.code == 2, result
    assert "nobody on Bluesky is called nobody.test" in result.err
