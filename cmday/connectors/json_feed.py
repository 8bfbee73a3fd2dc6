"""JSON Feed 1.0 and 1.1, mapped by hand (jsonfeed.org); a field of a wrong type costs that field only."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cmday.connectors.feed_document import MOST_ENTRIES
from cmday.connectors.feed_identity import with_identities
from cmday.connectors.feed_text import SUMMARY, TITLE, clean_html, one_line, plain_title, shorten
from cmday.core.feeds import Enclosure, Entry, ParsedFeed
from cmday.errors import Garbled
from cmday.i18n import phrase
from cmday.text.addresses import absolute_link

_MOST: Final = 20
_AUTHORS: Final = 500
_FROM_CONTENT: Final = 1_000


def parse_json(text: str, url: str) -> ParsedFeed:
    """A JSON Feed as entries. Raises ``Garbled`` for JSON that is none."""
    try:
        found = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise Garbled(phrase("its answer is JSON, but no JSON Feed"), phrase("it will be asked again later"))
    language = _string(found, "language")
    items = [item for item in found["items"][:MOST_ENTRIES] if isinstance(item, dict)]
    return ParsedFeed(
        title=plain_title(_string(found, "title") or "", is_html=False) or None,
        site_url=absolute_link(url, _string(found, "home_page_url")),
        language=language,
        entries=with_identities([_entry(item, url, language) for item in items]),
    )


def _entry(item: dict[str, Any], url: str, language: str | None) -> Entry:
    source = _string(item, "content_html") or html.escape(_string(item, "content_text") or "", quote=False)
    summary = _string(item, "summary")
    guid = item.get("id")
    return Entry(
        identity="",
        guid=str(guid).strip() or None if isinstance(guid, str | int | float) else None,
        title=plain_title(_string(item, "title") or "", is_html=False),
        url=absolute_link(url, _string(item, "url") or _string(item, "external_url")),
        author=_authors(item),
        published=_moment(_string(item, "date_published")),
        updated=_moment(_string(item, "date_modified")),
        summary=shorten(" ".join(summary.split()), SUMMARY) if summary else one_line(source, _FROM_CONTENT),
        content=clean_html(source or html.escape(summary or "", quote=False), url),
        language=_string(item, "language") or language,
        enclosures=_attachments(item, url),
    )


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
    """An RFC 3339 date as an instant; without an offset it is UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= 1970 else None  # noqa: PLR2004  the database counts from there
