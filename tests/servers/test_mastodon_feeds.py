"""Mastodon as a source of news, without login, against snac: it speaks a part of the API, and RSS."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.servers.snac import Snac

pytestmark = pytest.mark.server


@pytest.fixture
def snac(home: Path, snac_server: Snac, monkeypatch: pytest.MonkeyPatch) -> Snac:
    monkeypatch.delenv("CMDAY_NOW")
    (home / "config.toml").write_text('[limits]\nper_host_spacing = "0s"\n')
    return snac_server


def test_a_person_comes_without_login(snac: Snac, cmday: Cmday) -> None:
    host = snac.url.removeprefix("http://")
    result = cmday("feeds", "add", f"@ana@{host}", "--json")
    assert result.code == 0, result
    (row,) = result.json["data"]["feeds"]
    assert row["status"] == "added"
    found = cmday("feeds", "entries", "--json").json["data"]["entries"]
    assert any("Community meetup tonight" in f"{entry['title']} {entry['summary']}" for entry in found)
    assert not any("just between us" in f"{entry['title']} {entry['summary']}" for entry in found)
    assert cmday("feeds", "refresh", "--force", "--json").json["data"]["feeds"][0]["error"] is None


def test_a_hashtag_comes_without_login(snac: Snac, cmday: Cmday) -> None:
    host = snac.url.removeprefix("http://")
    result = cmday("feeds", "add", f"#meetup@{host}", "--json")
    assert result.code == 0, result
    found = cmday("feeds", "entries", "--json").json["data"]["entries"]
    assert any("Community meetup tonight" in f"{entry['title']} {entry['summary']}" for entry in found)


def test_a_person_who_is_not_there_is_said(snac: Snac, cmday: Cmday, home: Path) -> None:
    host = snac.url.removeprefix("http://")
    result = cmday("feeds", "add", f"@nobody@{host}")
    assert result.code != 0
    assert "@nobody" in result.err
    assert not (home / "feeds.toml").exists()
