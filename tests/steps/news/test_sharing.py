"""Passing stories on: one draft an account, once a community, and the press review of it all."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.text.utm import tagged
from tests.conftest import Cmday
from tests.loopback.server import Loopback
from tests.outbox.conftest import configure
from tests.outbox.post_office import TOKEN, PostOffice
from tests.steps.news.feeds_of_ours import rss, subscribe
from tests.test_json_shapes import check

CONFIG = """
timezone = "Europe/Paris"
[community.bem]
title = "BEM <Talents> & amis"
peak = ["mon-fri 18:30-20:00"]
[community.cap]
utm = false
[community.sss]
utm = { source = "{account}", campaign = "novembre été" }
[account.nox]
network = "mastodon"
server = "https://nox.localhost"
username = "nox"
communities = ["bem", "sss"]
[account.talents]
network = "mastodon"
server = "https://talents.localhost"
username = "talents"
communities = ["bem", "cap"]
"""
HOSTILE = 'Modération <b>& "co" ]]> [x](y) *z* \x1b[31m'


@pytest.fixture
def shelf(home: Path, loopback: Loopback, cmday: Cmday) -> list[str]:
    """Four stories that came in; their ids."""
    home.joinpath("config.toml").write_text(CONFIG)
    body = rss(HOSTILE.replace("\x1b", ""), "Deux", "Trois", "Quatre", title="La Source")
    body = body.replace(b"/1</link>", b"/1?a=1&amp;utm_source=rss#part</link>")
    url = loopback.route("/feed", body, host="src.localhost")
    subscribe(home, [url])
    assert cmday("feeds", "refresh").code == 0
    return [one["id"] for one in cmday("feeds", "entries", "--json").json["data"]["entries"]]


def share(cmday: Cmday, *words: str) -> list[dict[str, Any]]:
    result = cmday("--offline", "feeds", "share", "--json", *words)
    assert result.code == 0, result.out + result.err
    check(result.json, "feeds share")
    items: list[dict[str, Any]] = result.json["data"]["items"]
    return items


def waiting(cmday: Cmday) -> list[dict[str, Any]]:
    listed = cmday("outbox", "--json").json["data"]["items"]
    return [one for one in listed if one["state"] != "cancelled"]


def test_one_draft_an_account_with_the_note_and_a_tagged_link(cmday: Cmday, shelf: list[str]) -> None:
    items = share(cmday, shelf[1], "--to", "bem", "--note", "À lire.")
    assert [one["account"] for one in items] == ["nox", "talents"]
    assert {one["state"] for one in items} == {"draft"}
    text = items[0]["text"]
    assert text.startswith("À lire.\n\nDeux\nhttp://site.localhost/1?a=1&utm_source=rss&utm_medium=social&")
    assert text.endswith("utm_campaign=bem#part")
    assert [one["text"] for one in waiting(cmday)] == [one["text"] for one in items]


def test_parameters_are_the_communitys_own_or_none(cmday: Cmday, shelf: list[str]) -> None:
    [own] = share(cmday, shelf[2], "--to", "sss")
    query = dict(parse_qsl(urlsplit(own["link"]).query))
    assert query == {"utm_source": "nox", "utm_medium": "social", "utm_campaign": "novembre été"}
    [plain] = share(cmday, shelf[2], "--to", "cap")
    assert plain["link"] == plain["url"] == "http://site.localhost/2"


def test_a_story_goes_once_to_a_community_until_it_is_taken_back(cmday: Cmday, shelf: list[str]) -> None:
    share(cmday, shelf[1], "--to", "bem")
    again = cmday("--offline", "feeds", "share", shelf[1], "--to", "bem")
    assert again.code == 1
    assert "waits in the outbox for bem" in again.err
    assert "--again" in again.err
    assert len(waiting(cmday)) == 2
    both = cmday("--offline", "feeds", "share", shelf[1], "--to", "bem,sss", "--json")
    assert both.code == 3
    assert [one["community"] for one in both.json["data"]["items"]] == ["sss"]
    assert [one["kind"] for one in both.json["errors"]] == ["shared"]
    assert cmday("undo").code == 0
    assert cmday("undo").code == 0
    assert waiting(cmday) == []
    assert len(share(cmday, shelf[1], "--to", "bem")) == 2
    assert len(share(cmday, shelf[1], "--to", "bem", "--again")) == 2


def test_dry_run_writes_nothing(cmday: Cmday, shelf: list[str]) -> None:
    items = share(cmday, shelf[0], "--to", "bem", "--dry-run")
    assert [one["id"] for one in items] == [None, None]
    assert "\x1b" not in cmday("--offline", "feeds", "share", shelf[0], "--to", "bem", "--dry-run").out
    assert waiting(cmday) == []
    assert cmday("plan", "list", "--json").json["data"]["operations"] == []


def test_a_time_and_the_peak_of_the_community(cmday: Cmday, shelf: list[str]) -> None:
    items = share(cmday, shelf[1], "--to", "bem", "--at", "peak")
    assert {one["due"] for one in items} == {"2026-11-02T18:30:00+01:00"}
    items = share(cmday, shelf[2], "--to", "bem", "--at", "tomorrow 9:00")
    assert {one["due"] for one in items} == {"2026-11-03T09:00:00+01:00"}


def test_a_long_title_gives_way_before_the_link(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    home.joinpath("config.toml").write_text(CONFIG)
    subscribe(home, [loopback.route("/long", rss("mot " * 70), host="long.localhost")])
    assert cmday("feeds", "refresh").code == 0
    [one] = cmday("feeds", "entries", "--json").json["data"]["entries"]
    for note in ("n" * 200, "Une phrase. " * 60):
        for item in share(cmday, one["id"], "--to", "bem", "--note", note, "--dry-run"):
            assert item["length"] <= item["most"]
            assert item["text"].endswith(item["link"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["f99", "--to", "bem"], "f99"),
        (["{0}", "--to", "bme"], "did you mean bem?"),
        (["{0}", "--to", "bem", "--at", "yesterday"], "over already"),
    ],
)
def test_wrong_words_write_nothing(cmday: Cmday, shelf: list[str], words: list[str], said: str) -> None:
    result = cmday("--offline", "feeds", "share", *(word.format(*shelf) for word in words))
    assert result.code == 2
    assert said in result.err
    assert waiting(cmday) == []


def test_press_review_is_valid_whatever_the_titles_hold(cmday: Cmday, shelf: list[str], tmp_path: Path) -> None:
    share(cmday, shelf[0], "--to", "bem", "--note", "<script>alert(1)</script> & vu")
    share(cmday, shelf[1], "--to", "cap")
    markdown = cmday("feeds", "shared", "--md").out
    assert "\\[x\\](y) \\*z\\*" in markdown
    assert "not sent yet" in markdown
    page = cmday("feeds", "shared", "--html").out
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert not {"script", "b", "img", "link"} & set(tags.seen)
    assert tags.links == ["http://site.localhost/0", "http://site.localhost/1?a=1&utm_source=rss#part"]
    feed = cmday("feeds", "shared", "--rss").out
    parsed = feedparser.parse(feed)
    assert not parsed.bozo
    assert [one.link for one in parsed.entries] == tags.links
    assert len({one.id for one in parsed.entries}) == 2
    assert all(one.published_parsed for one in parsed.entries)
    root = ET.fromstring(feed)
    assert [root.find(f"channel/{name}") is not None for name in ("title", "link", "description")] == [True] * 3
    file = tmp_path / "review.rss"
    assert cmday("feeds", "shared", "--output", str(file)).code == 0
    assert file.read_text() == feed


def test_press_review_since_by_community_and_of_what_went_out(cmday: Cmday, shelf: list[str]) -> None:
    share(cmday, shelf[0], "--to", "bem")
    share(cmday, shelf[1], "--to", "cap")
    data = check(cmday("feeds", "shared", "--since", "mon", "--json").json, "feeds shared")
    assert [(one["community"], len(one["stories"])) for one in data["communities"]] == [("bem", 1), ("cap", 1)]
    assert [post["state"] for post in data["communities"][0]["stories"][0]["posts"]] == ["draft", "draft"]
    assert cmday("feeds", "shared", "--sent", "--json").json["data"]["communities"] == []
    only = cmday("feeds", "shared", "-c", "cap", "--json").json["data"]["communities"]
    assert [one["community"] for one in only] == ["cap"]
    assert cmday("feeds", "shared").out.count("not sent yet") == 2
    assert cmday("feeds", "shared", "--md", "--rss").code == 2
    assert "still to come" in cmday("feeds", "shared", "--since", "tomorrow").err


def test_what_went_out_is_shared_with_its_own_address(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", TOKEN)
    configure(home, loopback)
    office = PostOffice(loopback)
    titles = "Le tramway rouvre mardi à Bordeaux après les travaux"
    one = loopback.route("/feed", rss(titles, title="Une"), host="une.localhost")
    subscribe(home, [one])
    assert cmday("feeds", "refresh").code == 0
    [story] = cmday("feeds", "entries", "--json").json["data"]["entries"]
    [draft] = share(cmday, story["id"], "--to", "bem")
    assert "was sent stories of this feed" not in cmday("feeds", "why", story["id"]).out
    assert cmday("outbox", "release", draft["handle"]).code == 0
    assert cmday("send", "--yes").code == 0
    assert "bem was sent stories of this feed before" in cmday("feeds", "why", story["id"]).out
    [text] = office.texts("bema")
    assert text == draft["text"]
    data = check(cmday("feeds", "shared", "--sent", "--json").json, "feeds shared")
    [post] = data["communities"][0]["stories"][0]["posts"]
    assert (post["state"], post["account"]) == ("sent", "bema")
    assert post["url"]
    assert "was shared to bem on 2026-11-02" in cmday("feeds", "share", story["id"], "--to", "bem").err


def test_another_source_of_a_shared_story_is_the_same_story(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    home.joinpath("config.toml").write_text(CONFIG)
    title = "Le tramway rouvre mardi à Bordeaux après trois mois de travaux"
    subscribe(
        home, [loopback.route("/feed", rss(title, title=name), host=f"{name}.localhost") for name in ("une", "deux")]
    )
    assert cmday("feeds", "refresh").code == 0
    first, second = cmday("feeds", "entries", "--json").json["data"]["entries"]
    share(cmday, first["id"], "--to", "bem")
    assert cmday("--offline", "feeds", "share", second["id"], "--to", "bem").code == 1
    assert len(share(cmday, first["id"], second["id"], "--to", "cap")) == 1


class Tags(HTMLParser):
    """Which elements a page has, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


