"""Adding, listing, removing; OPML in and out."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.connectors.feed_discovery import named_feeds
from cmday.core.feeds import Subscription
from cmday.steps.news.opml import read_opml, write_opml
from tests.conftest import Cmday
from tests.loopback.answers import Answer, redirect
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import rss

PAGE = b"""<!doctype html><html><head><title>Site</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link REL="Alternate nofollow" type="application/atom+xml;charset=utf-8" title="All" href="news/feed">
<link rel="alternate" hreflang="en" href="/en"><link rel="stylesheet" href="x.css"></head></html>"""


def page(body: bytes = PAGE) -> Answer:
    return Answer(body=body, headers={"Content-Type": "text/html; charset=utf-8"})


def tables(home: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(home.joinpath("feeds.toml").read_text())["feed"]
    return found


def test_a_feed_is_fetched_once_and_shown(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    home.joinpath("config.toml").write_text('[community.bem]\ntitle = "BEM"\n')
    url = loopback.route("/feed", rss("One", "Two", "Three", "Four", title="Ours"), host="f1.localhost")
    result = cmday("feeds", "add", url, "-c", "bem", "--folder", "Web", "--json")
    (row,) = result.json["data"]["feeds"]
    assert result.code == 0
    assert (row["status"], row["title"], row["entries"], row["communities"]) == ("added", "Ours", 4, ["bem"])
    assert row["samples"] == ["One", "Two", "Three"]
    assert tables(home) == [{"url": url, "communities": ["bem"], "folder": "Web"}]
    assert len(cmday("feeds", "--offline", "--json").json["data"]["stories"]) == 4
    assert loopback.count() == 1
    again = cmday("feeds", "add", url)
    assert again.code == 0
    assert "known already" in again.out
    assert loopback.count() == 1
    assert len(tables(home)) == 1


def test_a_site_leads_to_its_feed(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    loopback.route("/blog/", page(), host="site.localhost")
    feed = loopback.route("/blog/news/feed", rss("One"), host="site.localhost")
    (row,) = cmday("feeds", "add", f"site.localhost:{loopback.port}/blog/", "--json").json["data"]["feeds"]
    assert row["url"] == feed
    assert row["others"] == [loopback.url("/comments/feed", host="site.localhost")]


def test_a_site_that_names_none_is_looked_through(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    loopback.route("/", page(b"<html></html>"), host="site.localhost")
    feed = loopback.route("/rss.xml", rss("One"), host="site.localhost")
    (row,) = cmday("feeds", "add", loopback.url("/", host="site.localhost"), "--json").json["data"]["feeds"]
    assert row["url"] == feed


def test_several_at_once_and_one_that_fails(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    good = loopback.route("/feed", rss("One"), host="f1.localhost")
    bad = loopback.url("/nothing", host="f2.localhost")
    result = cmday("feeds", "add", good, bad, "--json")
    assert result.code == 3
    assert [row["url"] for row in result.json["data"]["feeds"]] == [good]
    assert [error["subject"] for error in result.json["errors"]] == [bad]
    assert [table["url"] for table in tables(home)] == [good]
    shown = cmday("feeds", "add", bad)
    assert shown.code == 1
    assert "404" in shown.err


def test_a_lasting_redirect_is_followed_for_good(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    new = loopback.route("/new", rss("One"), host="f2.localhost")
    for_good = loopback.route("/old", redirect(new, 308), host="f1.localhost")
    for_now = loopback.route("/now", redirect(new, 302), host="f3.localhost")
    cmday("feeds", "add", for_good)
    cmday("feeds", "add", for_now)
    assert [table["url"] for table in tables(home)] == [new, for_now]


def test_without_fetching(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    url = loopback.url("/feed", host="f1.localhost")
    assert cmday("feeds", "add", "--no-fetch", url, "--title", "Mine").code == 0
    assert cmday("feeds", "add", "--offline", "example.org/feed").code == 0
    assert tables(home) == [{"url": url, "title": "Mine"}, {"url": "https://example.org/feed"}]
    assert loopback.count() == 0


@pytest.mark.parametrize(
    "target", ["nonsense", "@user@", "hn", "news:", "ftp://example.org/x", "http://", "missing.opml file"]
)
def test_what_is_no_address_is_refused(cmday: Cmday, home: Path, target: str) -> None:
    result = cmday("feeds", "add", target)
    assert result.code == 2
    assert "hint:" in result.err
    assert not home.joinpath("feeds.toml").exists()


def test_removing_takes_entries_along(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    urls = [loopback.route("/feed", rss(name), host=f"{name}.localhost") for name in ("one", "two")]
    cmday("feeds", "add", *urls)
    assert cmday("feeds", "remove", "localhost").code == 2
    assert cmday("feeds", "remove", "//one.", "--json").json["data"]["removed"] == [urls[0]]
    assert [entry["title"] for entry in cmday("feeds", "entries", "--json").json["data"]["entries"]] == ["two"]
    assert cmday("feeds", "--offline", "--json").json["data"]["unread"] == 1


def test_a_broken_table_is_named_and_the_rest_works(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    url = loopback.route("/feed", rss("One"), host="f1.localhost")
    home.joinpath("feeds.toml").write_text(f'[[feed]]\nurl = "{url}\n\n[[feed]]\nurl = "{url}"\n')
    result = cmday("feeds", "--json")
    assert result.code == 3
    assert [story["title"] for story in result.json["data"]["stories"]] == ["One"]
    assert result.json["errors"][0]["subject"] == "feeds.toml:1"
    listed = cmday("feeds", "list")
    assert "line 1" in listed.err
    assert listed.code == 3


def test_opml_goes_out_and_in_again(cmday: Cmday, home: Path, tmp_path: Path) -> None:
    text = """
