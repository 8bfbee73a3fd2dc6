"""What is read of a changed body is what a parse of the whole finds, on every feed there is and whatever changed."""

from __future__ import annotations

import json
import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.connectors.feed_changes import read_changes
from cmday.connectors.feed_parsing import parse
from cmday.connectors.feed_reading import Reading
from cmday.core.feeds import Entry, KnownBody, ParsedFeed
from cmday.errors import CmdayError

URL = "http://f1.localhost/blog/feed.xml"
CORPUS = sorted(Path(os.environ["CMDAY_CORPUS"], "feeds").rglob("*.*")) if "CMDAY_CORPUS" in os.environ else []
ITEM = re.compile(rb"<((?:[\w-]+:)?(?:item|entry))[\s>].*?</\1\s*>", re.DOTALL)


class Follower:
    """Reads one feed again and again, and keeps what it was told, as the database does."""

    def __init__(self) -> None:
        self.known: KnownBody | None = None
        self.entries: dict[str, Entry] = {}
        self.feed: ParsedFeed | None = None

    def read(self, body: bytes) -> Reading:
        reading = read_changes(body, None, URL, self.known)
        if reading.feed:
            self.feed = reading.feed
            self.entries |= {entry.identity: entry for entry in reading.feed.entries}
        self.known = reading.known
        return reading

    def check(self, body: bytes, name: str = "") -> Reading:
        """Read a body, and compare all that is known with a parse of the whole."""
        reading = self.read(body)
        whole = parse(body, None, URL)
        assert reading.items == len(whole.entries), name
        for entry in whole.entries:
            assert self.entries[entry.identity] == entry, name
        assert self.feed
        assert (self.feed.title, self.feed.site_url, self.feed.language, self.feed.ttl_minutes) == (
            whole.title,
            whole.site_url,
            whole.language,
            whole.ttl_minutes,
        ), name
        return reading


def changed(body: bytes, chance: random.Random) -> bytes:
    """The body with one item changed, added, removed, moved or repeated."""
    found = list(ITEM.finditer(body))
    if not found:
        return body
    item, other = chance.choice(found), chance.choice(found)
    own = re.sub(rb"(<(?:guid|id|link)\b[^>]*>)", rb"\1x", item[0])
    if own == item[0]:
        own = re.sub(rb"(<(?:[\w-]+:)?title\b[^>]*>)", rb"\1Another ", own)
    dated = re.sub(rb"(<(?:pubDate|published|updated|(?:[\w-]+:)?date)>)[^<]*", rb"\1 2026-11-02T09:00:00Z", item[0])
    retitled = re.sub(rb"(<title\b[^>]*>)(\s*<!\[CDATA\[)?", rb"\1\2New: ", item[0])
    ways = {
        "title": lambda: body[: item.start()] + retitled + body[item.end() :],
        "date": lambda: body[: item.start()] + dated + body[item.end() :],
        "removed": lambda: body[: item.start()] + body[item.end() :],
        "added": lambda: body[: found[0].start()] + own + b"\n" + body[found[0].start() :],
        "moved": lambda: (
            body[: found[0].start()] + item[0] + body[found[0].start() : item.start()] + body[item.end() :]
        ),
        "repeated": lambda: body[: other.start()] + item[0] + body[other.start() :],
    }
    return ways[chance.choice(list(ways))]()


@pytest.mark.skipif(not CORPUS, reason="CMDAY_CORPUS is not set")
def test_every_feed_of_the_corpus_is_read_as_a_whole_parse_reads_it() -> None:
    feeds = spared = 0
    for number, file in enumerate(CORPUS):
        body, follower, chance = file.read_bytes(), Follower(), random.Random(number)
        try:
            follower.check(body, file.name)
            feeds += 1
            for _ in range(2):
                body = changed(body, chance)
                spared += len(follower.check(body, file.name).passed)
        except CmdayError:
            continue  # no feed, or none any more without its only entry
    assert feeds > 100
    assert spared > 1_000


