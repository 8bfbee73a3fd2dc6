from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmday.connectors.feed_document import MOST_ENTRIES
from cmday.connectors.feed_identity import with_identities
from cmday.connectors.feed_parsing import parse
from cmday.connectors.feed_sniffing import kind_of
from cmday.connectors.feed_text import clean_html, one_line, plain_title, to_text
from cmday.core.feeds import Entry, ParsedFeed
from cmday.errors import CmdayError, Garbled, TooMuch

URL = "http://f1.localhost/blog/feed.xml"


def rss(*items: str, channel: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        f"<title>Feed</title><link>http://f1.localhost/</link>{channel}{''.join(items)}</channel></rss>"
    ).encode()


def read(body: bytes, content_type: str | None = None) -> ParsedFeed:
    return parse(body, content_type, URL)


def only(body: bytes, content_type: str | None = None) -> Entry:
    (entry,) = read(body, content_type).entries
    return entry


CORPUS = sorted(Path(os.environ["CMDAY_CORPUS"], "feeds").rglob("*.*")) if "CMDAY_CORPUS" in os.environ else []


@pytest.mark.skipif(not CORPUS, reason="CMDAY_CORPUS is not set")
def test_every_feed_of_the_corpus_is_read_without_crash_or_warning() -> None:
    entries = 0
    for file in CORPUS:
        try:
            feed = read(file.read_bytes())
        except CmdayError:
            continue
        entries += len(feed.entries)
        assert len({entry.identity for entry in feed.entries}) == len(feed.entries), file.name
        for entry in feed.entries:
            assert entry.published is None or entry.published.tzinfo
            assert "<script" not in entry.content
            assert len(entry.title) <= 1000
    assert entries > 1000


@pytest.mark.parametrize(
    "file", sorted(Path(__file__).parent.parent.joinpath("data/feeds").glob("*.xml")), ids=lambda file: file.stem
)
def test_feeds_of_our_own(file: Path) -> None:
    feed = read(file.read_bytes())
    expected = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    found = {
        "title": feed.title,
        "site_url": feed.site_url,
        "ttl_minutes": feed.ttl_minutes,
        "entries": [
            {
                "identity": entry.identity,
                "title": entry.title,
                "url": entry.url,
                "author": entry.author,
                "published": entry.published.isoformat() if entry.published else None,
                "content": entry.content,
                "enclosures": [enclosure.url for enclosure in entry.enclosures],
            }
            for entry in feed.entries
        ],
    }
    assert found == expected


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("Caf&amp;eacute; &amp;amp; th&amp;#233;", "Café & thé"),
        ("<![CDATA[<b>Bold</b> &amp; <i>plain</i>]]>", "Bold & plain"),
        ("1 &lt; 2, and &lt;template&gt; is a tag", "1 < 2, and <template> is a tag"),
        ("  two\n lines\t", "two lines"),
        ("Use &lt;b&gt;bold", "Use bold"),
    ],
)
def test_titles_are_plain_text(source: str, title: str) -> None:
    assert only(rss(f"<item><title>{source}</title><guid>1</guid></item>")).title == title


def test_content_is_clean_and_its_links_absolute() -> None:
    entry = only(
        rss(
            "<item><guid>1</guid><content:encoded><![CDATA[<p onclick='x()'>Hi <a href='../a?b=c'>a</a>"
            "<img src='/i.png'><script>bad()</script><a href='javascript:x'>j</a></p>]]></content:encoded></item>"
        )
    )
    assert entry.content == (
        '<p>Hi <a href="http://f1.localhost/a?b=c">a</a><img src="http://f1.localhost/i.png"><a>j</a></p>'
    )
    assert entry.summary == "Hi aj"


