"""What goes over the wire, and what is kept of it: a server that logs is the witness."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.loopback.answers import Answer, Received, busy, redirect, validated
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import NOW, rss, subscribe


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    monkeypatch.setenv("CMDAY_NOW", (NOW + timedelta(**span)).isoformat())


def only(rows: list[Any]) -> Any:
    (row,) = rows
    return row


def refresh(cmday: Cmday, *options: str) -> Any:
    return only(cmday("feeds", "refresh", "--json", *options).json["data"]["feeds"])


def test_validators_go_back_byte_for_byte(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag, modified = "W/\"a \\b, 'c';d\"", "sunday, 01-Nov-26 09:00:00 gmt"
    headers = {"ETag": etag, "Last-Modified": modified}

    def answer(received: Received) -> Answer:
        known = received.headers.get("if-none-match") == etag and received.headers.get("if-modified-since") == modified
        return Answer(status=304) if known else Answer(body=rss("One", "Two"), headers=headers)

    url = loopback.route("/feed", answer, host="f1.localhost")
    subscribe(home, [url])
    assert refresh(cmday)["status"] == "new"
    assert refresh(cmday)["status"] == "waiting"
    later(monkeypatch, hours=7)
    row = refresh(cmday)
    assert (row["status"], row["http_status"], row["entries"], row["new"]) == ("unchanged", 304, 2, 0)
    first, second = loopback.asked("/feed")
    assert "if-none-match" not in first.headers
    assert "application/atom+xml" in first.headers["accept"]
    assert (second.headers["if-none-match"], second.headers["if-modified-since"]) == (etag, modified)


def test_validators_are_dropped_after_eight_days(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.route("/feed", validated(rss("One"), '"1"'), host="f1.localhost")])
    for days in (0, 7, 8, 9):
        later(monkeypatch, days=days)
        refresh(cmday)
    shown = [received.headers.get("if-none-match") for received in loopback.asked("/feed")]
    assert shown == [None, '"1"', None, '"1"']


def test_a_second_refresh_asks_nothing_without_condition(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [loopback.route("/feed", validated(rss(f"Title {n}"), f'"{n}"'), host=f"f{n}.localhost") for n in range(20)]
    subscribe(home, urls)
    assert {row["status"] for row in cmday("feeds", "refresh", "--json").json["data"]["feeds"]} == {"new"}
    later(monkeypatch, days=1)
    assert {row["status"] for row in cmday("feeds", "refresh", "--json").json["data"]["feeds"]} == {"unchanged"}
    assert sum("if-none-match" not in received.headers for received in loopback.requests) == 20
    assert loopback.count() == 40


def test_the_same_body_is_not_read_again(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = gzip.compress(rss("One", "Two"))
    subscribe(
        home, [loopback.route("/feed", Answer(body=body, headers={"Content-Encoding": "gzip"}), host="f1.localhost")]
    )
    assert refresh(cmday)["new"] == 2
    monkeypatch.setattr("cmday.connectors.feed_parsing.parse", None)
    later(monkeypatch, hours=7)
    row = refresh(cmday)
    assert (row["status"], row["http_status"], row["error"]) == ("unchanged", 200, None)


def test_a_changed_body_brings_the_new_ones_only(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.route("/feed", rss("One", "Two"), host="f1.localhost")])
    cmday("feeds")
    cmday("feeds", "read")
    loopback.route("/feed", rss("Zero", "One", "Two"), host="f1.localhost")
    later(monkeypatch, hours=7)
    row = refresh(cmday)
    assert (row["status"], row["entries"], row["new"]) == ("new", 3, 1)
    stories = cmday("feeds", "--offline", "--json").json["data"]["stories"]
    assert [story["title"] for story in stories] == ["Zero"]


def test_an_edited_entry_changes_and_stays_read(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.route("/feed", rss("One"), host="f1.localhost")])
    refresh(cmday)
    cmday("feeds")
    cmday("feeds", "read")
    loopback.route("/feed", rss("One").replace(b"About One", b"More about One"), host="f1.localhost")
    later(monkeypatch, hours=7)
    assert refresh(cmday)["new"] == 0
    (entry,) = cmday("feeds", "entries", "--all", "--json").json["data"]["entries"]
    assert (entry["summary"], entry["state"]) == ("More about One.", "read")


def test_guids_that_begin_to_repeat_bring_nothing_back(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.route("/feed", rss("One"), host="f1.localhost")])
    assert refresh(cmday)["new"] == 1
    twice = rss("One", "Two").replace(b"false'>Two", b"false'>One")
    loopback.route("/feed", twice, host="f1.localhost")
    later(monkeypatch, hours=7)
    assert refresh(cmday)["new"] == 1


@pytest.mark.parametrize(
    ("answer", "status", "kind", "word"),
    [
        (Answer(status=410), "gone", "gone", "gone for good"),
        (Answer(status=404), "failed", "server", "404"),
        (Answer(status=401), "failed", "server", "401"),
        (Answer(status=500), "failed", "server", "500"),
        (busy(429), "failed", "rate-limit", "patience"),
        (Answer(body=b"<!doctype html><title>Sign in</title>"), "failed", "garbled", "web page"),
        (Answer(body=b""), "failed", "garbled", "empty"),
        (Answer(body=b"<urlset/>"), "failed", "garbled", "no feed"),
        (Answer(silent=True), "failed", "unreachable", ""),
    ],
)
def test_failures_are_named_and_other_feeds_are_whole(  # noqa: PLR0917  a table
    cmday: Cmday, home: Path, loopback: Loopback, answer: Answer, status: str, kind: str, word: str
) -> None:
    good = loopback.route("/feed", rss("One"), host="f1.localhost")
    bad = loopback.route("/feed", answer, host="f2.localhost")
    subscribe(home, [good, bad])
    result = cmday("feeds", "refresh", "--json")
    rows = {row["url"]: row for row in result.json["data"]["feeds"]}
    assert rows[good]["status"] == "new"
    assert rows[bad]["status"] == status
    assert word in rows[bad]["error"]
    assert result.code == 3
    listed = {row["url"]: row for row in cmday("feeds", "list", "--json").json["data"]["feeds"]}
    assert listed[bad]["state"] == ("gone" if status == "gone" else "failing")
    if kind != "garbled" or word != "no feed":
        assert [error["kind"] for error in result.json["errors"]] == [kind]


def test_a_failure_in_the_skim_names_the_feed_and_exits_3(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    good = loopback.route("/feed", rss("One"), host="f1.localhost")
    bad = loopback.route("/feed", Answer(body=b"<urlset/>"), host="f2.localhost")
    subscribe(home, [good, (bad, 'title = "The broken one"')])
    result = cmday("feeds", "--json")
    assert result.code == 3
    assert result.json["errors"][0]["subject"] == "The broken one"
    assert [story["title"] for story in result.json["data"]["stories"]] == ["One"]


def test_retry_after_is_kept_even_with_force(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.route("/feed", busy(429, "7200"), host="f1.localhost")])
    refresh(cmday)
    asked = loopback.count()
    later(monkeypatch, minutes=119)
    assert refresh(cmday, "--force")["status"] == "waiting"
    assert loopback.count() == asked
    loopback.route("/feed", rss("One"), host="f1.localhost")
    later(monkeypatch, minutes=121)
    assert refresh(cmday)["status"] == "new"


def test_force_passes_over_the_next_check(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    subscribe(home, [loopback.route("/feed", rss("One"), host="f1.localhost")])
    refresh(cmday)
    assert refresh(cmday)["status"] == "waiting"
    assert refresh(cmday, "--force")["status"] == "unchanged"


@pytest.mark.parametrize(
    ("headers", "extra", "too_soon", "soon_enough", "reason"),
    [
        ({"Cache-Control": "public, max-age=7200"}, "", 119, 121, "the server's max-age"),
        ({"Cache-Control": "max-age=999999"}, "", 299, 301, "the server's max-age"),
        ({}, "<ttl>180</ttl>", 179, 181, "the feed's ttl"),
        (
            {"Date": "Mon, 02 Nov 2026 07:31:00 GMT", "Expires": "Mon, 02 Nov 2026 09:31:00 GMT"},
            "",
            119,
            121,
            "the server's Expires",
        ),
        ({}, "", 29, 31, "its own rhythm"),
    ],
)
def test_no_poll_before_its_time(  # noqa: PLR0917  a table
    cmday: Cmday,
    home: Path,
    loopback: Loopback,
    monkeypatch: pytest.MonkeyPatch,
    headers: dict[str, str],
    extra: str,
    too_soon: int,
    soon_enough: int,
    reason: str,
) -> None:
    body = rss("One", "Two", "Three", extra=extra)
    subscribe(home, [loopback.route("/feed", Answer(body=body, headers=headers), host="f1.localhost")])
    refresh(cmday)
    row = only(cmday("feeds", "list", "--json").json["data"]["feeds"])
    assert row["reason"] == reason
    later(monkeypatch, minutes=too_soon)
    assert refresh(cmday)["status"] == "waiting"
    later(monkeypatch, minutes=soon_enough)
    assert refresh(cmday)["status"] == "unchanged"


def test_failures_wait_longer_each_time(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.route("/feed", Answer(status=404), host="f1.localhost")])
    asked = []
    for minutes in (0, 9, 11, 29, 32, 70, 75):
        later(monkeypatch, minutes=minutes)
        refresh(cmday)
        asked.append(loopback.count("/feed"))
    assert asked == [1, 1, 2, 2, 3, 3, 4]


def test_a_move_counts_after_three_days(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = loopback.route("/new", rss("One"), host="f2.localhost")
    old = loopback.route("/old", redirect(new, 301), host="f1.localhost")
    subscribe(home, [old])
    statuses = []
    for days in (0, 1, 2, 3):
        later(monkeypatch, days=days)
        statuses.append(refresh(cmday)["status"])
    assert statuses == ["new", "unchanged", "unchanged", "moved"]
    assert (loopback.count("/old"), loopback.count("/new")) == (3, 4)
    loopback.route("/new", Answer(status=404), host="f2.localhost")
    loopback.route("/old", rss("One", "Two"), host="f1.localhost")
    later(monkeypatch, days=4)
    refresh(cmday)
    later(monkeypatch, days=5)
    assert refresh(cmday)["new"] == 1


def test_a_passing_redirect_moves_nothing(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = loopback.route("/new", rss("One"), host="f2.localhost")
    subscribe(home, [loopback.route("/old", redirect(new, 302), host="f1.localhost")])
    for days in range(5):
        later(monkeypatch, days=days)
        refresh(cmday)
    assert loopback.count("/old") == 5


def test_without_network_nothing_counts_against_a_feed(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(home, [loopback.route("/feed", rss("One"), host="f1.localhost")])
    refresh(cmday)
    later(monkeypatch, hours=7)
    result = cmday("feeds", "--offline", "--json")
    assert result.code == 0
    assert [story["title"] for story in result.json["data"]["stories"]] == ["One"]
    assert loopback.count() == 1


def test_a_feed_of_the_future_is_shown_for_today(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    body = rss("Later", "Now", "Before").replace(b"Nov 2026", b"Nov 2099", 1)
    subscribe(home, [loopback.route("/feed", body, host="f1.localhost")])
    stories = {story["title"]: story for story in cmday("feeds", "--json").json["data"]["stories"]}
    assert stories["Later"]["published"] == NOW.isoformat()
    entries = cmday("feeds", "entries", "--json").json["data"]["entries"]
    assert any(entry["published"].startswith("2099") for entry in entries)


def test_two_processes_refresh_once(home: Path, loopback: Loopback) -> None:
    slow = Answer(body=rss("One"), delay=0.5)
    subscribe(home, [loopback.route("/feed", slow, host=f"f{n}.localhost") for n in range(5)])
    command = [sys.executable, "-m", "cmday", "feeds", "refresh", "--json"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in running]
    assert loopback.count() == 5
    assert sorted({row["status"] for row in answer["data"]["feeds"]} == {"new"} for answer in answers) == [False, True]
    assert {answer["status"] for answer in answers} == {"done"}
