"""What comes of feeds through the front door: those of the corpus, and those that mean harm."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cmday.connectors.feed_parsing import parse
from cmday.core.feeds import Entry
from cmday.core.time import Clock
from cmday.errors import CmdayError
from cmday.storage import entries
from cmday.storage.database import open_database
from tests.conftest import Cmday
from tests.connectors.test_feed_changes import changed
from tests.loopback.answers import Answer
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import NOW, rss, subscribe

SAMPLE = 16
FOLDER = Path(os.environ.get("CMDAY_CORPUS", "nowhere"), "feeds")


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    monkeypatch.setenv("CMDAY_NOW", (NOW + timedelta(**span)).isoformat())


def told(cmday: Cmday, url: str) -> dict[str, Any]:
    rows = cmday("feeds", "entries", "--feed", url, "--all", "--limit", "3000", "--json").json["data"]["entries"]
    return {row["id"]: row for row in rows}


def stored(home: Path, rows: dict[str, Any]) -> list[Entry]:
    database = open_database(home / "cmday.db", Clock(UTC, NOW))
    try:
        return [one.entry for one in entries.by_ids(database, rows).values()]
    finally:
        database.close()


@pytest.mark.skipif(not FOLDER.exists(), reason="CMDAY_CORPUS is not set")
def test_feeds_of_the_corpus_come_in_as_a_whole_parse_reads_them(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(4)
    files = chance.sample(sorted(FOLDER.rglob("*.xml")), SAMPLE) + sorted(FOLDER.rglob("*_1.json"))
    bodies: dict[str, bytes] = {}
    for number, file in enumerate(files):
        url = f"http://f{number}.localhost:{loopback.port}/feed"
        try:
            parse(file.read_bytes(), "text/xml", url)
        except CmdayError:
            continue
        assert url == loopback.route(
            "/feed", Answer(body=file.read_bytes(), headers={"Content-Type": "text/xml"}), host=f"f{number}.localhost"
        )
        bodies[url] = file.read_bytes()
    subscribe(home, bodies)
    for hours in (0, 200, 400):
        later(monkeypatch, hours=hours)
        for url, body in list(bodies.items()):
            if hours:
                bodies[url] = changed(body, chance)
                host = url.split("/")[2].partition(":")[0]
                loopback.route("/feed", Answer(body=bodies[url], headers={"Content-Type": "text/xml"}), host=host)
        result = cmday("feeds", "refresh", "--force", "--json")
        assert {row["status"] for row in result.json["data"]["feeds"]} <= {"new", "unchanged"}
        assert result.code == 0
        for url, body in bodies.items():
            # An entry keeps the identity it came with where its feed repeats its guid later.
            found = [replace(entry, identity="") for entry in stored(home, told(cmday, url))]
            for entry in parse(body, "text/xml", url).entries:
                assert replace(entry, identity="") in found, url


def item(guid: str, *, title: str = "", date: str = "") -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<item><title>{title or guid}</title><guid isPermaLink='false'>{guid}</guid>{dated}</item>"


def feed(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>Odd</title>{''.join(items)}</channel></rss>".encode()


def bomb() -> bytes:
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE rss [<!ENTITY l0 "lol">{names}]>'.encode() + feed(item("1", title="&l11;"))


HOSTILE: dict[str, tuple[Callable[[], bytes], int]] = {
    "entity bomb": (bomb, 1),
    "a hundred thousand items": (lambda: feed(*(item(f"g{n}") for n in range(100_000))), 2_000),
    "deep nesting": (lambda: feed(item("1"), f"<item>{'<b>' * 10_000}x{'</b>' * 10_000}</item>"), 2),
    "cut body": (lambda: feed(*(item(f"g{n}") for n in range(10)))[:-300], 5),
    "duplicated guids": (lambda: feed(item("1", title="a"), item("1", title="b"), item("1", title="a")), 2),
    "nothing but guids": (lambda: feed(*("<item><guid>same</guid></item>" for _ in range(5))), 1),
    "empty items": (lambda: feed(*("<item></item>" for _ in range(5))), 1),
    "no date that can be read": (lambda: feed(item("1", date="tomorrow"), item("2", date="32 Foo 20266")), 2),
    "control characters": (lambda: feed(item("1", title="\x1b]8;;http://x\x07\x00 a")), 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_does_little_harm(name: str, cmday: Cmday, home: Path, loopback: Loopback) -> None:
    make, count = HOSTILE[name]
    good = loopback.route("/feed", rss("One"), host="f1.localhost")
    bad = loopback.route("/feed", make(), host="f2.localhost")
    subscribe(home, [good, bad])
    result = cmday("feeds", "refresh", "--json")
    rows = {row["url"]: row for row in result.json["data"]["feeds"]}
    assert result.code == 0
    assert (rows[good]["new"], rows[bad]["new"], rows[bad]["entries"]) == (1, count, count)
    shown = cmday("feeds", "entries", "--feed", bad, "--limit", "5")
    assert "Traceback" not in shown.out + shown.err
    assert "\x1b]8;;http://x" not in shown.out


@pytest.mark.parametrize(
    ("declared", "header", "encoding"),
    [
        ("iso-8859-1", "text/xml", "utf-8"),
        ("utf-8", "text/xml", "windows-1252"),
        ("utf-8", "text/xml; charset=utf-8", "utf-16"),
    ],
)
def test_a_charset_that_lies_is_seen_through(  # noqa: PLR0917  a table
    declared: str, header: str, encoding: str, cmday: Cmday, home: Path, loopback: Loopback
) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>' + feed(item("1", title="L’été à Bègles")).decode()
    answer = Answer(body=text.encode(encoding), headers={"Content-Type": header})
    url = loopback.route("/feed", answer, host="f1.localhost")
    subscribe(home, [url])
    cmday("feeds", "refresh")
    assert [row["title"] for row in told(cmday, url).values()] == ["L’été à Bègles"]


def test_dates_are_kept_and_those_that_cannot_be_meant_are_shown_for_today(
    cmday: Cmday, home: Path, loopback: Loopback
) -> None:
    far, near, none = "Mon, 02 Nov 2099 08:00:00 GMT", "Sun, 01 Nov 2026 08:00:00 GMT", "soon"
    odd = loopback.route(
        "/feed", feed(item("far", date=far), item("near", date=near), item("none", date=none)), host="f1.localhost"
    )
    events = loopback.route(
        "/feed", feed(item("fair", date=far), item("ball", date=far), item("past", date=near)), host="f2.localhost"
    )
    subscribe(home, [odd, events])
    shown = {story["title"]: story["published"] for story in cmday("feeds", "--json").json["data"]["stories"]}
    assert (shown["far"], shown["none"]) == (NOW.isoformat(), NOW.isoformat())
    assert shown["fair"].startswith("2099")
    kept = {row["title"]: row["published"] for row in told(cmday, odd).values()}
    assert kept["far"].startswith("2099")
    assert kept["none"] is None


def test_a_site_that_changes_all_its_guids_brings_nothing_back(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rss("One", "Two", "Three")
    url = loopback.route("/feed", before, host="f1.localhost")
    subscribe(home, [url])
    cmday("feeds", "refresh")
    ids = set(told(cmday, url))
    later(monkeypatch, hours=7)
    loopback.route(
        "/feed",
        before.replace(b"<guid isPermaLink='false'>", b"<guid isPermaLink='false'>urn:new:"),
        host="f1.localhost",
    )
    (row,) = cmday("feeds", "refresh", "--json").json["data"]["feeds"]
    assert (row["status"], row["new"], row["entries"]) == ("unchanged", 0, 3)
    after = told(cmday, url)
    assert set(after) == ids
    assert {one["guid"] for one in after.values()} == {"urn:new:One", "urn:new:Two", "urn:new:Three"}


def test_much_to_read_is_read_by_other_processes_and_all_of_it_stored(
    cmday: Cmday, home: Path, loopback: Loopback
) -> None:
    filling = f"<description>{'So it goes, on and on. ' * 8_000}</description>"
    large = {n: rss(f"One {n}", f"Two {n}").replace(b"</item>", f"{filling}</item>".encode()) for n in range(8)}
    urls = [loopback.route("/feed", body, host=f"f{n}.localhost") for n, body in large.items()]
    broken = loopback.route("/feed", b"<urlset>" + b"<url/>" * 9_000 + b"</urlset>", host="f9.localhost")
    subscribe(home, [*urls, broken])
    result = cmday("feeds", "refresh", "--json")
    rows = {row["url"]: row for row in result.json["data"]["feeds"]}
    assert [(rows[url]["status"], rows[url]["new"]) for url in urls] == [("new", 2)] * 8
    assert (rows[broken]["status"], result.code) == ("failed", 3)
    assert {row["title"] for url in urls for row in told(cmday, url).values()} == {
        f"{word} {n}" for word in ("One", "Two") for n in range(8)
    }