def test_authors_are_joined_and_enclosures_kept() -> None:
    entry = only(
        rss(
            "<item><guid>1</guid><dc:creator>Ana</dc:creator><dc:creator>Bo</dc:creator>"
            '<enclosure url="/a.mp3" type="audio/mpeg" length="12"/><media:content url="http://x/b.jpg"/></item>'
        )
    )
    assert entry.author == "Ana, Bo"
    assert [(one.url, one.type, one.length) for one in entry.enclosures] == [
        ("http://f1.localhost/a.mp3", "audio/mpeg", 12),
        ("http://x/b.jpg", None, None),
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 02 Nov 2026 08:31:00 +0100", datetime(2026, 11, 2, 7, 31, tzinfo=UTC)),
        ("2026-11-02T08:31:00Z", datetime(2026, 11, 2, 8, 31, tzinfo=UTC)),
        ("lundi prochain", None),
        ("Mon, 99 Foo 99999 08:31:00 +0100", None),
        ("", None),
    ],
)
def test_dates_are_aware_or_none(text: str, moment: datetime | None) -> None:
    assert only(rss(f"<item><guid>1</guid><pubDate>{text}</pubDate></item>")).published == moment


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "iso-8859-1", None),  # the prolog lies
        ("iso-8859-1", "iso-8859-1", None),
        ("windows-1252", "utf-8", None),  # the prolog lies the other way
        ("iso-8859-15", "utf-8", "text/xml; charset=ISO-8859-15"),  # HTTP has the word before the prolog
        ("utf-16", "utf-16", None),
        ("utf-16", "utf-8", "text/xml; charset=utf-8"),  # the mark has the word before HTTP
        ("utf-8-sig", "iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("koi8-r", "koi8-r", None),
    ],
)
def test_encodings(encoding: str, declared: str, header: str | None) -> None:
    title = "Привет" if encoding == "koi8-r" else "Été à « Bègles »"
    text = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><item><title>{title}</title></item></channel></rss>'
    assert only(text.encode(encoding), header).title == title


@pytest.mark.parametrize("number", ["xD800", "x110000", "xfffffffff", "55296", "57343", "1114112", "9999999999"])
def test_a_number_of_no_character_is_replaced(number: str) -> None:
    assert (
        only(rss(f"<item><title>a &#{number}; b &#233; &#x10FFFD;</title></item>")).title == "a \ufffd b é \U0010fffd"
    )


def test_what_the_parser_does_not_survive_is_garbled() -> None:
    with pytest.raises(Garbled):
        read(rss("<item><title>1</title></media:player></item>"))


def test_what_is_no_feed_is_garbled() -> None:
    for body in (b"", b"hello", b"<html><body>Sign in</body></html>", b'{"a": 1}', b"{", b"<urlset><url/></urlset>"):
        with pytest.raises(Garbled):
            read(body)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xef\xbb\xbf \n<?xml version='1.0'?><!-- <html> --><rss>", "xml"),
        (b"<!DOCTYPE html><rss>", "html"),
        (b"<?xml version='1.0'?><html xmlns='x'>", "html"),
        ("<rss>".encode("utf-16-le"), "xml"),
        (b"  \n ", "empty"),
        (b'\n {"version": 1}', "json"),
        (b"PHP Warning: x<rss>", "xml"),
        (b"%PDF-1.7", "other"),
    ],
)
def test_kinds_of_bodies(body: bytes, kind: str) -> None:
    assert kind_of(body) == kind


def test_json_feed_and_fields_of_wrong_types() -> None:
    items = [
        {
            "id": 7,
            "url": "/a",
            "title": "A &amp; B",
            "content_html": "<p>x</p>",
            "authors": [{"name": "Ana"}, {"name": 5}, 3],
        },
        {
            "id": "b",
            "content_text": "1 < 2",
            "date_published": "2026-11-02T08:31:00+01:00",
            "attachments": [{"url": "x.mp3", "size_in_bytes": 3}],
        },
        "nonsense",
        {"id": ["x"], "title": 3, "attachments": {}, "author": {"name": "Old"}, "date_published": "never"},
    ]
    first, second, third = read(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()
    ).entries
    assert (first.identity, first.url, first.title, first.author) == ("7", "http://f1.localhost/a", "A & B", "Ana")
    assert (second.content, second.enclosures[0].length) == ("1 &lt; 2", 3)
    assert second.published == datetime(2026, 11, 2, 7, 31, tzinfo=UTC)
    assert (third.title, third.author, third.published) == ("", "Old", None)


