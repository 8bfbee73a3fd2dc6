"""From the demo's lines of news to the bodies of real feeds: RSS 2.0, Atom and JSON Feed."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final
from xml.sax.saxutils import escape

import msgspec

_JITTER: Final = 17  # minutes: nobody publishes on the hour


class Line(msgspec.Struct, frozen=True):
    """One entry of a feed as it was written for the demo."""

    title: str
    summary: str
    at: datetime
    link: str


def lines(feed: dict[str, Any], until: datetime) -> list[Line]:
    """The entries of a table of news.toml that were published by then, newest first."""
    return [line for line in _all(feed) if line.at <= until]


def _all(feed: dict[str, Any]) -> Iterator[Line]:
    at: datetime = feed["newest"]
    for number, text in enumerate(feed["entries"].strip().splitlines()):
        title, _, summary = (part.strip() for part in text.partition("|"))
        yield Line(title, summary, at, f"{feed['site']}{_slug(title)}")
        at -= timedelta(hours=feed["hours"], minutes=(number * 7) % _JITTER)


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60]


def rss(feed: dict[str, Any], entries: list[Line]) -> str:
    """An RSS 2.0 document."""
    items = "".join(
        f"<item><title>{escape(line.title)}</title><link>{escape(line.link)}</link>"
        f"<guid isPermaLink='true'>{escape(line.link)}</guid><pubDate>{format_datetime(line.at)}</pubDate>"
        f"<description>{escape(line.summary)}</description></item>\n"
        for line in entries
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n<rss version='2.0'><channel>"
        f"<title>{escape(feed['title'])}</title><link>{escape(feed['site'])}</link>"
        f"<description>{escape(feed['title'])}</description>\n{items}</channel></rss>\n"
    )


def atom(feed: dict[str, Any], entries: list[Line]) -> str:
    """An Atom document (RFC 4287)."""
    items = "".join(
        f"<entry><title>{escape(line.title)}</title><link href='{escape(line.link)}'/><id>{escape(line.link)}</id>"
        f"<updated>{line.at.isoformat()}</updated><published>{line.at.isoformat()}</published>"
        f"<summary>{escape(line.summary)}</summary></entry>\n"
        for line in entries
    )
    newest = entries[0].at if entries else feed["newest"]
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns='http://www.w3.org/2005/Atom'>"
        f"<title>{escape(feed['title'])}</title><link href='{escape(feed['site'])}'/><id>{escape(feed['site'])}</id>"
        f"<updated>{newest.isoformat()}</updated><author><name>{escape(feed['title'])}</name></author>\n{items}</feed>\n"
    )


def json_feed(feed: dict[str, Any], entries: list[Line]) -> str:
    """A JSON Feed, version 1.1."""
    items = [
        {
            "id": line.link,
            "url": line.link,
            "title": line.title,
            "content_text": line.summary or line.title,
            "date_published": line.at.isoformat(),
        }
        for line in entries
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed["title"],
        "home_page_url": feed["site"],
        "feed_url": feed["url"],
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


FORMATS: Final[dict[str, tuple[Callable[[dict[str, Any], list[Line]], str], str]]] = {
    "rss": (rss, "application/rss+xml"),
    "atom": (atom, "application/atom+xml"),
    "json": (json_feed, "application/feed+json"),
}
