"""JSON Feed 1.0 and 1.1, mapped by hand (jsonfeed.org); a field of a wrong type costs that field only."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import msgspec

from cmday.connectors.feed_document import MOST_ENTRIES
from cmday.connectors.feed_identity import with_identities
from cmday.connectors.feed_text import SUMMARY, TITLE, clean_html, one_line, plain_title, shorten
from cmday.core.feeds import Enclosure, Entry, ParsedFeed
from cmday.errors import Garbled
from cmday.i18n import phrase
from cmday.text.addresses import absolute_link

_ABOUT: Final = ("title", "home_page_url", "language", "authors", "author")
_MOST: Final = 20
_AUTHORS: Final = 500
_FROM_CONTENT: Final = 1_000


class Opened(msgspec.Struct, frozen=True):
    """A JSON Feed before its items are read: what it says of itself, and the bytes of each item."""

    about: dict[str, Any]
    items: tuple[bytes, ...]


def parse_json(text: str, url: str) -> ParsedFeed:
    """A JSON Feed as entries. Raises ``Garbled`` for JSON that is none."""
    opened = open_json(text)
    return feed_of(opened.about, url, with_identities([entry_of(item, opened.about, url) for item in opened.items]))


def open_json(text: str) -> Opened:
    """A JSON Feed, its items unread. Raises ``Garbled`` for JSON that is none."""
    found = _decode(text.encode("utf-8", "replace"), dict[str, msgspec.Raw])
    listed = _decode(bytes(found.pop("items", b"null")), list[msgspec.Raw])
    about: dict[str, Any] = {name: _decode(bytes(found[name]), Any) for name in _ABOUT if name in found}
    items = map(bytes, listed[:MOST_ENTRIES])
    return Opened(about, tuple(item for item in items if item.startswith(b"{")))


def feed_of(about: dict[str, Any], url: str, entries: tuple[Entry, ...]) -> ParsedFeed:
    """What a JSON Feed says of itself, with entries."""
    return ParsedFeed(
        title=plain_title(_string(about, "title") or "", is_html=False) or None,
        site_url=absolute_link(url, _string(about, "home_page_url")),
        language=_string(about, "language"),
        entries=entries,
    )


def entry_of(data: bytes, about: dict[str, Any], url: str) -> Entry:
    """An item as an entry, its identity not yet set; its authors and language are the feed's where it names none.

    Raises ``Garbled`` for JSON that is none.
    """
    item: dict[str, Any] = _decode(data, dict[str, Any])
    source = _string(item, "content_html") or html.escape(_string(item, "content_text") or "", quote=False)
    summary = _string(item, "summary")
    guid = item.get("id")
    return Entry(
        identity="",
        guid=str(guid).strip() or None if isinstance(guid, str | int | float) else None,
        title=plain_title(_string(item, "title") or "", is_html=False),
        url=absolute_link(url, _string(item, "url") or _string(item, "external_url")),
        author=_authors(item) or _authors(about),
        published=_moment(_string(item, "date_published")),
        updated=_moment(_string(item, "date_modified")),
        summary=shorten(" ".join(summary.split()), SUMMARY) if summary else one_line(source, _FROM_CONTENT),
        content=clean_html(source or html.escape(summary or "", quote=False), url),
        language=_string(item, "language") or _string(about, "language"),
        enclosures=_attachments(item, url),
    )


def _decode(data: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError):
        hint = phrase("it will be asked again later")
        raise Garbled(phrase("its answer is JSON, but no JSON Feed"), hint) from None


def _string(item: dict[str, Any], name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _authors(item: dict[str, Any]) -> str | None:
    listed = item.get("authors")
    if not isinstance(listed, list):
        listed = [item.get("author")]  # version 1.0
    names = [one_line(_string(one, "name") or "", TITLE) for one in listed if isinstance(one, dict)]
    return shorten(", ".join(dict.fromkeys(name for name in names if name)), _AUTHORS) or None


def _attachments(item: dict[str, Any], url: str) -> tuple[Enclosure, ...]:
    listed = item.get("attachments")
    found = []
    for one in listed[:_MOST] if isinstance(listed, list) else ():
        address = absolute_link(url, _string(one, "url")) if isinstance(one, dict) else None
        if address:
            size = one.get("size_in_bytes")
            found.append(
                Enclosure(
                    url=address,
                    type=_string(one, "mime_type"),
                    length=size if isinstance(size, int) and 0 <= size < 1 << 62 else None,
                )
            )
    return tuple(found)


def _moment(text: str | None) -> datetime | None:
    """An RFC 3339 date as an instant, or one of RFC 5322, which some write; without an offset it is UTC."""
    if not text:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
        return moment if moment.year >= 1970 else None  # noqa: PLR2004  the database counts from there
    return None