def test_authors_and_language_of_a_json_feed_are_those_of_its_items() -> None:
    items = [{"id": "1", "date_published": "Fri, 31 May 2019 12:17:58 -0700"}, {"id": "2", "authors": [{"name": "Bo"}]}]
    feed = {"authors": [{"name": "Ana"}], "language": "fr", "items": items}
    first, second = read(json.dumps(feed).encode()).entries
    assert (first.author, second.author, first.language) == ("Ana", "Bo", "fr")
    assert first.published == datetime(2019, 5, 31, 19, 17, 58, tzinfo=UTC)


MRSS = "xmlns:media='http://search.yahoo.com/mrss/'"


def test_media_of_a_group_and_a_picture_that_says_little() -> None:
    entry = only(
        rss(
            "<item><guid>1</guid><title>Own</title><description>&lt;p&gt;What happened on the quays.&lt;/p&gt;</description>"
            "<media:group><media:title>Of the film</media:title><media:content url='/v.mp4' medium='video' fileSize='9'/>"
            "<media:thumbnail url='/t.jpg'/><media:description>By Ana</media:description></media:group></item>"
        )
    )
    assert (entry.title, entry.content) == ("Own", "<p>What happened on the quays.</p>")
    assert [(one.url, one.type, one.length) for one in entry.enclosures] == [
        ("http://f1.localhost/v.mp4", "video/*", 9),
        ("http://f1.localhost/t.jpg", "image/*", None),
    ]


def test_a_film_alone_is_told_by_its_own_description() -> None:
    body = (
        f"<feed xmlns='http://www.w3.org/2005/Atom' {MRSS}><entry><id>yt:1</id><media:group>"
        "<media:title>Film</media:title><media:description>About it</media:description></media:group></entry></feed>"
    )
    entry = only(body.encode())
    assert (entry.title, entry.content, entry.guid) == ("Film", "About it", "yt:1")


def test_markup_goes_before_plain_text() -> None:
    entry = only(
        rss(
            "<item><guid>1</guid><description>Short</description><itunes:summary xmlns:itunes="
            "'http://www.itunes.com/dtds/podcast-1.0.dtd'>Longer than short</itunes:summary>"
            "<content:encoded>&lt;b&gt;All&lt;/b&gt;</content:encoded></item>"
        )
    )
    assert entry.content == "<b>All</b>"


@pytest.mark.parametrize(
    ("bases", "link", "image"),
    [
        (("", ""), "http://f1.localhost/blog/p", "http://f1.localhost/blog/i.png"),
        (("http://a.localhost/x/", ""), "http://a.localhost/x/p", "http://a.localhost/x/i.png"),
        (("/y/", "z/"), "http://f1.localhost/y/p", "http://f1.localhost/y/z/i.png"),
        (("", "http://b.localhost/"), "http://f1.localhost/blog/p", "http://b.localhost/i.png"),
    ],
)
def test_links_are_relative_to_their_own_base(bases: tuple[str, str], link: str, image: str) -> None:
    of_feed, of_text = (f' xml:base="{base}"' if base else "" for base in bases)
    entry = (
        "<entry><id>{0}</id><link href='p'/><summary type='html'>&lt;img src='i.png'></summary></entry>"
        f"<entry><id>{{0}}b</id><link href='p'/><content type='html'{of_text}>&lt;img src='i.png'></content></entry>"
    )
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'{of_feed}>{entry.format(1)}{entry.format(3)}</feed>"
    first, second, third, _ = read(feed.encode()).entries
    assert (first.url, second.url) == (link, link)
    assert second.content == f'<img src="{image}">'
    assert (first.guid or "").endswith("1")
    # A base holds for the element that declares it, and for no entry after it.
    assert first.content == third.content


def billion_laughs(separator: str) -> bytes:
    names = separator.join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return (
        f'<?xml version="1.0"?>{separator}<!DOCTYPE rss [<!ENTITY l0 "lol">{separator}{names}]>{separator}'
        "<rss version='2.0'><channel><item><title>&l11;</title><guid>1</guid></item></channel></rss>"
    ).encode()


