"""Miniflux as a source: entries in, read marks both ways, against the real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cmday
from tests.loopback.server import Loopback
from tests.servers.miniflux import Miniflux

pytestmark = pytest.mark.server


@pytest.fixture
def reader(home: Path, miniflux_server: tuple[Miniflux, Loopback], monkeypatch: pytest.MonkeyPatch) -> Miniflux:
    """The server as ``[source.reader]``, everything on it unread."""
    server, _ = miniflux_server
    monkeypatch.delenv("CMDAY_NOW")
    monkeypatch.setenv("KEY", server.key)
    server.mark("unread", *server.statuses())
    _configure(home, server)
    return server


def _configure(home: Path, server: Miniflux, more: str = "") -> None:
    (home / "config.toml").write_text(
        f'[limits]\nper_host_spacing = "0s"\n[source.reader]\nkind = "miniflux"\nserver = "{server.url}"\n'
        f'secret = {{ env = "KEY" }}\n{more}'
    )


def _entries(cmday: Cmday) -> dict[str, str]:
    found = cmday("feeds", "entries", "--all", "--json").json["data"]["entries"]
    return {entry["title"]: entry["state"] for entry in found}


def test_entries_come_in_with_their_feed_and_dates(reader: Miniflux, cmday: Cmday) -> None:
    added = cmday("feeds", "add", "miniflux:reader", "--json")
    assert added.code == 0, added
    (row,) = added.json["data"]["feeds"]
    assert (row["kind"], row["entries"]) == ("miniflux", 5)
    assert row["url"] == f"miniflux+{reader.url}/"
    found = cmday("feeds", "entries", "--json").json["data"]["entries"]
    assert {entry["title"] for entry in found} == {f"News {n}" for n in range(5)}
    one = next(entry for entry in found if entry["title"] == "News 3")
    assert (one["author"], one["url"]) == ("Trade news", "http://a.example/n3")
    assert one["published"].startswith("2026-11-02T")
    assert one["summary"] == "Body 3"


def test_what_is_read_here_is_read_there_and_the_other_way_round(
    reader: Miniflux, cmday: Cmday, miniflux_server: tuple[Miniflux, Loopback]
) -> None:
    cmday("feeds", "add", "miniflux:reader")
    handles = {
        story["title"]: story["handle"] for story in cmday("feeds", "--offline", "--json").json["data"]["stories"]
    }
    assert cmday("feeds", "read", handles["News 1"]).code == 0
    reader.mark("read", "News 2")
    refreshed = cmday("feeds", "refresh", "--force", "--json")
    assert refreshed.code == 0, refreshed
    assert reader.statuses() | {} == {f"News {n}": "read" if n in (1, 2) else "unread" for n in range(5)}
    assert _entries(cmday) == {f"News {n}": "read" if n in (1, 2) else "unread" for n in range(5)}
    reader.mark("unread", "News 1")  # taken up again over there
    cmday("feeds", "refresh", "--force")
    assert _entries(cmday)["News 1"] == "unread"
    assert reader.statuses()["News 1"] == "unread"


def test_marks_stay_here_where_the_person_says_so(home: Path, reader: Miniflux, cmday: Cmday) -> None:
    _configure(home, reader, 'read_marks = "in"\n')
    cmday("feeds", "add", "miniflux:reader")
    handles = {
        story["title"]: story["handle"] for story in cmday("feeds", "--offline", "--json").json["data"]["stories"]
    }
    cmday("feeds", "read", handles["News 0"])
    cmday("feeds", "refresh", "--force")
    assert reader.statuses()["News 0"] == "unread"
    assert _entries(cmday)["News 0"] == "read"


def test_a_refused_key_asks_for_another(
    home: Path, reader: Miniflux, cmday: Cmday, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "not-the-key")
    result = cmday("feeds", "add", "miniflux:reader")
    assert result.code == 4, result
    assert "API key" in result.err
    assert "not-the-key" not in result.out + result.err
    assert not (home / "feeds.toml").exists()
