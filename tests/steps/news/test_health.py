"""How feeds fare: what is told, which command mends it, and that it does."""

from __future__ import annotations

import shlex
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.loopback.answers import Answer, redirect, validated
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import NOW, rss, subscribe


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    monkeypatch.setenv("CMDAY_NOW", (NOW + timedelta(**span)).isoformat())


def health(cmday: Cmday, *options: str) -> list[Any]:
    found: list[Any] = cmday("feeds", "health", "--json", *options).json["data"]["feeds"]
    return found


def listed(home: Path) -> list[Any]:
    tables: list[Any] = tomllib.loads(home.joinpath("feeds.toml").read_text())["feed"]
    return tables


def titles(cmday: Cmday) -> list[tuple[str, str]]:
    rows = cmday("feeds", "entries", "--all", "--json").json["data"]["entries"]
    return sorted((row["title"], row["state"]) for row in rows)


def moved(cmday: Cmday, loopback: Loopback, monkeypatch: pytest.MonkeyPatch, status: int, days: int) -> str:
    new = loopback.route("/new", validated(rss("One", "Two"), '"1"'), host="f2.localhost")
    loopback.route("/old", redirect(new, status), host="f1.localhost")
    for day in range(days):
        later(monkeypatch, days=day)
        cmday("feeds", "refresh")
    return new


@pytest.mark.parametrize("status", [301, 308])
def test_a_move_is_shown_and_mended_with_all_that_is_stored(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    subscribe(home, [(loopback.url("/old", host="f1.localhost"), 'title = "Mine"\nnote = "kept"')])
    new = moved(cmday, loopback, monkeypatch, status, days=3)
    cmday("feeds", "--limit", "1")
    cmday("feeds", "read", "f1")
    before = titles(cmday)
    (row,) = health(cmday)
    assert (row["problem"], row["command"], row["fixed"]) == ("moved", "cmday feeds health --fix", False)
    assert new in row["detail"]
    assert "cmday feeds health --fix" in cmday("feeds", "health").out
    assert [row["fixed"] for row in health(cmday, "--fix")] == [True]
    assert listed(home) == [{"url": new, "title": "Mine", "note": "kept"}]
    assert health(cmday) == []
    asked = loopback.count("/old")
    later(monkeypatch, days=4)
    assert cmday("feeds", "refresh", "--json").json["data"]["feeds"][0]["status"] == "unchanged"
    assert loopback.count("/old") == asked
    assert titles(cmday) == before


@pytest.mark.parametrize(("status", "days"), [(302, 5), (307, 5), (301, 2)])
def test_what_is_no_move_is_none(  # noqa: PLR0917  a table
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch, status: int, days: int
) -> None:
    old = loopback.url("/old", host="f1.localhost")
    subscribe(home, [old])
    moved(cmday, loopback, monkeypatch, status, days)
    assert health(cmday, "--fix") == []
    assert [table["url"] for table in listed(home)] == [old]


def test_a_move_is_counted_anew_when_the_answer_changes(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.url("/old", host="f1.localhost")])
    moved(cmday, loopback, monkeypatch, 301, days=2)
    other = loopback.route("/other", rss("One"), host="f3.localhost")
    loopback.route("/old", redirect(other, 301), host="f1.localhost")
    for day in (2, 3):
        later(monkeypatch, days=day)
        cmday("feeds", "refresh")
    assert health(cmday) == []
    later(monkeypatch, days=4)
    cmday("feeds", "refresh")
    assert other in health(cmday)[0]["detail"]


def test_only_the_lasting_part_of_a_chain_is_a_move(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.url("/old", host="f1.localhost")])
    end = loopback.route("/end", rss("One"), host="f3.localhost")
    middle = loopback.route("/middle", redirect(end, 302), host="f2.localhost")
    loopback.route("/old", redirect(middle, 308), host="f1.localhost")
    for day in range(3):
        later(monkeypatch, days=day)
        cmday("feeds", "refresh")
    health(cmday, "--fix")
    assert [table["url"] for table in listed(home)] == [middle]


def test_a_move_onto_a_feed_of_the_list_is_for_the_person_to_decide(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = loopback.url("/old", host="f1.localhost"), loopback.url("/new", host="f2.localhost")
    subscribe(home, [old, new])
    home.joinpath("config.toml").write_text('[limits]\nper_host_spacing = "0s"\n')
    moved(cmday, loopback, monkeypatch, 301, days=3)
    (row,) = health(cmday, "--fix")
    assert (row["fixed"], row["command"]) == (False, f"cmday feeds remove {old}")
    assert cmday(*shlex.split(row["command"])[1:]).code == 0
    assert [table["url"] for table in listed(home)] == [new]


def test_gone_is_asked_no_more_and_muted_by_fix(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = loopback.route("/feed", Answer(status=410), host="f1.localhost")
    subscribe(home, [url])
    cmday("feeds", "refresh")
    later(monkeypatch, days=40)
    assert cmday("feeds", "refresh", "--json").json["data"]["feeds"][0]["status"] == "gone"
    assert loopback.count() == 1
    (row,) = health(cmday)
    assert (row["problem"], row["command"]) == ("gone", f"cmday feeds remove {url}")
    health(cmday, "--fix")
    assert listed(home) == [{"url": url, "mute": True}]
    data = cmday("feeds", "health", "--json").json["data"]
    assert (data["feeds"], data["healthy"], data["muted"]) == ([], 0, 1)


def test_failing_becomes_dead_after_a_week(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = loopback.route("/feed", rss("One", extra="<link>http://site.localhost/</link>"), host="f1.localhost")
    subscribe(home, [url])
    cmday("feeds", "refresh")
    loopback.route("/feed", "<!doctype html><title>Sign in</title><form></form>", host="f1.localhost")
    later(monkeypatch, days=1)
    cmday("feeds", "refresh")
    (row,) = health(cmday)
    assert (row["problem"], row["command"]) == ("failing", f"cmday feeds why {url}")
    assert "web page" in row["detail"]
    later(monkeypatch, days=9)
    cmday("feeds", "refresh")
    (row,) = health(cmday)
    assert (row["problem"], row["command"]) == ("dead", "cmday feeds add http://site.localhost/")
    assert row["since"].startswith("2026-11-03")


def test_silent_stale_and_noisy(cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = loopback.route("/feed", rss("Long ago").replace(b"Nov 2026", b"Nov 2025"), host="f1.localhost")
    noisy = loopback.route("/feed", rss(*(f"Shout {n}" for n in range(300)), hours=0.5), host="f2.localhost")
    well = loopback.route("/feed", rss("One"), host="f3.localhost")
    resting = loopback.route("/feed", rss("One"), host="f4.localhost")
    subscribe(home, [silent, noisy, well, resting])
    cmday("feeds", "refresh")
    patience = {"Retry-After": str(14 * 86_400)}
    loopback.route("/feed", Answer(body=rss("Two"), headers=patience), host="f4.localhost")
    later(monkeypatch, hours=7)
    cmday("feeds", "refresh")
    later(monkeypatch, days=8)
    cmday("feeds", "refresh")
    found = {row["url"]: (row["problem"], row["command"]) for row in health(cmday)}
    assert found == {
        silent: ("silent", f"cmday feeds remove {silent}"),
        noisy: ("noisy", f"cmday feeds mute {noisy}"),
        resting: ("stale", f"cmday feeds why {resting}"),
    }
    screen = cmday("feeds", "health").out
    for _problem, command in found.values():
        assert command in screen


def test_a_holiday_makes_no_feed_stale(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.route("/feed", rss("One"), host=f"f{n}.localhost") for n in range(3)])
    cmday("feeds", "refresh")
    later(monkeypatch, days=30)
    assert health(cmday) == []
    assert "Every feed is well." in cmday("feeds", "health").out


def test_why_shows_what_a_feed_answered(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = loopback.route("/new", validated(rss("One", "Two"), '"tag"'), host="f2.localhost")
    old = loopback.route("/old", redirect(new, 301), host="f1.localhost")
    subscribe(home, [old])
    cmday("feeds", "refresh")
    later(monkeypatch, hours=7)
    cmday("feeds", "refresh")
    loopback.route("/old", Answer(status=500), host="f1.localhost")
    later(monkeypatch, hours=14)
    cmday("feeds", "refresh")
    data = cmday("feeds", "why", "f1.localhost", "--json").json["data"]
    failed, unchanged, first = data["visits"]
    assert (first["status"], first["http_status"], first["new"], first["sent"], first["given"]) == (
        *("new", 200, 2),
        *(None, '"tag"'),
    )
    assert first["bytes"] == len(rss("One", "Two"))
    assert first["hops"] == [f"301 {old}"]
    assert (unchanged["status"], unchanged["http_status"], unchanged["sent"]) == ("unchanged", 304, '"tag"')
    assert (unchanged["bytes"], unchanged["reason"]) == (None, "its own rhythm")
    assert (failed["status"], failed["http_status"], failed["reason"]) == ("failed", 500, "it failed")
    assert (data["reason"], data["etag"], data["failures"]) == ("it failed", '"tag"', 1)
    assert (data["moved_to"], data["moved_days"]) == (None, 0)
    screen = cmday("feeds", "why", "f1.localhost").out
    assert '"tag"' in screen
    assert "its own rhythm" in screen
    assert cmday("feeds", "why", "nowhere.example").code == 2


def test_the_history_is_bounded(cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(home, [loopback.route("/feed", rss("One"), host="f1.localhost")])
    for hour in range(40):
        later(monkeypatch, hours=7 * hour)
        cmday("feeds", "refresh", "-q")
    seen = [visit["at"] for visit in cmday("feeds", "why", "f1.localhost", "--json").json["data"]["visits"]]
    assert len(seen) == 32
    assert seen == sorted(seen, reverse=True)
    assert seen[0] == (NOW + timedelta(hours=7 * 39)).isoformat()


def test_a_dry_run_asks_nobody_and_gives_reasons(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Answer(body=rss("One"), headers={"Cache-Control": "max-age=7200", "ETag": '"1"'})
    fresh = loopback.route("/feed", kept, host="f1.localhost")
    gone = loopback.route("/feed", Answer(status=410), host="f2.localhost")
    own = loopback.route("/feed", rss("One"), host="f3.localhost")
    subscribe(home, [fresh, gone, (own, "interval = 240")])
    rows = cmday("feeds", "refresh", "--dry-run", "--json").json["data"]["feeds"]
    assert [(row["due"], row["next_fetch"]) for row in rows] == [(True, None)] * 3
    assert not loopback.requests
    cmday("feeds", "refresh")
    asked = loopback.count()
    rows = cmday("feeds", "refresh", "--dry-run", "--json").json["data"]["feeds"]
    assert [(row["due"], row["reason"], row["conditional"]) for row in rows] == [
        (False, "the server's max-age", True),
        (False, "gone for good", False),
        (False, "your interval", False),
    ]
    assert rows[0]["next_fetch"] == (NOW + timedelta(hours=2)).isoformat()
    assert [
        row["due"] for row in cmday("feeds", "refresh", "--dry-run", "--force", "--json").json["data"]["feeds"]
    ] == [*(True, True, True)]
    monkeypatch.setenv("CMDAY_LANG", "fr")
    screen = cmday("feeds", "refresh", "--dry-run").out
    assert "max-age" in screen
    assert "its own rhythm" not in screen
    assert loopback.count() == asked


def test_the_command_that_mends_is_whole_in_a_narrow_terminal(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.route("/feed", Answer(404), host="a-feed-that-was-here-for-years.localhost")])
    cmday("feeds", "refresh")
    monkeypatch.setenv("COLUMNS", "44")
    (row,) = health(cmday)
    assert row["command"].replace(" ", "") in "".join(cmday("feeds", "health").out.split())
