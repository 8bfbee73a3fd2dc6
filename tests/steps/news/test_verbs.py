"""What one does with stories: every verb hits the whole story, says what it hit, and is undone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import NOW, rss, subscribe

CONFIG = """
# mine
[community.bem]  # the school
keywords = ["alternance"]
muted = [
    "football",  # no sports here
]
names = ["BEM Talents"]

[community.sss]
keywords = ["electro"]
"""
TITLE = "Alternance : la Région ouvre les inscriptions plus tôt"


@pytest.fixture
def home_of_two(home: Path, loopback: Loopback) -> Loopback:
    home.joinpath("config.toml").write_text(CONFIG)
    subscribe(
        home,
        [
            (loopback.route("/feed", rss(TITLE, "La cantine", site="a.localhost"), host="a.localhost"), 'title = "A"'),
            (
                loopback.route("/feed", rss(TITLE, "Rugby à Bègles", site="b.localhost"), host="b.localhost"),
                'title = "B"  # the other\n# a comment',
            ),
        ],
    )
    return loopback


def stories(cmday: Cmday, *options: str) -> dict[str, Any]:
    found = cmday("feeds", "--json", *options).json["data"]
    return {story["title"]: story for story in found["stories"]} | {"": found}


def test_one_story_of_two_sources_is_one_line_read_once(cmday: Cmday, home_of_two: Loopback) -> None:
    found = stories(cmday)
    story = found[TITLE]
    assert (story["sources"], len(story["entries"])) == (["B", "A"], 2) or story["sources"] == ["A", "B"]
    assert "+1 two sources" in story["why"]
    assert found[""]["folded"] == 0
    assert "2 sources: " in cmday("feeds", "--offline").out
    cmday("feeds", "read", story["handle"])
    assert {entry["title"] for entry in cmday("feeds", "entries", "--json").json["data"]["entries"]} == {
        "La cantine",
        "Rugby à Bègles",
    }
    cmday("undo")
    assert len(stories(cmday)[TITLE]["entries"]) == 2


def test_a_story_that_was_read_does_not_come_back_with_one_more_source(
    cmday: Cmday, home_of_two: Loopback, home: Path
) -> None:
    cmday("feeds", "read", stories(cmday)[TITLE]["handle"])
    late = home_of_two.route("/feed", rss(TITLE, "Tram", site="c.localhost"), host="c.localhost")
    with home.joinpath("feeds.toml").open("a") as file:
        file.write(f'\n[[feed]]\nurl = "{late}"\n')
    found = stories(cmday)
    assert "Tram" in found
    assert TITLE not in found


def test_words_of_a_title_name_a_story(cmday: Cmday, home_of_two: Loopback) -> None:
    stories(cmday)
    assert "Rugby" in cmday("feeds", "read", "rugby").out
    assert cmday("feeds", "read", "curling").code == 2


def test_why_shows_every_point_with_age(cmday: Cmday, home_of_two: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = stories(cmday)[TITLE]["handle"]
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T19:31:00+01:00")
    [told] = cmday("feeds", "why", handle, "--json").json["data"]["stories"]
    assert [(point["points"], point["text"]) for point in told["points"]] == [
        (3, '"alternance" in title'),
        (1, "two sources"),
        (-0.5, "age, a point a day"),
    ]
    assert told["score"] == 3.5
    assert '+3  "alternance" in title' in cmday("feeds", "why", handle).out


def test_why_takes_words_with_a_point_for_a_title_where_no_feed_is_meant(
    cmday: Cmday, home: Path, loopback: Loopback
) -> None:
    subscribe(home, [loopback.route("/feed", rss("Mastodon 5.0 is out"), host="a.localhost")])
    stories(cmday)
    assert "Mastodon 5.0 is out" in cmday("feeds", "why", "Mastodon 5.0").out
    assert "no feed has the address nowhere.example" in cmday("feeds", "why", "nowhere.example").err


def test_no_is_remembered_sinks_the_feed_and_is_undone(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    titles = [f"{word} news" for word in ("Apple", "Bridge", "Candle", "Desert")]
    subscribe(home, [loopback.route("/feed", rss(*titles), host="a.localhost")])
    found = stories(cmday)
    for title in titles[:3]:
        assert cmday("feeds", "no", found[title]["handle"]).code == 0
    left = stories(cmday)[titles[3]]
    assert left["why"] == ["-1 stories of this feed were not wanted"]
    cmday("undo")
    assert stories(cmday)[titles[3]]["why"] == []
    assert titles[2] in stories(cmday)


def test_mute_a_feed_and_a_word_without_losing_a_comment(cmday: Cmday, home: Path, home_of_two: Loopback) -> None:
    stories(cmday)
    before = {name: _lines(home / name) for name in ("config.toml", "feeds.toml")}
    assert cmday("feeds", "mute", "cantine", "b.localhost", "-c", "bem").code == 0
    config, feeds = (_lines(home / name) for name in before)
    added = '    "cantine",'
    assert [line for line in config if line != added] == before["config.toml"]
    assert added in config
    assert [line for line in feeds if line != "mute = true"] == before["feeds.toml"]
    assert "mute = true" in feeds
    assert "Rugby à Bègles" not in stories(cmday, "--offline", "--all")
    cmday("undo")
    assert {name: _lines(home / name) for name in before} == before
    assert "Rugby à Bègles" in stories(cmday, "--offline", "--all")


def test_mute_is_all_or_nothing(cmday: Cmday, home: Path, home_of_two: Loopback) -> None:
    before = _lines(home / "feeds.toml")
    assert cmday("feeds", "mute", "a.localhost", "nowhere.localhost/feed").code == 2
    assert _lines(home / "feeds.toml") == before


def test_undo_of_a_mute_leaves_what_was_muted_before(cmday: Cmday, home: Path, home_of_two: Loopback) -> None:
    cmday("feeds", "mute", "a.localhost")
    before = {name: _lines(home / name) for name in ("config.toml", "feeds.toml")}
    assert cmday("feeds", "mute", "a.localhost", "b.localhost", "football").code == 0
    cmday("undo")
    assert _lines(home / "feeds.toml") == before["feeds.toml"]
    assert "football" in "".join(_lines(home / "config.toml"))
    assert cmday("feeds", "mute", "a.localhost").code == 0
    cmday("undo")
    assert _lines(home / "feeds.toml") != before["feeds.toml"]  # nothing changed, so the mute before it is undone


def test_split_is_remembered(cmday: Cmday, home_of_two: Loopback) -> None:
    handle = stories(cmday)[TITLE]["handle"]
    assert len(cmday("feeds", "split", handle, "--json").json["data"]["stories"][0]["entries"]) == 2
    cmday("feeds", "refresh", "--force")
    told = [story for story in cmday("feeds", "--json").json["data"]["stories"] if story["title"] == TITLE]
    assert [len(story["entries"]) for story in told] == [1, 1]


def test_since_bounds_and_a_skim_ends(cmday: Cmday, home_of_two: Loopback) -> None:
    assert "Rugby à Bègles" not in stories(cmday, "--since", "90 min")
    assert "Rugby à Bègles" in stories(cmday, "--since", "sun")
    cmday("feeds", "read")
    assert stories(cmday)[""]["stories"] == []
    assert "All is read." in cmday("feeds", "--offline").out


def test_mentions_of_an_own_name_go_first_and_their_rise_is_said(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    home.joinpath("config.toml").write_text(CONFIG)
    titles = ["Electro and alternance", "A prize for BEM Talents", "BEM Talents in court", "Who are BEM Talents?"]
    subscribe(home, [loopback.route("/feed", rss(*titles), host="a.localhost")])
    found = cmday("feeds", "--json").json["data"]["stories"]
    assert [story["title"] for story in found][-1] == titles[0]
    assert "bem: 3 mentions in 24 hours, usually 0 a day" in found[0]["why"]
    assert "3 mentions in 24 hours" in cmday("feeds", "--offline").out


def test_what_rises_elsewhere_has_two_places(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    links = [
        _link("near", "A cat quits", "en", [86, 9, 8, 7]),
        _link("far", "Un gato", "es", [40, 4, 4, 4]),
        _link("even", "As ever", "en", [50, 50, 50, 50]),
        _link("asked", "Electro all night", "en", [60, 5, 5, 5]),
    ]
    home.joinpath("config.toml").write_text(CONFIG)
    api = loopback.route("/api/v1/trends/links", Answer(body=json.dumps(links).encode()), host="m.localhost")
    subscribe(
        home,
        [
            f"mastodon+{api.removesuffix('/api/v1/trends/links')}/trends/links",
            loopback.route("/feed", rss("Weather"), host="a.localhost"),
        ],
    )
    told = {story["title"]: story for story in cmday("feeds", "--json").json["data"]["stories"]}
    assert list(told) == ["Electro all night", "Weather", "A cat quits", "Un gato"]
    assert told["A cat quits"]["why"][0].startswith("elsewhere: ×11")
    assert told["Electro all night"]["communities"] == ["sss"]
    out = cmday("feeds", "--offline").out
    assert "↗    Elsewhere: A cat quits" in out
    assert "^" in cmday("feeds", "--offline", "--plain").out
    cmday("feeds", "read", told["A cat quits"]["handle"])
    assert "A cat quits" not in cmday("feeds", "--offline").out


def _lines(file: Path) -> list[str]:
    """The lines of a file that say something."""
    return [line for line in file.read_text().splitlines() if line.strip()]


def _link(name: str, title: str, language: str, accounts: list[int]) -> dict[str, Any]:
    day = int(NOW.timestamp())
    history = [
        {"day": str(day - 86_400 * ago), "accounts": str(count), "uses": str(count)}
        for ago, count in enumerate(accounts)
    ]
    url = f"https://{name}.example/"
    return {"url": url, "title": title, "description": "", "language": language, "history": history}


def test_what_is_shown_is_what_the_verbs_take(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    home.joinpath("config.toml").write_text('[community.bem]\nkeywords = ["lycéens"]\n')
    early, late = f"{TITLE} que prévu", f"{TITLE} pour les lycéens"
    subscribe(
        home,
        [
            loopback.route("/feed", rss(early, hours=9, site="a.localhost"), host="a.localhost"),
            loopback.route("/feed", rss(late, site="b.localhost"), host="b.localhost"),
        ],
    )
    (story,) = cmday("feeds", "--json").json["data"]["stories"]
    assert (story["title"], len(story["entries"])) == (late, 2)
    (shown,) = cmday("feeds", "show", "--json", story["handle"]).json["data"]["entries"]
    assert (shown["entry"]["title"], shown["entry"]["url"]) == (late, story["url"])
    (why,) = cmday("feeds", "why", "--json", story["handle"]).json["data"]["stories"]
    assert why["title"] == late
    assert [point["text"] for point in why["points"][:2]] == ['"lycéens" in title', "two sources"]


def test_reading_all_leaves_what_only_a_search_found(cmday: Cmday, home_of_two: Loopback) -> None:
    cmday("feeds", "--limit", "1")
    found = cmday("feeds", "search", "--json", "rugby").json["data"]["entries"]
    assert [one["title"] for one in found] == ["Rugby à Bègles"]
    hits = cmday("feeds", "read", "--json").json["data"]
    assert [one["title"] for one in hits["entries"]] == [TITLE]
    assert hits["done"]
    assert "Rugby à Bègles" in stories(cmday, "--all")
    assert "Rugby à Bègles" in [one["title"] for one in cmday("feeds", "read", "--json").json["data"]["entries"]]


def test_no_login_in_an_address_is_told_on(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    body = rss("One", "Two").replace(b"http://site.localhost/0", b"http://ann:hush@site.localhost/0")
    url = loopback.route("/feed", body, host="a.localhost").replace("http://", "http://bob:hush@")
    subscribe(home, [url])
    said = [
        cmday("feeds", *words)
        for words in (
            ["--json"],
            ["show", "f1", "--json"],
            ["search", "one", "--json"],
            ["entries", "--all", "--json"],
            ["read", "f1", "--json"],
            ["mute", "f1", "--json"],
            ["mute", "--off", "a.localhost", "--json"],
            ["why", "a.localhost", "--json"],
            ["entries", "--feed", "localhost", "--json"],
        )
    ]
    said += [cmday("log", "--json"), cmday("undo", "--json")]
    assert all(result.code == 0 for result in said), said
    assert [result for result in said if "hush" in result.out + result.err] == []
    assert "http://site.localhost/0" in said[0].out