_PIECES = st.text("abé%&=;+/?:@-._~", max_size=12)
_NAMES = st.sampled_from(["utm_source", "UTM_SOURCE", "utm%5Fsource", "utm_medium", "a", "q"])


@given(
    path=_PIECES.map(lambda text: text.replace("?", "")),
    query=st.lists(st.tuples(_NAMES, _PIECES), max_size=4),
    fragment=st.none() | _PIECES,
)
def test_tagging_keeps_the_address_and_never_tags_twice(
    path: str, query: list[tuple[str, str]], fragment: str | None
) -> None:
    plain = f"https://example.org/{path}"
    asked = "&".join(f"{name}={value}" for name, value in query)
    url = plain + (f"?{asked}" if query else "") + ("" if fragment is None else f"#{fragment}")
    wanted = {"utm_source": "mastodon", "utm_medium": "social & co", "utm_campaign": "é#?"}
    once = tagged(url, wanted)
    assert tagged(once, wanted) == once
    before, _, end = once.partition("#")
    assert end == (fragment or "")
    assert before.startswith(plain + (f"?{asked}" if query else ""))
    names = [name.lower() for name, _ in parse_qsl(before.partition("?")[2], keep_blank_values=True)]
    there = [name.lower() for name, _ in parse_qsl(asked, keep_blank_values=True)]
    assert all(names.count(name) == max(there.count(name), 1) for name in wanted)


@pytest.mark.parametrize("url", ["mailto:a@example.org", "javascript:alert(1)", ""])
def test_only_links_of_the_web_are_tagged(url: str) -> None:
    assert tagged(url, {"utm_source": "x"}) == url


def test_words_of_a_title_name_a_story_to_share_as_in_every_verb(cmday: Cmday, shelf: list[str]) -> None:
    cmday("--offline", "feeds")
    assert {item["title"] for item in share(cmday, "trois", "--to", "bem")} == {"Trois"}