HEADS = st.sampled_from(
    (
        '<rss version="2.0"><channel>',
        '<rss version="2.0" xml:base="/base/" xml:lang="fr" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>',
        '<rss version="2.0" xmlns:m="http://search.yahoo.com/mrss/"><channel xml:base="http://b.localhost/c/">',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.localhost/x/" xml:lang="en_GB">',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>',
    )
)
AROUND = st.lists(
    st.sampled_from(
        (
            "<title>A feed</title>",
            "<title>Another</title>",
            "<language>de</language>",
            "<lastBuildDate>Mon, 02 Nov 2026 08:31:00 +0100</lastBuildDate>",
            "<lastBuildDate>Mon, 02 Nov 2026 09:31:00 +0100</lastBuildDate>",
            "<ttl>90</ttl>",
            "<link>http://f1.localhost/</link>",
            '<link href="/site"/>',
            "<image><title>An image</title><url>i.png</url></image>",
            "<a:b xmlns:a='urn:a'>odd</a:b>",
            "<!-- <item><title>No</title></item> -->",
        )
    ),
    max_size=4,
)
QUIRKS = st.sampled_from(
    (
        "<title>A title</title>",
        "<title>Another &amp;lt;b&amp;gt;title</title>",
        "<title><![CDATA[In <i>CDATA</i>]]></title>",
        "<guid>1</guid>",
        "<guid isPermaLink='false'>two</guid>",
        "<id>three</id>",
        "<link>/a/1</link>",
        "<link>http://f1.localhost/2</link>",
        '<link href="b/2" rel="alternate"/>',
        '<link rel="enclosure" href="a.mp3" length="12"/>',
        '<enclosure url="/e.mp3" type="audio/mpeg" length="x"/>',
        "<description>Text with <![CDATA[<a href='l'>link</a>]]></description>",
        "<description>Markup <div><a href='l'>raw</a></div> in it</description>",
        '<description xml:base="http://d.localhost/d/">More</description>',
        '<content type="xhtml" xml:base="deep/"><div xmlns="http://www.w3.org/1999/xhtml"><a href="r">r</a></div></content>',
        '<content type="html" xml:base="http://c.localhost/c/">&lt;a href="r"&gt;r&lt;/a&gt;</content>',
        '<summary type="html" xml:lang="it">&lt;a href="s"&gt;s&lt;/a&gt;</summary>',
        "<pubDate>Mon, 02 Nov 2026 08:31:00 +0100</pubDate>",
        "<updated>2026-11-02T08:31:00Z</updated>",
        '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ana</dc:creator>',
        '<dc:creator xmlns:dc="urn:other">Not Ana</dc:creator>',
        '<x:creator xmlns:x="http://purl.org/dc/elements/1.1/">Bo</x:creator>',
        '<media:title xmlns:media="http://search.yahoo.com/mrss/">M</media:title>',
        '<m:content xmlns:m="http://search.yahoo.com/mrss/" url="/m.jpg"><m:title>m</m:title></m:content>',
        '<media:creator xmlns:media="http://purl.org/dc/elements/1.1/">Odd</media:creator>',
        '<thing xmlns="urn:a">a</thing>',
        "<author><name>Cy</name></author>",
        "<author>d@d.localhost (Dee)</author>",
        "<source><title>Source</title></source>",
        "<item><title>Nested</title></item>",
        '<svg xmlns="http://www.w3.org/2000/svg"><title>drawn</title></svg>',
        "<language>es</language>",
    )
)
ITEMS = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(("", "", ' xml:base="/own/"', ' xml:lang="nl"')), st.booleans()),
    min_size=1,
    max_size=5,
)


def document(head: str, around: list[str], items: list[str], after: list[str]) -> bytes:
    name = "entry" if head.startswith("<feed") else "item"
    told = "".join(item.replace("item", name) for item in items)
    opened = re.findall(r"<([\w:]+)", head)
    return f"{head}{''.join(around)}{told}{''.join(after)}{''.join(f'</{one}>' for one in reversed(opened))}".encode()


