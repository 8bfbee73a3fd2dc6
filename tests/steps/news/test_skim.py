"""The skim: which stories, in which order, why, and that it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cmday.core.communities import Community
from cmday.core.feeds import Entry
from cmday.steps.news.relevance import Relevance
from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import rss, subscribe

CONFIG = """
[community.bem]
title = "BEM Talents"
keywords = ["alternance", "modération"]
muted = ["football"]

[community.sss]
title = "Seeksicksound"
keywords = ["électro"]

[display]
skim = 4
stories = 4
"""


@pytest.fixture
def world(home: Path, loopback: Loopback) -> Loopback:
    home.joinpath("config.toml").write_text(CONFIG)
    urls = [
        (
            loopback.route(
                "/feed", rss("Alternance : ça rouvre", "Le football", "Divers", site="bem"), host="bem.localhost"
            ),
            'communities = ["bem"]\ntitle = "B"',
        ),
        (
            loopback.route(
                "/feed", rss("Un concert", "Deux nuits electro", hours=30, site="sss"), host="sss.localhost"
            ),
            'communities = ["sss"]\ntitle = "S"',
        ),
        (
            loopback.route(
                "/feed",
                rss("Moderation news", *(f"Loud {n}" for n in range(30)), hours=2, site="all"),
                host="all.localhost",
            ),
            'title = "L"',
        ),
        (loopback.route("/feed", rss("Muted feed"), host="mute.localhost"), "mute = true"),
    ]
    subscribe(home, urls)
    return loopback


def stories(cmday: Cmday, *options: str) -> list[Any]:
    found: list[Any] = cmday("feeds", "--json", *options).json["data"]["stories"]
    return found


def test_the_skim_by_community_keywords_first(cmday: Cmday, world: Loopback) -> None:
    result = cmday("feeds", "--json").json
    found = result["data"]["stories"]
    assert [(story["handle"], story["title"], story["communities"]) for story in found] == [
        ("f1", "Alternance : ça rouvre", ["bem"]),
        ("f2", "Moderation news", ["bem"]),
        ("f3", "Deux nuits electro", ["sss"]),
        ("f4", "Loud 0", []),
    ]
    assert found[0]["why"] == ['+3 "alternance" in title']
    assert found[0]["score"] == 3
    assert found[0]["sources"] == ["B"]
    assert found[0]["entries"] == [found[0]["id"]]
    assert result["data"]["unread"] == 36
    assert result["data"]["folded"] == 32
    assert result["data"]["minutes"] >= 1
    assert world.count("/feed", host="mute.localhost") == 0


def test_handles_stay_and_the_skim_ends(cmday: Cmday, world: Loopback) -> None:
    before = {story["id"]: story["handle"] for story in stories(cmday)}
    cmday("feeds", "read", "f1")
    after = {story["id"]: story["handle"] for story in stories(cmday)}
    assert len(after) == 4
    assert {handle for item, handle in after.items() if item not in before} == {"f5"}
    assert all(after[item] == handle for item, handle in before.items() if item in after)
    result = cmday("feeds", "read", "--json").json["data"]
    assert (len(result["entries"]), result["done"]) == (4, True)
    assert cmday("feeds", "read", "--json").json["data"]["entries"] == []
    data = cmday("start", "--only", "news", "--offline", "--json").json["data"]["steps"][0]["data"]
    assert data["stories"] == []
    assert data["unread"] == 31


def test_muted_words_hide(cmday: Cmday, world: Loopback) -> None:
    assert "Le football" not in {story["title"] for story in stories(cmday, "--all")}


def test_new_keywords_count_for_what_is_stored(cmday: Cmday, world: Loopback, home: Path) -> None:
    stories(cmday)
    home.joinpath("config.toml").write_text(CONFIG.replace('"électro"', '"concert"').replace('"football"', '"divers"'))
    found = {story["title"]: story for story in stories(cmday, "--offline", "--all")}
    assert found["Un concert"]["score"] > found["Deux nuits electro"]["score"]
    assert "Le football" in found
    assert "Divers" not in found


def test_one_community(cmday: Cmday, world: Loopback) -> None:
    titles = {story["title"] for story in stories(cmday, "-c", "sss")}
    assert "Deux nuits electro" in titles
    assert not any(title.startswith("Alternance") for title in titles)


def test_limit_and_all(cmday: Cmday, world: Loopback) -> None:
    assert len(stories(cmday, "--limit", "2")) == 2
    assert len(stories(cmday, "--all")) == 35
    assert len(stories(cmday, "--all", "--limit", "10")) == 10


def test_a_loud_feed_does_not_fill_the_skim(cmday: Cmday, world: Loopback) -> None:
    loud = [story for story in stories(cmday, "--limit", "6") if story["sources"] == ["L"]]
    assert len(loud) == 2


def test_later_show_and_open(cmday: Cmday, world: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def browser(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", browser)
    stories(cmday)
    assert "f2" in cmday("feeds", "later", "f2").out
    assert [entry["title"] for entry in cmday("feeds", "later", "--json").json["data"]["entries"]] == [
        "Moderation news"
    ]
    shown = cmday("feeds", "show", "1", "--json").json["data"]["entries"][0]
    assert (shown["handle"], shown["text"], shown["entry"]["state"]) == ("f1", "About Alternance : ça rouvre.", "read")
    assert "Alternance" in cmday("feeds", "show", "f1").out
    cmday("feeds", "open", "f3-4")
    assert opened == ["http://sss/1", "http://all/1"]
    assert {story["handle"] for story in stories(cmday)}.isdisjoint({"f1", "f2", "f3", "f4"})


def test_what_is_not_there_is_named_and_nothing_is_done(cmday: Cmday, world: Loopback) -> None:
    stories(cmday)
    result = cmday("feeds", "read", "f1", "f99")
    assert result.code == 2
    assert "f99" in result.err
    assert cmday("feeds", "read", "0123456789abcdef").code == 2
    assert "f1" in {story["handle"] for story in stories(cmday)}


def test_entries_of_one_feed(cmday: Cmday, world: Loopback) -> None:
    stories(cmday)
    cmday("feeds", "read", "f1")
    url = world.url("/feed", host="bem.localhost")
    titles = [entry["title"] for entry in cmday("feeds", "entries", "--feed", url, "--json").json["data"]["entries"]]
    assert titles == ["Le football", "Divers"]
    everything = cmday("feeds", "entries", "--feed", "bem.local", "--all", "--json").json["data"]["entries"]
    assert {entry["title"]: entry["state"] for entry in everything}["Alternance : ça rouvre"] == "read"
    entry = everything[0]
    assert list(entry) == [
        *("id", "feed_url", "feed_title", "guid", "title", "url", "author", "published", "updated", "summary", "state")
    ]
    assert len(cmday("feeds", "entries", "--limit", "3", "--json").json["data"]["entries"]) == 3
    assert cmday("feeds", "entries", "--feed", "nowhere").code == 2


@pytest.mark.parametrize("words", ["", "--json"])
def test_an_empty_home(cmday: Cmday, home: Path, words: str) -> None:
    for command in ("", "list", "refresh", "entries", "read", "later", "export"):
        result = cmday("feeds", *command.split(), *words.split())
        assert result.code == 0, command
        assert not result.err


def test_hostile_titles_stay_text(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    title = "\x1b]8;;http://evil\x07[red]Hi[/red] \u202eabc " + "long " * 20_000
    body = rss("x").replace(b"<title>x</title>", f"<title><![CDATA[{title}]]></title>".encode())
    subscribe(home, [loopback.route("/feed", Answer(body=body), host="f1.localhost")])
    for command in ((), ("entries",), ("refresh", "--force"), ("list",), ("show", "f1"), ("read", "f1")):
        out = cmday("feeds", *command, "--color", "never").out
        assert "\x1b]8;;http://evil" not in out
        assert "\u202e" not in out
    assert "[red]Hi[/red]" in cmday("feeds", "show", "f1").out


def entry(title: str, summary: str = "") -> Entry:
    return Entry(identity=title, guid=None, title=title, url=None, summary=summary)


def test_relevance_of_phrases_and_of_several_communities() -> None:
    relevance = Relevance(
        [
            Community(short="a", title="A", keywords=("rock school", "web")),
            Community(short="b", title="B", keywords=("web",), muted=("spam",)),
        ]
    )
    both = relevance.judge(entry("The Web at Rock School"), ())
    assert (both.communities, both.score) == (("a", "b"), 6)
    assert sorted(both.why) == ['+3 "rock school" in title', '+3 "web" in title']
    assert relevance.judge(entry("Spam on the web"), ()).communities == ("a",)
    assert relevance.judge(entry("Spam on the web"), ("b",)).hidden
    assert not relevance.judge(entry("Rock and school"), ()).score
    assert relevance.judge(entry("Rock schools"), ("a",)).why == ('+3 "rock school" in title',)
    assert relevance.judge(entry("Nothing", "the web"), ("a",)).why == ('+1 "web" in text',)


def test_places_that_remain_go_to_the_feeds_in_turns(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    bodies = {
        "loud": rss(*(f"Loud number {n}" for n in range(30)), hours=0.1, site="loud"),
        "calm": rss("Calm sea", "Calm hills", "Calm trees", "Calm rain", "Calm roads", hours=5, site="calm"),
    }
    subscribe(home, [loopback.route("/feed", body, host=f"{name}.localhost") for name, body in bodies.items()])
    titles = [story["title"] for story in stories(cmday, "--limit", "8")]
    assert sum(title.startswith("Calm") for title in titles) == 4


def test_a_dead_feed_does_not_fail_a_home_in_which_all_is_read(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    well = loopback.route("/feed", rss("One"), host="well.localhost")
    subscribe(home, [well])
    cmday("feeds")
    cmday("feeds", "read")
    subscribe(home, [well, loopback.route("/feed", Answer(404), host="dead.localhost")])
    result = cmday("feeds")
    assert result.code == 3, result
    assert "dead.localhost has nothing at this address" in result.out


def test_a_long_name_of_a_feed_leaves_the_title_its_room(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    title = "Ten ideas for contests in December that members like"
    name = "The weekly newspaper of community managers everywhere"
    subscribe(home, [loopback.route("/feed", rss(title, title=name), host="a.localhost")])
    (line,) = [line for line in cmday("feeds").out.splitlines() if " f1 " in line]
    assert len(line) <= 80
    assert title[:38] in line
