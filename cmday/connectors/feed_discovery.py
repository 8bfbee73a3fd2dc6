"""From the address of a site to its feed: the links that a page names, then the places where feeds usually are."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

import msgspec

from cmday.connectors.feed_sniffing import kind_of
from cmday.connectors.feed_text import to_text
from cmday.connectors.protocol import Exchange, Fetched, Response
from cmday.connectors.web_feeds import read_answer, refuse, request
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
WELL_KNOWN: Final = ("feed/", "feed.xml", "rss.xml", "atom.xml", "index.xml", "rss", "feed.json")
_READ: Final = 512 * 1024
_MOST_LINKS: Final = 20
_TRIED: Final = 3


class Discovered(msgspec.Struct, frozen=True, kw_only=True):
    """A feed that was found: its address, what came from it, and the other feeds that the page names."""

    url: str
    fetched: Fetched
    others: tuple[str, ...] = ()


def discover(address: str) -> Exchange[Discovered]:
    """The feed at an address, or the feed of the site there. Raises as ``web_feeds.fetch`` does where there is none.

    An address without a scheme is tried by https, then by http.
    """
    first = address if "://" in address else f"https://{address}"
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
    named = named_feeds(to_text(response.body[:_READ], response.header("content-type")), response.url)
    for url in named[:_TRIED]:
        fetched = yield from _try(url)
        if fetched:
            return Discovered(url=url, fetched=fetched, others=tuple(other for other in named if other != url))
    for url in dict.fromkeys(urljoin(base, path) for base in _bases(response.url) for path in WELL_KNOWN):
        fetched = yield from _try(url)
        if fetched:
            return Discovered(url=url, fetched=fetched)
    raise Garbled(
        phrase("{host} names no feed, and has none in the usual places", host=host_of(response.url)),
        phrase("look on the site for RSS or Atom, and add that address"),
        status=response.status,
    )


def named_feeds(html: str, url: str) -> list[str]:
    """The feeds that a page names by ``<link rel=alternate>``, those of comments last."""
    page = _Page()
    page.feed(html)
    base = absolute_link(url, page.base) or url
    found: dict[str, bool] = {}
    for href, title in page.links[:_MOST_LINKS]:
        if link := absolute_link(base, href):
            found.setdefault(link, "comment" in f"{title} {link}".lower())
    return sorted(found, key=lambda link: found[link])


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.base: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "base" and not self.base:
            self.base = said.get("href")
        elif tag == "link" and "alternate" in said.get("rel", "").lower().split():
            kind = said.get("type", "").split(";")[0].strip().lower()
            if kind in _TYPES and said.get("href"):
                self.links.append((said["href"], said.get("title", "")))


def _try(url: str) -> Exchange[Fetched | None]:
    """What is at this address, or None where it is no feed; a network that fails counts as none."""
    try:
        response: Response = yield request(url)
        return read_answer(response)
    except NetworkError:
        return None


def _bases(url: str) -> tuple[str, ...]:
    folder, root = urljoin(url, "."), urljoin(url, "/")
    return (folder, root) if folder != root else (root,)


def _lasting(asked: str, response: Response) -> str:
    """The address to keep: the last one, where every step there was said to be for good (301, 308)."""
    if response.hops and all(hop.status in (301, 308) for hop in response.hops):
        return response.url
    return asked
