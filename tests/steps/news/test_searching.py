"""Search: words, phrases, beginnings, accents; what is found has handles."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.errors import WrongUse
from cmday.text.finding import excerpt, marked, places, read_terms
from cmday.text.since import parse_since
from tests.conftest import Cmday
from tests.loopback.answers import Answer
from tests.loopback.server import Loopback
from tests.steps.news.feeds_of_ours import rss, subscribe
from tests.test_json_shapes import check

CONFIG = """
[community.bem]
[community.sss]
"""


@pytest.fixture
def world(home: Path, loopback: Loopback, cmday: Cmday) -> Loopback:
    home.joinpath("config.toml").write_text(CONFIG)
    one = rss("Été à la modération", "L'œuvre ouverte", "Town hall meeting tonight", hours=20)
    two = rss("Archives ouvertes", "Hall of the town", "C++ & <tags> 100%", hours=5)
    subscribe(
        home,
        [
            (loopback.route("/feed", one, host="one.localhost"), 'communities = ["bem"]'),
            (loopback.route("/feed", two, host="two.localhost"), 'communities = ["sss"]'),
        ],
    )
    assert cmday("feeds", "refresh").code == 0
    return loopback


def search(cmday: Cmday, *words: str) -> dict[str, Any]:
    result = cmday("feeds", "search", "--json", *words)
    assert result.code == 0, result.out
    data: dict[str, Any] = check(result.json, "feeds search")
    return data


def titles(cmday: Cmday, *words: str) -> list[str]:
    return [one["title"] for one in search(cmday, *words)["entries"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["ete"], ["Été à la modération"]),
        (["MODÉRATION", "été"], ["Été à la modération"]),
        (["oeuvre"], ["L'œuvre ouverte"]),
        (["l’œuvre"], ["L'œuvre ouverte"]),
        (["town", "hall"], ["Hall of the town", "Town hall meeting tonight"]),
        (["town hall"], ["Town hall meeting tonight"]),
        (['"town hall" meeting'], ["Town hall meeting tonight"]),
        (["ouver*"], ["Archives ouvertes", "L'œuvre ouverte"]),
        (["ouver"], []),
        (["c++"], ["C++ & <tags> 100%"]),
        (["nowhere"], []),
    ],
)
def test_what_words_find(cmday: Cmday, world: Loopback, words: list[str], found: list[str]) -> None:
    assert titles(cmday, *words) == found


@pytest.mark.parametrize("word", ['"', "AND", "NEAR(", "title:", "a OR", "^x", "(", "*", '""" -', "x'; DROP", "\0"])
def test_no_words_are_an_error_of_the_index(cmday: Cmday, world: Loopback, word: str) -> None:
    assert cmday("feeds", "search", word).code in (0, 2)


def test_nothing_to_search_for(cmday: Cmday, world: Loopback) -> None:
    result = cmday("feeds", "search", "+++")
    assert result.code == 2
    assert "no word to search for" in result.err


def test_communities_time_and_number(cmday: Cmday, world: Loopback) -> None:
    assert titles(cmday, "town", "-c", "bem") == ["Town hall meeting tonight"]
    assert titles(cmday, "town", "--since", "sun") == ["Hall of the town"]
    data = search(cmday, "town", "--limit", "1")
    assert (data["found"], len(data["entries"])) == (2, 1)
    assert len(search(cmday, "town", "--all")["entries"]) == 2


def test_what_is_found_can_be_acted_upon(cmday: Cmday, world: Loopback) -> None:
    [one] = search(cmday, "œuvre")["entries"]
    assert cmday("feeds", "read", one["handle"]).code == 0
    assert search(cmday, "œuvre")["entries"][0]["state"] == "read"
    shown = cmday("feeds", "search", "œuvre").out
    assert "L'[œuvre] ouverte" in shown
    assert one["handle"] in shown


def test_an_edit_is_found_by_its_new_words_only_and_what_is_removed_no_more(
    cmday: Cmday, world: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = rss("Hiver à la modération", "L'œuvre ouverte").replace(
        b"isPermaLink='false'>Hiver \xc3\xa0", b"isPermaLink='false'>\xc3\x89t\xc3\xa9 \xc3\xa0"
    )
    world.route("/feed", Answer(body=body), host="one.localhost")
    monkeypatch.setenv("CMDAY_NOW", "2026-11-02T15:31:00+01:00")
    assert cmday("feeds", "refresh", "--force").code == 0
    assert titles(cmday, "hiver") == ["Hiver à la modération"]
    assert titles(cmday, "ete") == []
    assert cmday("feeds", "remove", "one.localhost").code == 0
    assert titles(cmday, "hiver") == []
    assert titles(cmday, "archives") == ["Archives ouvertes"]


@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=3))
def test_marks_are_all_that_is_added(text: str, typed: list[str]) -> None:
    terms = read_terms(typed)
    spots = places(text, terms)
    assert spots == sorted(spots)
    assert marked(text, terms, "\1", "\2").replace("\1", "").replace("\2", "") == text.replace("\1", "").replace(
        "\2", ""
    )
    assert len(excerpt(text, terms, 20)) <= 22


NOW = datetime(2026, 11, 5, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))  # a Thursday


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("mon", "2026-11-02T00:00:00+01:00"),
        ("thu", "2026-11-05T00:00:00+01:00"),
        ("ven", "2026-10-30T00:00:00+01:00"),
        ("yesterday", "2026-11-04T00:00:00+01:00"),
        ("12 nov", "2025-11-12T00:00:00+01:00"),
        ("29 feb", "2024-02-29T00:00:00+01:00"),
        ("3 nov", "2026-11-03T00:00:00+01:00"),
        ("2026-11-01", "2026-11-01T00:00:00+01:00"),
        ("3d", "2026-11-02T00:00:00+01:00"),
        ("il y a 2 semaines", "2026-10-22T00:00:00+02:00"),
        ("2h", "2026-11-05T08:00:00+01:00"),
    ],
)
def test_since(typed: str, start: str) -> None:
    assert parse_since(typed, NOW) == datetime.fromisoformat(start)


@pytest.mark.parametrize("typed", ["tomorrow", "in 3 days", "2027-01-01", "999999d", "soon", ""])
def test_since_is_no_moment_to_come(typed: str) -> None:
    with pytest.raises(WrongUse):
        parse_since(typed, NOW)


def test_the_command_that_shows_the_rest_has_the_words(cmday: Cmday, home: Path, loopback: Loopback) -> None:
    subscribe(home, [loopback.route("/feed", rss(*(f"News {n} of the hall" for n in range(30))), host="n.localhost")])
    cmday("feeds", "refresh")
    assert "and 10 more: cmday feeds search news hall --all" in cmday("feeds", "search", "news", "hall").out
