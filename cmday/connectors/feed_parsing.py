"""Feeds as entries: feedparser reads the XML, our own code cleans what it found.

feedparser runs without its sanitiser and URI resolution (they are half of its time); nh3 and ``urljoin`` do that on
what is kept. Its dictionaries are read with ``dict.get`` where their own ``get`` warns.
"""

from __future__ import annotations

import html
import io
from datetime import UTC, datetime, timedelta
from time import struct_time
from typing import Any, Final

import msgspec

from cmday.connectors.feed_document import MOST_ENTRIES, prepare
from cmday.connectors.feed_identity import with_identities
from cmday.connectors.feed_place import Place, has_base
from cmday.connectors.feed_sniffing import kind_of
from cmday.connectors.feed_text import CONTENT, SUMMARY, clean_html, one_line, plain_title, shorten, to_text
from cmday.core.feeds import Enclosure, Entry, ParsedFeed
from cmday.errors import Garbled
from cmday.i18n import phrase
from cmday.text.safe_text import hide_logins

_AUTHORS: Final = 500
_FROM_CONTENT: Final = 1_000
_MOST_ENCLOSURES: Final = 20
_LONGEST_TAG: Final = 35  # RFC 5646, 4.4.1
_MOST_DIGITS: Final = 15
_MEDIA: Final = ("image", "audio", "video")  # Media RSS 1.5.1: what a medium may be, as far as it is a type
_PERIODS: Final = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def parse(body: bytes, content_type: str | None, url: str) -> ParsedFeed:
    """A feed's body as entries; ``url`` is where it came from. Raises ``Garbled`` and ``TooMuch``."""
    url = hide_logins(url, "")  # what links of entries are resolved against: the feed's password is not theirs
    kind = kind_of(body)
    if kind == "json":
        from cmday.connectors.json_feed import parse_json

        return parse_json(to_text(body, None), url)
    if kind != "xml":
        raise Garbled(phrase("its answer is no feed"), phrase("it will be asked again later"))
    document = prepare(to_text(body, content_type))
    feed = parse_document(document, url, based=has_base(document))
    return msgspec.structs.replace(feed, entries=with_identities(feed.entries))


