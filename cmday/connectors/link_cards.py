"""The preview of a page that a post links to: its title, description and picture, as the page names them (ogp.me).

A page that does not answer, or says nothing, costs the preview and not the post.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

import msgspec

from cmday.connectors.protocol import Exchange, Request, Response
from cmday.errors import NetworkError
from cmday.text.plain import cut

MOST_BYTES: Final = 3 * 1024 * 1024
PATIENCE: Final = 6.0
MOST_TITLE: Final = 300
MOST_TEXT: Final = 1_000
_CHARSET: Final = re.compile(rb"charset=[\"']?([\w-]{2,40})", re.IGNORECASE)
_OK: Final = 200


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says of itself; ``picture`` is an address."""

    url: str
    title: str
    text: str = ""
    picture: str | None = None


def preview(url: str) -> Exchange[Preview | None]:
    """The preview of a page, None where it gives none."""
    try:
        response: Response = yield Request(
            url=url, headers=(("accept", "text/html"),), max_bytes=MOST_BYTES, timeout=PATIENCE
        )
    except NetworkError:
        return None  # the post goes without; that is said by whoever asked
    kind = response.header("content-type") or ""
    if response.status != _OK or "html" not in kind:
        return None
    return read_page(url, response.url, response.body, kind)


def picture_of(found: Preview, most: int) -> Exchange[bytes | None]:
    """The bytes of the picture, None where there is none or it is larger than ``most``."""
    if found.picture is None:
        return None
    try:
        response: Response = yield Request(
            url=found.picture, headers=(("accept", "image/*"),), max_bytes=most, timeout=PATIENCE
        )
    except NetworkError:
        return None  # a preview without a picture is one all the same
    fits = response.status == _OK and (response.header("content-type") or "").startswith("image/")
    return response.body if fits and response.body else None


def read_page(url: str, base: str, body: bytes, kind: str = "") -> Preview | None:
    """The preview in the head of a page; ``base`` is where it was found, ``kind`` its Content-Type."""
    named = _CHARSET.search(kind.encode("ascii", "replace")) or _CHARSET.search(body[:2048])
    try:
        text = body.decode(named[1].decode("ascii") if named else "utf-8", "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    head = _Head()
    head.feed(text)
    title = head.said.get("og:title") or head.said.get("twitter:title") or " ".join(head.title)
    if not title.strip():
        return None
    about = head.said.get("og:description") or head.said.get("description") or ""
    picture = _absolute(base, head.said.get("og:image") or head.said.get("twitter:image") or "")
    return Preview(url=url, title=_line(title, MOST_TITLE), text=_line(about, MOST_TEXT), picture=picture)


class _Head(HTMLParser):
    """Reads the title and what ``meta`` says, the first of each name."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self.title: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self.title:
            self._in_title = True
        elif tag == "meta":
            of = dict(attrs)
            name = (of.get("property") or of.get("name") or "").lower()
            if name and of.get("content"):
                self.said.setdefault(name, of.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)


def _line(text: str, most: int) -> str:
    return cut(" ".join(unescape(text).split()), most)


def _absolute(base: str, address: str) -> str | None:
    try:
        found = urljoin(base, address.strip()) if address.strip() else ""
    except ValueError:
        return None
    return found if found.startswith(("https://", "http://")) else None