@given(HEADS, AROUND, st.lists(QUIRKS, min_size=1, max_size=3), st.lists(ITEMS, min_size=2, max_size=4), st.data())
def test_any_feed_that_changes_is_read_as_a_whole_parse_reads_it(
    head: str, around: list[str], quirks: list[str], states: list[list[tuple[int, str, bool]]], data: st.DataObject
) -> None:
    follower = Follower()
    kept: list[str] = []
    for items in states:
        for number, own, odd in items:
            guid = f"<guid isPermaLink='false'>g{number}</guid>" if number else ""
            parts = [guid, "<title>Plain</title>", data.draw(st.sampled_from(quirks)) if odd else "<link>/l</link>"]
            told = f"<item{own}>{''.join(data.draw(st.permutations(parts)))}</item>"
            kept.insert(data.draw(st.integers(0, len(kept))), told)
        follower.check(document(head, around, kept, data.draw(st.just([]) | AROUND)))


def items(*numbers: int, head: str = "") -> bytes:
    told = "".join(f"<item><title>Title {n}</title><guid>g{n}</guid><link>/{n}</link></item>" for n in numbers)
    return f'<rss version="2.0"><channel><title>Feed</title>{head}{told}</channel></rss>'.encode()


def test_known_items_are_not_read_again() -> None:
    follower = Follower()
    follower.read(items(1, 2, 3))
    reading = follower.check(items(4, 1, 2))
    assert reading.feed
    assert [entry.guid for entry in reading.feed.entries] == ["g4"]
    assert (reading.items, len(reading.passed)) == (3, 2)


def test_known_items_of_a_json_feed_are_not_read_again() -> None:
    def body(*numbers: int) -> bytes:
        listed = [{"id": n, "url": f"/{n}", "content_html": f"<p>{n}</p>"} for n in numbers]
        return json.dumps({"title": "A feed", "items": listed}).encode()

    follower = Follower()
    follower.check(body(1, 2, 3))
    reading = follower.check(body(4, 1, 2))
    assert reading.feed
    assert [entry.guid for entry in reading.feed.entries] == ["4"]
    assert follower.check(body(1, 1, 2)).known is None


def test_a_clock_in_the_head_alone_needs_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    follower = Follower()
    follower.read(items(1, 2, 3, head="<lastBuildDate>Mon, 02 Nov 2026 08:31:00 +0100</lastBuildDate>"))
    monkeypatch.setattr("cmday.connectors.feed_parsing.parse_document", None)
    reading = follower.read(items(2, 1, head="<lastBuildDate>Mon, 02 Nov 2026 09:31:00 +0100</lastBuildDate>"))
    assert (reading.feed, reading.items, len(reading.passed)) == (None, 2, 2)


@pytest.mark.parametrize(
    "head", ["<language>fr</language>", "<title>Feed</title>", "<x xmlns:media='http://search.yahoo.com/mrss/'/>"]
)
def test_what_items_inherit_is_read_anew_with_them(head: str) -> None:
    follower = Follower()
    follower.read(items(1, 2))
    assert follower.check(items(3, 1, 2, head=head)).feed


def test_an_address_of_its_own_is_what_links_are_relative_to() -> None:
    first = read_changes(items(1), None, "http://a.localhost/feed", None)
    second = read_changes(items(1), None, "http://b.localhost/feed", first.known)
    assert second.feed
    assert second.feed.entries[0].url == "http://b.localhost/1"


def test_a_guid_that_comes_to_repeat_is_seen_beside_known_ones() -> None:
    follower = Follower()
    follower.read(items(1, 2))
    again = items(1, 2).replace(
        b"</channel>", b"<item><title>Other</title><guid>g1</guid><link>/o</link></item></channel>"
    )
    reading = follower.check(again)
    assert reading.feed
    assert {entry.identity for entry in reading.feed.entries} >= {
        "g1|http://f1.localhost/1",
        "g1|http://f1.localhost/o",
    }
