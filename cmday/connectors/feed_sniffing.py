"""What a body is, from its first bytes: a feed in XML, a JSON Feed, a web page, or something else."""

from __future__ import annotations

import codecs
import re
from typing import Final, Literal

Kind = Literal["xml", "json", "html", "empty", "other"]

_LOOK_AT: Final = 64 * 1024
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# "<?" and "<r" in encodings of two and four bytes, without a byte order mark (XML 1.0, appendix F).
_BARE: Final = (
    (re.compile(rb"<\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00<"), "utf-32-be"),
    (re.compile(rb"<\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"\x00<\x00[^\x00]"), "utf-16-be"),
)
_PROLOG: Final = re.compile(rb"\s+|<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->", re.DOTALL)
_FIRST_TAG: Final = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE\s+([\w:-]+)", re.IGNORECASE)
_PAGES: Final = frozenset({b"html", b"head", b"body", b"script", b"meta", b"title", b"div", b"p", b"center", b"table"})


def marked_encoding(body: bytes) -> tuple[str, int] | None:
    """The encoding that the first bytes give away, and the length of the byte order mark."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return encoding, len(mark)
    for shape, encoding in _BARE:
        if shape.match(body):
            return encoding, 0
    return None


def kind_of(body: bytes) -> Kind:
    """What the body is; ``xml`` is any XML that is no web page, and text before the first tag is passed over."""
    head = body.lstrip()[:_LOOK_AT] if body[:1].isspace() else body[:_LOOK_AT]
    if marked := marked_encoding(head):
        encoding, length = marked
        head = head[length:].decode(encoding, "replace").encode("utf-8", "replace")
    at = 0
    while found := _PROLOG.match(head, at):
        at = found.end()
    head = head[at:]
    if not head.strip(b"\0"):
        return "other" if body.strip(b"\0\t\n\r ") and (at or head) else "empty"
    if head[:1] == b"{":
        return "json"
    if doctype := _DOCTYPE.match(head):
        return "html" if doctype[1].lower() == b"html" else "xml"
    tag = _FIRST_TAG.search(head)
    if not tag:
        return "other"
    return "html" if tag[1].lower() in _PAGES else "xml"
