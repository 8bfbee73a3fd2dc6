"""OPML in and out: the same, whatever the feeds are called; other readers' lists; lists made to harm."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.config.subscriptions import add_subscriptions, read_subscriptions
from cmday.core.feeds import LONGEST_INTERVAL, Subscription
from cmday.errors import Garbled
from cmday.steps.news.opml import read_opml, write_opml
from cmday.text.safe_text import strip_controls
from tests.conftest import Cmday

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=24).filter(
    lambda text: text.strip() and strip_controls(text) == text  # what obeys a terminal is not brought in
)
_TRICKY = st.sampled_from(["a/b", "a,b", " x ", "cmday", "/cmday/mute", "&amp;", "<b>", '"', "é\u0301", "%2F", "a  b"])
_FEEDS = st.lists(
    st.builds(
        Subscription,
        url=st.integers(0, 99).map(lambda number: f"https://f{number}.example/?a=1&b=<é>"),
        title=st.none() | _WORDS | _TRICKY,
        communities=st.lists(_WORDS | _TRICKY, max_size=3, unique=True).map(tuple),
        folder=st.none() | _WORDS | _TRICKY,
        mute=st.booleans(),
        interval=st.none() | st.integers(1, LONGEST_INTERVAL),
    ),
    unique_by=lambda feed: feed.url,
    max_size=8,
)


@given(_FEEDS)
def test_out_and_in_is_the_same(feeds: list[Subscription]) -> None:
    written = write_opml(feeds)
    ET.fromstring(written)
    assert read_opml(written.encode(), "x.opml") == (feeds, [])


def test_1500_feeds_go_in_and_out_equal(cmday: Cmday, home: Path, tmp_path: Path) -> None:
    wanted = [
        Subscription(
            url=f"https://f{number}.localhost/feed?n={number}",
            title=f"Blog n° {number} & <co>" if number % 3 else None,
            communities=(("bem",), ("bem", "sss"), ())[number % 3],
            folder=(None, "Presse", "Presse/Régionale", "tech, web")[number % 4],
            mute=number % 7 == 0,
            interval=number % 5 * 60 or None,
        )
        for number in range(1500)
    ]
    first, second = tmp_path / "in.opml", tmp_path / "out.opml"
    first.write_text(write_opml(wanted))
    assert cmday("feeds", "import", str(first)).code == 0
    assert list(read_subscriptions(home / "feeds.toml").feeds) == wanted
    assert cmday("feeds", "export", str(second)).code == 0
    assert second.read_text() == first.read_text()
    again = cmday("feeds", "import", str(second), "--json").json["data"]["feeds"]
    assert {one["status"] for one in again} == {"known"}


NEWSBOAT = """<?xml version="1.0"?><opml version="1.0"><head><title>newsboat - Exported Feeds</title></head><body>
<outline type="rss" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/" title="A"/>
<outline type="rss" xmlUrl="https://b.example/feed" title=""/></body></opml>"""
MINIFLUX = """<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>Miniflux</title></head><body>
<outline text="Presse"><outline title="A &amp; B" text="A &amp; B" xmlUrl="https://a.example/feed"
 htmlUrl="https://a.example" description="x"></outline>
<outline title="B" text="B" xmlUrl="https://b.example/feed" htmlUrl="" description=""></outline></outline></body></opml>"""
FEEDLY = """<?xml version="1.0" encoding="UTF-8"?><opml version="1.0"><head><title>Robin's feedly</title></head><body>
<outline text="Presse" title="Presse"><outline type="rss" text="A" title="A" xmlUrl="https://a.example/feed"
 htmlUrl="https://a.example"/></outline><outline text="Tech" title="Tech"><outline text="Deep" title="Deep">