def parse_document(document: bytes, url: str, *, based: bool) -> ParsedFeed:
    """RSS of any version, Atom and RDF, made ready by ``prepare``; the entries have no identity yet.

    ``based`` says whether the document, or the one it is cut from, has a base of its own (``has_base``).
    """
    import feedparser

    place = Place(url)
    headers = {"content-type": "application/xml; charset=utf-8"}
    if based:
        headers["content-location"] = place.stand_in
    try:
        found = feedparser.parse(
            io.BytesIO(document), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:
        # Elements where it does not expect them make it raise KeyError, TypeError and more.
        hint = phrase("it will be asked again later")
        raise Garbled(phrase("its answer is broken in a way that no parser of feeds survives"), hint) from error
    if not found.version and not found.entries:
        raise Garbled(phrase("its answer is no feed"), phrase("it will be asked again later"))
    feed = found.feed
    return ParsedFeed(
        title=_title(feed) or None,
        site_url=place.link(_text(feed, "link")),
        language=_language(_text(feed, "language")),
        ttl_minutes=_ttl(feed),
        entries=tuple(_entry(entry, place, feed) for entry in found.entries[:MOST_ENTRIES]),
    )


def _entry(raw: Any, place: Place, feed: Any) -> Entry:
    content, base = _content(raw, place)
    summary = _summary(raw)
    guid = place.as_written(_text(raw, "id") or "").strip()
    return Entry(
        identity="",
        guid=guid or None,
        title=_title(raw),
        url=_link(raw, place, guid),
        author=_author(raw),
        published=_moment(dict.get(raw, "published_parsed")),
        updated=_moment(dict.get(raw, "updated_parsed")),
        summary=one_line(summary, SUMMARY) if summary else one_line(content, _FROM_CONTENT),
        content=clean_html(content or summary, base),
        language=_language(_detail(raw, "title").get("language") or _text(feed, "language")),
        enclosures=_enclosures(raw, place),
    )


def _text(raw: Any, name: str) -> str | None:
    value = dict.get(raw, name)
    return value if isinstance(value, str) and value else None


def _detail(raw: Any, name: str) -> Any:
    return dict.get(raw, f"{name}_detail") or {}


def _title(raw: Any) -> str:
    kind = _detail(raw, "title").get("type") or "text/plain"
    return plain_title(_text(raw, "title") or "", is_html=kind != "text/plain")


def _content(raw: Any, place: Place) -> tuple[str, str]:
    """The entry's full text as HTML, and the address that its links are relative to (xml:base).

    What comes as markup goes before plain text. feedparser also takes a second description for content (of a picture,
    by ``media:``, or for podcasts, by ``itunes:``): one that says less than the first is none.
    """
    summary = _text(raw, "summary") or ""
    for part in sorted(dict.get(raw, "content") or (), key=lambda part: part.get("type") == "text/plain"):
        value, kind = part.get("value") or "", part.get("type") or "text/html"
        if not value.strip() or not (kind.startswith("text/") or kind.endswith(("xml", "html"))):
            continue
        if kind == "text/plain" and len(value) < len(summary):
            continue
        base = place.link(part.get("base")) or place.url
        return (html.escape(value, quote=False) if kind == "text/plain" else value), base
    return "", place.link(_detail(raw, "summary").get("base")) or place.url


def _summary(raw: Any) -> str:
    value = _text(raw, "summary") or ""
    if _detail(raw, "summary").get("type") == "text/plain":
        return html.escape(value[:CONTENT], quote=False)
    return value


def _link(raw: Any, place: Place, guid: str) -> str | None:
    link = _text(raw, "link")
    if link and place.as_written(link).strip() == guid and "/" not in guid:
        link = None  # a bare number as a guid is no permanent link, though RSS says so where isPermaLink is left out
    return place.link(link)


def _author(raw: Any) -> str | None:
    names: dict[str, None] = {}
    for author in dict.get(raw, "authors") or ():
        name = one_line(author.get("name") or author.get("email") or "", _AUTHORS)
        if name:
            names[name] = None
    if not names and (only := _text(raw, "author")):
        names[one_line(only, _AUTHORS)] = None
    return shorten(", ".join(names), _AUTHORS) or None


def _enclosures(raw: Any, place: Place) -> tuple[Enclosure, ...]:
    found: dict[str, Enclosure] = {}
    linked = [link for link in dict.get(raw, "links") or () if link.get("rel") == "enclosure"]
    media, thumbnails = dict.get(raw, "media_content") or (), dict.get(raw, "media_thumbnail") or ()
    for item in (*linked, *media, *({**thumbnail, "medium": "image"} for thumbnail in thumbnails)):
        address = place.link(dict.get(item, "href") or dict.get(item, "url"))
        if address:
            medium = dict.get(item, "medium")
            kind = dict.get(item, "type") or (f"{medium}/*" if medium in _MEDIA else None)
            size = _number(dict.get(item, "length") or dict.get(item, "filesize"))
            found.setdefault(address, Enclosure(url=address, type=kind, length=size))
    return tuple(found.values())[:_MOST_ENCLOSURES]


def _moment(parsed: struct_time | None) -> datetime | None:
    """The nine numbers of feedparser (always UTC) as an instant; None for what is no date on any calendar."""
    if parsed is None:
        return None
    try:
        day = datetime(parsed.tm_year, parsed.tm_mon, parsed.tm_mday, tzinfo=UTC)
        moment = day + timedelta(hours=parsed.tm_hour, minutes=parsed.tm_min, seconds=parsed.tm_sec)
    except (ValueError, OverflowError):
        return None
    return moment if moment >= _EPOCH else None


def _language(value: str | None) -> str | None:
    code = (value or "").strip().lower().replace("_", "-")
    return code if 1 < len(code) <= _LONGEST_TAG and code.replace("-", "").isalnum() else None


def _ttl(feed: Any) -> int | None:
    """Minutes between two visits that the feed itself asks for: ``ttl``, or ``sy:updatePeriod``."""
    if minutes := _number(_text(feed, "ttl")):
        return minutes
    period = _PERIODS.get((_text(feed, "sy_updateperiod") or "").strip().lower())
    often = _number(_text(feed, "sy_updatefrequency") or "1")
    return max(period // often, 1) if period and often else None


def _number(text: str | None) -> int | None:
    """Digits as a number, or None for all else, and for what is too long to be meant."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
