"""Hacker News as a source of what rises: the front page by points, and only what rises reaches the skim."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cmday
from tests.connectors.holding import Answer
from tests.connectors.source_contract import SourceContract
from tests.connectors.test_sources import answering
from tests.loopback import answers as loopback_answers
from tests.loopback.server import Loopback


def story(number: int, points: Any = 40, **more: Any) -> dict[str, Any]:
    return {
        "objectID": str(number),
        "title": f"Story <{number}> &amp; more",
        "url": f"https://news.example/{number}",
        "author": "pat",
        "points": points,
        "created_at": "2026-11-01T10:00:00Z",
    } | more


class TestHackerNews(SourceContract):
    url = "hn+https://hn.example/trends"
    pages = 1
    most_pages = 1

    def answers(self, scene: str) -> Answer:
        count = {"few": 3, "many": 30, "empty": 0}[scene]
        return answering(lambda _query: {"hits": [story(1000 - place) for place in range(count)]})

    def malformed(self) -> bytes:
        return b'{"hits": [{"objectID": 7}, null]}'

    def test_a_story_has_its_title_its_points_and_its_talk(self) -> None:
        hits = [story(1), story(2, points=None, url=None), story(3, points=2**70), {"title": "no number"}]
        fetched = self.found(answering(lambda _query: {"hits": hits}))
        assert fetched.parsed is not None
        one, two, three = fetched.parsed.entries
        assert (one.title, one.url, one.author, one.counts) == (
            "Story <1> & more",
            "https://news.example/1",
            "pat",
            (40,),
        )
        assert "https://news.ycombinator.com/item?id=1" in one.content
        assert (two.url, two.counts, three.counts) == ("https://news.ycombinator.com/item?id=2", (0,), (0,))


def test_it_is_news_for_whom_its_words_are_once_it_rises(
    cmday: Cmday, home: Path, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = loopback.url("", host="hn.localhost")
    (home / "config.toml").write_text(
        f'[services]\nhacker_news_trends = "{base}"\n[community.bem]\nkeywords = ["moderation"]\n'
    )

    def front_page(*hits: dict[str, Any]) -> None:
        loopback.route("/api/v1/search", loopback_answers.Answer(body=json.dumps({"hits": hits}).encode()))

    def shown() -> list[tuple[str, list[str]]]:
        return [(one["title"], one["communities"]) for one in cmday("feeds", "--json").json["data"]["stories"]]

    front_page(story(1, 20), story(2, 300, title="Moderation at scale"))
    assert cmday("feeds", "add", "trends:hn", "--json").json["data"]["feeds"][0]["kind"] == "trends"
    assert shown() == []  # no past to rise above
    monkeypatch.setenv("CMDAY_NOW", "2026-11-03T08:31:00+01:00")
    front_page(story(3, 22), story(4, 400, title="Moderation by its members"), story(5, 25))
    assert shown() == [("Moderation by its members", ["bem"])]