<outline type="rss" text="B" title="B" xmlUrl="https://b.example/feed"/></outline></outline></body></opml>"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NEWSBOAT, [("A", None), (None, None)]),
        (MINIFLUX, [("A & B", "Presse"), ("B", "Presse")]),
        (FEEDLY, [("A", "Presse"), ("B", "Tech/Deep")]),
        ("\ufeff" + FEEDLY, [("A", "Presse"), ("B", "Tech/Deep")]),
    ],
)
def test_lists_of_other_readers(text: str, expected: list[tuple[str | None, str | None]]) -> None:
    feeds, bad = read_opml(text.encode(), "x.opml")
    assert bad == []
    assert [(feed.title, feed.folder) for feed in feeds] == expected
    assert [feed.url for feed in feeds] == ["https://a.example/feed", "https://b.example/feed"]


def test_each_thing_that_could_not_be_read_is_named(cmday: Cmday, tmp_path: Path) -> None:
    file = tmp_path / "mixed.opml"
    file.write_text(
        '<opml version="2.0"><body><outline type="rss" text="Good" xmlUrl="https://good.example/feed"/>'
        '<outline type="rss" text="Gopher" xmlUrl="gopher://old.example/"/><outline type="rss" text="Nowhere"/>'
        '<outline text="\x1b[31mfile" xmlUrl="file:///etc/passwd"/>'
        '<outline type="rss" text="Site" xmlUrl="" htmlUrl="https://site.example/"/>'
    )
    result = cmday("feeds", "import", str(file))
    assert result.code == 3
    for named in ("gopher://old.example/", "Nowhere", "file:///etc/passwd", "https://site.example/", "cut off"):
        assert named in result.err
    assert "\x1b" not in result.err
    assert [one["url"] for one in cmday("feeds", "list", "--json").json["data"]["feeds"]] == [
        "https://good.example/feed"
    ]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
HOSTILE = {
    "bomb": BOMB + ']><opml version="2.0"><body><outline text="&j;" xmlUrl="https://a.example/"/></body></opml>',
    "file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml version="2.0"><body>'
    '<outline text="&a;" xmlUrl="https://a.example/"/></body></opml>',
    "ends": '<opml version="2.0"><body></outline></outline></body></opml>',
    "deep": '<opml version="2.0"><body>' + '<outline text="x">' * 50_000 + '<outline xmlUrl="https://a.example/"/>',
    "quote": '<opml version="2.0"><body><outline text="' + "x" * 500_000,
    "attributes": '<opml version="2.0"><body><outline ' + "a='b' " * 50_000 + "/></body></opml>",
    "nothing": "",
    "html": "<html><body><p>Log in</p></body></html>",
    "zeros": "\0" * 10_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_lists_end_decently(case: str) -> None:
    try:
        feeds, _bad = read_opml(HOSTILE[case].encode(), "x.opml")
    except Garbled:
        return
    assert all("root:" not in (feed.title or "") and len(feed.title or "") < 1000 for feed in feeds)


def test_imported_feeds_without_a_community_get_the_one_named(cmday: Cmday, home: Path, tmp_path: Path) -> None:
    (home / "config.toml").write_text("[community.bem]\n[community.sss]\n")
    file = tmp_path / "x.opml"
    file.write_text(FEEDLY.replace('title="B"', 'title="B" category="/cmday/community/sss"'))
    assert cmday("feeds", "import", str(file), "-c", "bem").code == 0
    feeds = read_subscriptions(home / "feeds.toml").feeds
    assert [feed.communities for feed in feeds] == [("bem",), ("sss",)]


def test_passwords_stay_out_of_a_list(home: Path, cmday: Cmday) -> None:
    add_subscriptions(
        home / "feeds.toml", [Subscription(url="https://me:secret@a.example/feed", title="x https://u:secret@b/")]
    )
    assert "secret" not in cmday("feeds", "export").out


def test_a_list_that_is_not_there_is_no_site(cmday: Cmday, home: Path) -> None:
    result = cmday("feeds", "add", str(home / "mine.opml"))
    assert result.code == 2
    assert "mine.opml cannot be read: No such file or directory" in result.err
