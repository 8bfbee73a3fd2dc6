"""An XML feed made ready for the parser: UTF-8, a short prolog without entity tricks, a bounded number of entries.

Why before parsing: feedparser's own reading of the prolog is quadratic in blank lines, and its reading of an author's
address in the author's length; both are cut here. The feed's own entities are filled in here, and those that refer to
entities are left out, so nothing grows.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

from cmday.errors import TooMuch
from cmday.i18n import phrase

MOST_ENTRIES: Final = 2_000
MOST_TAGS: Final = 500_000
_MOST_ENTITIES: Final = 300
_MOST_REFERENCES: Final = 200_000
_TAIL: Final = 1_000
_NETSCAPE: Final = b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "">\n'
_REPLACEMENT: Final = "\ufffd".encode()
_DECLARATION: Final = b'<?xml version="1.0" encoding="utf-8"?>\n'

_SKIP: Final = re.compile(rb"\s+|<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->", re.DOTALL)
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[(.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
# A text or a character of its own, short: an entity that names another could grow without end.
_ENTITY: Final = re.compile(rb"<!ENTITY\s+([A-Za-z_][\w.-]{0,30})\s+([\"'])((?:&#\w{1,7};|[^&%<\"']){0,64})\2\s*>")
_ELEMENT: Final = re.compile(rb"<[A-Za-z_]")
_ENTRY: Final = re.compile(rb"<(?:[\w-]+:)?(?:item|entry)[\s/>]")
_ROOT: Final = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_ENTRY_END: Final = re.compile(rb"</(?:[\w-]+:)?(?:item|entry)\s*>")
_REFERENCE: Final = re.compile(rb"&([A-Za-z_][\w.-]{0,30});")
_CHANNEL: Final = re.compile(rb"<((?:[\w-]+:)?channel)[\s>]")
_LONG_NAME: Final = re.compile(
    rb"(<(?:[\w-]+:)?(?:author|creator|managingeditor|webmaster|name|email|publisher|contributor|owner)\b[^<>]*>"
    rb"\s*(?:<!\[CDATA\[)?[^<]{1000})[^<\]]+",
    re.IGNORECASE,
)
# What no character has for a number, surrogates and beyond the last one: feedparser does not survive it.
_NO_CHARACTER: Final = re.compile(
    rb"&#(?:[xX]0*(?:[dD][89a-fA-F][0-9a-fA-F]{2}|[2-9a-fA-F][0-9a-fA-F]{5}|1[1-9a-fA-F][0-9a-fA-F]{4}|[0-9a-fA-F]{7,})(?![0-9a-fA-F])"
    rb"|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]"
    rb"|11141(?:1[2-9]|[2-9]\d)|111[5-9]\d{3}|1114[2-9]\d\d|11[2-9]\d{4}|1[2-9]\d{5}|[2-9]\d{6}|\d{8,})(?!\d));?"
)


def prepare(text: str) -> bytes:
    """The document as feedparser is to read it. Raises ``TooMuch`` for more elements than any feed has."""
    body = _NO_CHARACTER.sub(_REPLACEMENT, text.replace("\0", "").encode("utf-8", "replace"))
    at = 0
    entities: dict[bytes, bytes] = {}
    netscape = b""
    while True:
        if found := _SKIP.match(body, at):
            at = found.end()
        elif found := _DOCTYPE.match(body, at):
            at = found.end()
            netscape = _NETSCAPE if b"netscape" in found[0].lower() else b""
            for name, _, value in _ENTITY.findall(found[1] or b"")[:_MOST_ENTITIES]:
                meant = unescape(value.decode("utf-8", "replace"))
                entities.setdefault(name, escape(meant, quote=False).encode("utf-8", "replace"))
        else:
            break
    first = _ELEMENT.search(body, at)
    body = _whole_entries(body[first.start() :] if first else body[at:])
    if body.count(b"<") > MOST_TAGS:
        raise TooMuch(phrase("the feed has too many elements"), phrase("it will be asked again later"))
    return _DECLARATION + netscape + _LONG_NAME.sub(rb"\1", _with_entities(body, entities))


def _with_entities(body: bytes, entities: dict[bytes, bytes]) -> bytes:
    """The feed's own entities replaced by their short texts; feedparser keeps only some of them."""
    if not entities or body.count(b"&") > _MOST_REFERENCES:
        return body
    return _REFERENCE.sub(lambda found: entities.get(found[1], found[0]), body)


def _whole_entries(body: bytes) -> bytes:
    """The document with at most ``MOST_ENTRIES`` (feeds begin with their newest), and without a last one cut in two."""
    root = _ROOT.match(body)
    if root is None:
        return body
    end = None
    if body.count(b"item") + body.count(b"entry") > MOST_ENTRIES:
        starts = [match.start() for match in _ENTRY.finditer(body)]
        if len(starts) > MOST_ENTRIES:
            end = starts[MOST_ENTRIES]
    closing = b"</" + root[1]
    if end is None and closing not in body[-_TAIL:] and closing not in body:
        end = max((match.end() for match in _ENTRY_END.finditer(body)), default=None)
    if end is None:
        return body
    kept = body[:end]
    channel = _CHANNEL.search(kept)
    inner = b"</%b>" % channel[1] if channel and b"</" + channel[1] not in kept else b""
    return kept + inner + closing + b">"
