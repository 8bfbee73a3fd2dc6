"""Text out of feeds: bytes to UTF-8, HTML to clean HTML, HTML to one plain line. Everything has a bound."""

from __future__ import annotations

import html
import re
from typing import Final

from cmday.connectors.feed_sniffing import marked_encoding
from cmday.text.addresses import absolute_link

TITLE: Final = 1_000
SUMMARY: Final = 10_000
CONTENT: Final = 200_000
DEEPEST: Final = 200
_MANY_TAGS: Final = 500

_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_PROLOG: Final = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']", re.IGNORECASE)
_DECLARED_WIDE: Final = re.compile(r"utf-?_?(16|32)|ucs-?[24]|iso-10646", re.IGNORECASE)
_BLOCKS: Final = re.compile(
    r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|pre|hr|dd|dt|figcaption|figure|section|article)\b)",
    re.IGNORECASE,
)
_TAGS: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG: Final = re.compile(r"<[^<>]*>")
_VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|br|cite|code|div|em|font|i|img|li|mark|ol|p|s|small|span|strong|sub|sup|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINKS: Final = frozenset({"href", "src", "cite", "poster", "longdesc"})


def to_text(body: bytes, content_type: str | None) -> str:
    """The body as text: byte order mark, then HTTP, then the XML prolog, then UTF-8, then windows-1252.

    What is valid UTF-8 is UTF-8 whatever the prolog says; an encoding that does not fit is passed over.
    """
    if marked := marked_encoding(body):
        encoding, length = marked
        return body[length:].decode(encoding, "replace")
    charset = _CHARSET.search(content_type or "")
    tries = [charset[1]] if charset else []
    tries.append("utf-8")
    if prolog := _PROLOG.match(body[:1000]):
        tries.append(prolog[1].decode("ascii"))
    for name in tries:
        if _DECLARED_WIDE.match(name):
            continue  # two bytes a character would have shown above
        try:
            return body.decode(_superset(name))
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("windows-1252", "replace")


def _superset(name: str) -> str:
    """The encoding that is meant by a name on the web (WHATWG Encoding, 4.2)."""
    name = name.lower().replace("_", "-")
    if name in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii", "iso8859-1"):
        return "windows-1252"
    return {"gb2312": "gb18030", "gbk": "gb18030", "x-sjis": "cp932", "shift-jis": "cp932"}.get(name, name)


def clean_html(source: str, base: str) -> str:
    """HTML that is safe to show, with absolute http(s) links; what nests too deep becomes plain text."""
    import nh3

    source = source[:CONTENT]
    if "<" not in source and "&" not in source:
        return source.strip()
    if _depth(source) > DEEPEST:
        return html.escape(one_line(source, SUMMARY), quote=False)

    def resolve(_tag: str, name: str, value: str) -> str | None:
        if name not in _LINKS:
            return value
        if value.startswith(("mailto:", "#")):
            return value
        return absolute_link(base, value)

    return nh3.clean(source, attribute_filter=resolve, link_rel=None, url_schemes={"http", "https", "mailto"}).strip()


def one_line(source: str, limit: int) -> str:
    """HTML as one line of plain text: tags out, entities decoded, blanks folded, at most ``limit`` characters."""
    source = source[: limit * 20]
    if "<" in source:
        source = _BLOCKS.sub(" <", source)
        if _depth(source) > DEEPEST:
            source = _ANY_TAG.sub(" ", source)
        else:
            import nh3

            source = nh3.clean(source, tags=set())
    if "&" in source:
        source = html.unescape(source)
    return shorten(" ".join(source.split()), limit)


def plain_title(value: str, *, is_html: bool) -> str:
    """A title as plain text. Declared as text, it loses the inline tags and entities that it should not have had."""
    if is_html:
        return one_line(value, TITLE)
    value = value[: TITLE * 20]
    value = _INLINE.sub("", value)
    if _ENTITY.search(value):
        value = html.unescape(value)
    return shorten(" ".join(value.split()), TITLE)


def shorten(text: str, limit: int) -> str:
    """The text, at most ``limit`` characters long, with the ``…`` that says so."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _depth(source: str) -> int:
    """How deep elements nest at most; a cheap reading that takes unclosed ones for open."""
    if source.count("<") < _MANY_TAGS:
        return 0
    depth = deepest = 0
    for match in _TAGS.finditer(source):
        if match[1]:
            depth = max(depth - 1, 0)
        elif match[2].lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest
