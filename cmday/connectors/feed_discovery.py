"""From the address of a site to its feed: the links that a page names, then the places where feeds usually are."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

import msgspec

from cmday.connectors.feed_sniffing import kind_of
from cmday.connectors.feed_text import to_text
from cmday.connectors.protocol import Exchange, Fetched, Response
from cmday.connectors.site_rules import channel_in_page, site_feed
from cmday.connectors.web_feeds import fetch, read_answer, refuse, request
from cmday.errors import Garbled, NetworkError, Unreachable
from cmday.i18n import phrase
from cmday.text.addresses import absolute_link, host_of

_TYPES: Final = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/json",
        "application/xml",
        "text/xml",
    }
)
_VAGUE: Final = frozenset({"application/json", "application/xml", "text/xml"})
WELL_KNOWN: Final = ("feed/", "feed.xml", "rss.xml", "atom.xml", "index.xml", "rss", "feed.json")
_READ: Final = 512 * 1024
_MOST_LINKS: Final = 20
_TRIED: Final = 3


class Discovered(msgspec.Struct, frozen=True, kw_only=True):
    """A feed that was found: its address, what came from it, and the other feeds that the page names.

    ``title`` is what its network calls it, where its entries do not say so.
    """

    url: str
    fetched: Fetched
    others: tuple[str, ...] = ()
    title: str | None = None


def discover(address: str) -> Exchange[Discovered]:
    """The feed at an address, or the feed of the site there. Raises as ``web_feeds.fetch`` does where there is none.

    An address without a scheme is tried by https, then by http. Sites of known ways (YouTube, GitHub, Reddit) are asked
    for the feeds that they are known to have before their pages are looked at.
    """
    first = address if "://" in address else f"https://{address}"
    found = yield from _first_of(site_feed(first))
    if found:
        return found
    try:
        response: Response = yield request(first)
    except Unreachable:
        if "://" in address:
            raise
        first = f"http://{address}"
        response = yield request(first)
    refuse(response)
    if kind_of(response.body) != "html":
        return Discovered(url=_lasting(first, response), fetched=read_answer(response))
    named = _named(response)
    found = yield from _first_of(named[:_TRIED])
    if found:
        return msgspec.structs.replace(found, others=tuple(other for other in named if other != found.url))
    found = yield from _first_of([urljoin(base, path) for base in _bases(response.url) for path in WELL_KNOWN])
    if found:
        return found
    raise Garbled(
        phrase("{host} names no feed, and has none in the usual places", host=host_of(response.url)),
        phrase("look on the site for RSS or Atom, and add that address"),
        status=response.status,
    )


def discover_among(urls: Iterable[str]) -> Exchange[Discovered]:
    """The first of these addresses that is a feed; raises as ``web_feeds.fetch`` does for the first where none is."""
    wanted = list(urls)
    found = yield from _first_of(wanted)
    return found or Discovered(url=wanted[0], fetched=(yield from fetch(wanted[0])))


def _first_of(urls: Iterable[str]) -> Exchange[Discovered | None]:
    """The first of these addresses that is a feed."""
    for url in dict.fromkeys(urls):
        fetched = yield from _try(url)
        if fetched:
            return Discovered(url=url, fetched=fetched)
    return None


def _named(response: Response) -> list[str]:
    """The feeds that a page names, in whatever way."""
    named = named_feeds(to_text(response.body[:_READ], response.header("content-type")), response.url)
    if named:
        return named
    channel = channel_in_page(response.url, to_text(response.body, response.header("content-type")))
    return [channel] if channel else []


def named_feeds(html: str, url: str) -> list[str]:
    """The feeds that a page names by ``<link rel=alternate>``, the likeliest first.

    Comments and searches come last, before them what calls itself JSON or XML without saying that it is a feed (the
    APIs of many sites do), and what lies on another site.
    """
    page = _Page()
    page.feed(html)
    base = absolute_link(url, page.base) or url
    found: dict[str, tuple[bool, bool, bool]] = {}
    for href, title, kind in page.links[:_MOST_LINKS]:
        if link := absolute_link(base, href):
            beside = any(word in f"{title} {link}".lower() for word in ("comment", "search", "/wp-json/", "oembed"))
            found.setdefault(link, (beside, kind in _VAGUE, not _same_site(link, url)))
    return sorted(found, key=lambda link: found[link])


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str, str]] = []
        self.base: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "base" and not self.base:
            self.base = said.get("href")
        elif tag == "link" and "alternate" in said.get("rel", "").lower().split():
            kind = said.get("type", "").split(";")[0].strip().lower()
            if kind in _TYPES and said.get("href"):
                self.links.append((said["href"], said.get("title", ""), kind))


def _try(url: str) -> Exchange[Fetched | None]:
    """What is at this address, or None where it is no feed; a network that fails counts as none."""
    try:
        response: Response = yield request(url)
        return read_answer(response)
    except NetworkError:
        return None


def _same_site(link: str, url: str) -> bool:
    """Whether two addresses end in the same name of two parts: feeds.example.org and www.example.org."""
    return host_of(link).split(".")[-2:] == host_of(url).split(".")[-2:]


def _bases(url: str) -> tuple[str, ...]:
    folder, root = urljoin(url, "."), urljoin(url, "/")
    return (folder, root) if folder != root else (root,)


def _lasting(asked: str, response: Response) -> str:
    """The address to keep: the last one, where every step there was said to be for good (301, 308)."""
    if response.hops and all(hop.status in (301, 308) for hop in response.hops):
        return response.url
    return asked
