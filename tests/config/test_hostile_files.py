"""Files that mean harm: TOML, rules and lists of feeds from somebody else may break themselves, and nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmday.config.rules import read_rules
from cmday.config.subscriptions import read_subscriptions
from cmday.steps.news.opml import read_opml, write_opml
from tests.conftest import Cmday

BOMBS = {
    "nested": "a = " + "[" * 20_000 + "]" * 20_000,
    "inline": "a = " + "{a = " * 3_000 + "1" + "}" * 3_000,
    "digits": "a = " + "9" * 5_000,
}
GOOD = '[[feed]]\nurl = "https://good.example/feed"\n'


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_toml_that_cannot_be_read_is_told_with_its_line(cmday: Cmday, home: Path, bomb: str) -> None:
    (home / "config.toml").write_text(f'language = "en"\n{bomb}\n')
    told = cmday("config", "show")
    assert told.code == 2
    assert "is not valid TOML" in told.err


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_among_the_feeds_costs_that_table_only(home: Path, bomb: str) -> None:
    file = home / "feeds.toml"
    file.write_text(f'{GOOD}\n[[feed]]\nurl = "https://bad.example/"\n{bomb}\n')
    found = read_subscriptions(file)
    assert [feed.url for feed in found.feeds] == ["https://good.example/feed"]
    assert len(found.problems) == 1


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_stays_where_it_is_when_a_feed_is_added(cmday: Cmday, home: Path, bomb: str) -> None:
    (home / "feeds.toml").write_text(f'{GOOD}\n[[feed]]\nurl = "https://bad.example/"\n{bomb}\n')
    assert cmday("feeds", "add", "--no-fetch", "https://new.example/feed").code == 0
    written = (home / "feeds.toml").read_text()
    assert bomb in written
    assert "https://new.example/feed" in written


@pytest.mark.parametrize("minutes", ["0", "-5", "1000000000000000000", "527041"])
def test_an_interval_beyond_a_year_costs_that_feed_only(home: Path, minutes: str) -> None:
    (home / "feeds.toml").write_text(f'{GOOD}\n[[feed]]\nurl = "https://x.example/"\ninterval = {minutes}\n')
    found = read_subscriptions(home / "feeds.toml")
    assert [feed.url for feed in found.feeds] == ["https://good.example/feed"]
    assert "interval" in found.problems[0].message.english


@pytest.mark.parametrize("pattern", ["(?:(?:a{500}){500}){500}", "a{1000000000}", "(?:ab){400}(?:cd){400}"])
def test_a_regex_that_would_fill_the_memory_is_refused_unread(home: Path, pattern: str) -> None:
    file = home / "rules.toml"
    file.write_text(f"[rule]\nbomb = {{ when = {{ regex = ['{pattern}'] }}, why = 'x' }}\n")
    book = read_rules(file)
    assert book.rules == ()
    assert "repeat less often" in book.problems[0].message.english


def test_a_card_number_may_still_be_looked_for(home: Path) -> None:
    file = home / "rules.toml"
    pattern = r"\b\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b"
    file.write_text(f"[rule]\ncards = {{ when = {{ regex = ['{pattern}'] }}, why = 'x' }}\n")
    assert read_rules(file).problems == ()


def outline(attributes: str, title: str = "a") -> bytes:
    body = f'<opml version="2.0"><body><outline text="{title}" xmlUrl="http://x.example/" {attributes}/></body></opml>'
    return body.encode()


@pytest.mark.parametrize("minutes", ["9" * 5_000, "999999999", "0", "-1", "٣"])
def test_an_interval_in_opml_is_taken_only_where_feeds_toml_may_hold_it(minutes: str) -> None:
    feeds, bad = read_opml(outline(f'category="/cmday/interval/{minutes}"'), "x.opml")
    assert not bad
    assert feeds[0].interval in (None, 3)


def test_entities_in_opml_neither_grow_nor_reach_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("do not read me")
    grows = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a0 "aaaaaaaaaa">{grows}<!ENTITY f SYSTEM "file://{secret}">]>'
        '<opml version="2.0"><body><outline text="&a9;&f;" xmlUrl="http://x.example/"/></body></opml>'
    )
    feeds, _bad = read_opml(body.encode(), "x.opml")
    assert all(len(feed.title or "") < 100 for feed in feeds)
    assert "do not read me" not in str(feeds)


def test_a_title_from_opml_obeys_nobody_when_it_is_exported(cmday: Cmday, tmp_path: Path) -> None:
    file = tmp_path / "theirs.opml"
    file.write_bytes(outline("", "A&#x1f512;&#x9d;31m&#x202e;B"))
    assert cmday("feeds", "import", str(file)).code == 0
    printed = cmday("feeds", "export").out
    assert "A🔒31mB" in printed
    assert not {"\x9d", "\u202e", "\x1b"} & set(printed)
    again, _bad = read_opml(write_opml(read_opml(printed.encode(), "x")[0]).encode(), "x")
    assert again[0].title == "A🔒31mB"