[[feed]]
url = "https://a.example.org/?x=1&y=2"
title = 'He said "<hi>" & é'
communities = ["bem", "sss"]
folder = "A/B, C"
interval = 90

[[feed]]
url = "https://b.example.org/"
mute = true
"""
    home.joinpath("feeds.toml").write_text(text)
    file = tmp_path / "out.opml"
    assert cmday("feeds", "export", str(file)).code == 0
    before = cmday("feeds", "list", "--json").json["data"]
    home.joinpath("feeds.toml").unlink()
    assert cmday("feeds", "add", str(file)).code == 0
    assert cmday("feeds", "list", "--json").json["data"] == before
    assert tomllib.loads(text) == tomllib.loads(home.joinpath("feeds.toml").read_text())


def test_opml_names_what_it_could_not_read(cmday: Cmday, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "theirs.opml"
    file.write_text(
        '<?xml version="1.0" encoding="windows-1251"?><opml version="1.0"><body><outline text="Папка">'
        '<outline text="T" title="T" xmlUrl="feed://t.example.org/rss"/><outline text="x" xmlUrl="ftp://bad"/>'
        "</outline></body></opml>",
        encoding="windows-1251",
    )
    result = cmday("feeds", "import", str(file), "--json")
    assert result.code == 3
    assert "ftp://bad" in result.json["errors"][0]["message"]
    assert tables(home) == [{"url": "http://t.example.org/rss", "title": "T", "folder": "Папка"}]
    (tmp_path / "no.opml").write_text("<html/>")
    assert cmday("feeds", "import", str(tmp_path / "no.opml")).code == 1
    assert cmday("feeds", "import", str(tmp_path / "missing.opml")).code == 2


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
FEEDS = st.builds(
    Subscription,
    url=st.integers(0, 40).map(lambda n: f"https://f{n}.example.org/?a={n}&b=%22"),
    title=st.none() | WORDS,
    communities=st.lists(st.sampled_from(["bem", "sss", "c-3"]), unique=True, max_size=3).map(tuple),
    folder=st.none() | WORDS.filter(lambda word: word != "cmday"),
    mute=st.booleans(),
    interval=st.none() | st.integers(1, 100_000),
)


@given(st.lists(FEEDS, unique_by=lambda feed: feed.url, max_size=8))
def test_any_list_of_feeds_survives_opml(feeds: list[Subscription]) -> None:
    found, bad = read_opml(write_opml(feeds).encode(), "x.opml")
    assert not bad
    assert found == feeds


def test_feeds_named_by_a_page() -> None:
    html = '<base href="/b/"><link rel=alternate type=application/rss+xml href="x"><link rel=alternate type=text/xml href="javascript:x">'
    assert named_feeds(html, "http://s.localhost/a/") == ["http://s.localhost/b/x"]