HEAD = b"<rss version='2.0'><channel>"
BOMBS = {
    "entities on lines": billion_laughs("\n"),
    "entities on one line": billion_laughs(""),
    "external entity": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>&x;</title></item></channel></rss>',
    "blank lines": b"\n" * 300_000 + rss("<item><title>x</title></item>"),
    "deep": HEAD + b"<a>" * 20_000,
    "deep content": rss("<item><title>x</title><description>" + "&lt;div&gt;" * 18_000 + "</description></item>"),
    "long author": rss("<item><title>x</title><author>" + "a" * 400_000 + "</author></item>"),
    "open tags": HEAD + b"<item><a " * 20_000,
    "comments": HEAD + b"<!--" * 50_000,
    "ampersands": HEAD + b"<item><title>" + b"&" * 100_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_do_little_harm(name: str) -> None:
    feed = read(BOMBS[name])  # without the bounds, minutes and gigabytes
    for entry in feed.entries:
        assert len(entry.title) <= 1000
        assert "root:" not in entry.title
        assert len(entry.content) < 300_000


def test_entities_of_the_feed_itself_are_kept() -> None:
    body = (
        b'<!DOCTYPE rss [\n<!ENTITY nbsp "&#160;"> <!ENTITY us "Us &#38; Co">]>'
        + rss("<item><title>&us;&nbsp;!</title></item>").split(b"?>", 1)[1]
    )
    assert only(body).title == "Us & Co !"


def test_the_first_two_thousand_of_too_many_entries_are_kept() -> None:
    feed = read(rss(*(f"<item><title>{n}</title><guid>g{n}</guid></item>" for n in range(100_000))))
    assert len(feed.entries) == MOST_ENTRIES
    assert feed.entries[0].title == "0"
    assert feed.title == "Feed"


def test_more_elements_than_any_feed_has_are_refused() -> None:
    with pytest.raises(TooMuch):
        read(HEAD + b"<a/>" * 600_000)


def test_a_body_that_was_cut_gives_what_came_whole() -> None:
    body = rss(*(f"<item><title>{n}</title><guid>g{n}</guid></item>" for n in range(10)))
    assert [entry.title for entry in read(body[: len(body) // 2]).entries] == ["0", "1"]


ENTRIES = st.builds(
    Entry,
    identity=st.just(""),
    guid=st.sampled_from([None, "1", "2", "x" * 600]),
    title=st.sampled_from(["a", "b", ""]),
    url=st.sampled_from([None, "http://a/", "http://b/"]),
    content=st.sampled_from(["", "c"]),
)


@given(st.lists(ENTRIES, max_size=12))
def test_identities_are_unique_stable_and_lose_nothing(entries: list[Entry]) -> None:
    found = with_identities(entries)
    assert len({entry.identity for entry in found}) == len(found)
    assert with_identities(entries) == found
    assert all(0 < len(entry.identity) < 600 for entry in found)
    told = {(entry.guid, entry.url, entry.title, entry.content) for entry in entries}
    assert len(told) >= len(found)
    assert {(entry.title, entry.content) for entry in found} == {(entry.title, entry.content) for entry in entries}


@given(st.lists(ENTRIES, max_size=6).map(with_identities), ENTRIES)
def test_a_new_entry_with_a_guid_of_its_own_changes_no_other_identity(entries: tuple[Entry, ...], new: Entry) -> None:
    from msgspec.structs import replace

    after = with_identities([replace(new, guid="its own", url="http://new/"), *entries])
    assert [entry.identity for entry in after[1:]] == [entry.identity for entry in with_identities(entries)]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_a_plain_error(body: bytes) -> None:
    for wrapped in (
        body,
        b"<rss><channel><item><title>" + body + b"</title></item></channel></rss>",
        b'{"items": [' + body + b"]}",
    ):
        try:
            found = read(wrapped)
        except CmdayError:
            continue
        assert all(entry.identity for entry in found.entries)


@given(st.text())
def test_any_text_is_cleaned(text: str) -> None:
    clean_html(text, URL)
    assert "\n" not in one_line(text, 100)
    assert len(plain_title(text, is_html=True)) <= 1000
    assert (
        to_text(text.encode(), None) == text.removeprefix("\ufeff") or "\0" in text or text.startswith(("\ufeff", "<"))
    )
