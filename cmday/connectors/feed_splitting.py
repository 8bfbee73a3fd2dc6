"""Where the items of an XML feed begin and end, so that only those that are unknown need the parser.

Leaving known items out of a document must not change what feedparser makes of the others. It keeps a little from item
to item: namespaces declared in one, and the place in its own stacks after markup in text that should have none.
``split`` looks for that, and for everything else that is not one plain list of items, and says None: then the whole is
parsed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final
from xml.parsers import expat

import msgspec

# To be counted up when our own rules of reading change: what is known by the old rules is then read again.
RULES: Final = 1
MOST_DEPTH: Final = 200
_BITS: Final = (1 << 63) - 1
_SEPARATOR: Final = "\x01"  # no document can have it
_TAG: Final = re.compile(rb"<([^\s/>]+)")
_OTHER, _ITEM, _LANGUAGE, _TITLE, _DIV = range(5)
_KINDS: Final = {"item": _ITEM, "entry": _ITEM, "language": _LANGUAGE, "title": _TITLE, "div": _DIV}
# What a feed says of itself at every visit, and nobody reads.
_CLOCKS: Final = re.compile(
    rb"<(lastBuildDate|pubDate|updated|modified|(?:[\w-]+:)?date)>[^<]*</\1>"  # the dates of the feed itself
)
# Prefixes that feedparser has a meaning for, each with the namespace it may have where an item declares it itself.
_MEANT: Final = {
    "content": ("http://purl.org/rss/1.0/modules/content/",),
    "dc": ("http://purl.org/dc/elements/1.1/",),
    "dcterms": ("http://purl.org/dc/terms/",),
    "georss": ("http://www.georss.org/georss",),
    "itunes": ("http://www.itunes.com/DTDs/PodCast-1.0.dtd", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    "media": ("http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"),
    "slash": ("http://purl.org/rss/1.0/modules/slash/",),
    "thr": ("http://purl.org/syndication/thread/1.0",),
    "wfw": ("http://wellformedweb.org/commentAPI/", "http://wellformedweb.org/CommentAPI/"),
    "xhtml": ("http://www.w3.org/1999/xhtml",),
    "xlink": ("http://www.w3.org/1999/xlink",),
    **dict.fromkeys(
        (
            *("admin", "ag", "annotate", "audio", "blogChannel", "cc", "co", "cp", "creativeCommons", "email", "ev"),
            *("feedburner", "fm", "foaf", "geo", "gml", "icbm", "image", "l", "pingback", "prism", "psc", "rdf"),
            *("rdfs", "ref", "reqv", "search", "soap", "ss", "str", "sub", "sy", "szf", "taxo", "ti", "trackback"),
            *("wiki", "xml"),
        ),
        (),
    ),
}


class Piece(msgspec.Struct, frozen=True):
    """One item: ``document[start:end]``, known by ``digest``, which also stands for what it inherits from the feed."""

    digest: int
    start: int
    end: int


class Split(msgspec.Struct, frozen=True):
    """A document as its items in order; ``head`` stands for all that is around them, save dates of the feed itself."""

    document: bytes
    pieces: tuple[Piece, ...]
    head: int

    def without(self, known: frozenset[int]) -> bytes:
        """The document without the items of these digests."""
        parts, at = [], 0
        for piece in self.pieces:
            if piece.digest in known:
                parts.append(self.document[at : piece.start])
                at = piece.end
        parts.append(self.document[at:])
        return b"".join(parts)


class _UnsureError(Exception):
    """The document is not one plain list of items."""


def split(document: bytes, place: str) -> Split | None:
    """The items of a document in UTF-8 without a DTD; None where leaving some out is not safe.

    ``place`` stands for what else an item means something by: where the feed came from, and how links are read there.
    """
    if b"<!DOCTYPE" in document[:200]:
        return None
    walk = _Walk(document)
    try:
        walk.run()
    except (expat.ExpatError, _UnsureError):
        return None
    inherited = repr((RULES, place, walk.around, sorted(walk.declared, key=repr), walk.languages)).encode()
    seed = blake2b(inherited, digest_size=16).digest()
    pieces = tuple(Piece(_number(seed + document[start:end]), start, end) for start, end in walk.spans)
    if not pieces:
        return None
    found = Split(document, pieces, 0)
    rest = found.without(frozenset(piece.digest for piece in pieces))
    return Split(document, pieces, _number(seed + _CLOCKS.sub(b"", rest)))


def split_listed(items: Sequence[bytes], place: str) -> Split:
    """Items that come apart already, as those of a JSON Feed; there is no document to leave them out of."""
    seed = repr((RULES, place)).encode()
    return Split(b"", tuple(Piece(_number(seed + item), 0, 0) for item in items), 0)


def _number(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big") & _BITS


class _Walk:
    """One reading of a document by expat, with an eye on its items only."""

    def __init__(self, document: bytes) -> None:
        self.document = document
        self.spans: list[tuple[int, int]] = []
        self.around: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self.declared: set[tuple[str | None, str]] = set()
        self.languages: list[str] = []
        self._own: set[tuple[str | None, str]] = set()
        self._defaults: set[str] = set()
        self._path: list[tuple[str, tuple[str, ...], int]] = []
        self._parent = -1
        self._depth = 0
        self._begun = -1
        self._child: tuple[str, list[str]] = ("", [])
        self._kinds: dict[str, int] = {}
        self._parser = parser = expat.ParserCreate("utf-8", _SEPARATOR)
        parser.namespace_prefixes = True
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartNamespaceDeclHandler = self._declare

    def run(self) -> None:
        """Read it all; raises ``ExpatError`` and ``_UnsureError``."""
        self._parser.Parse(self.document, True)
        self._check_namespaces()

    def _start(self, name: str, attributes: list[str]) -> None:
        kind = self._kinds.get(name)
        if kind is None:
            kind = self._kinds[name] = _KINDS.get(_local(name), _OTHER)
        self._depth += 1
        if self._begun < 0:
            self._start_around(name, attributes, kind)
        elif kind == _ITEM or self._depth > MOST_DEPTH:
            raise _UnsureError
        elif self._depth == len(self._path) + 2:
            self._child = (name, attributes)
        elif kind == _DIV and not _is_markup(*self._child):
            raise _UnsureError  # feedparser forgets such a div half-way, and goes on with its language and base

    def _start_around(self, name: str, attributes: list[str], kind: int) -> None:
        if kind != _ITEM:
            if kind == _TITLE and self.spans:
                raise _UnsureError  # whether it is the feed's own title depends on the items before it
            if kind == _LANGUAGE:
                self.languages.append("")
                self._parser.CharacterDataHandler = self._letters
            self._path.append((name, tuple(attributes), self._parser.CurrentByteIndex))
            return
        if not self._path or (self.spans and self._path[-1][2] != self._parent):
            raise _UnsureError
        self._begun = self._parser.CurrentByteIndex
        if not self.spans:
            self._parent = self._path[-1][2]
            self.around = tuple((above, said) for above, said, _ in self._path)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._begun < 0:
            self._path.pop()
            self._parser.CharacterDataHandler = None
        elif self._depth == len(self._path):
            tag = self._parser.CurrentByteIndex
            if tag == self._begun:
                raise _UnsureError  # <item/>: its end is not told
            self.spans.append((self._begun, self.document.index(b">", tag) + 1))
            self._begun = -1

    def _letters(self, text: str) -> None:
        self.languages[-1] += text

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        # It comes before the element that declares it, so for an item itself one is still outside.
        if prefix is None:
            self._defaults.add(uri or "")
        if self._begun < 0 and not self.spans and not self._at_item():
            self.declared.add((prefix, uri or ""))
        elif prefix is not None:
            self._own.add((prefix, uri or ""))

    def _at_item(self) -> bool:
        at = self._parser.CurrentByteIndex
        found = _TAG.match(self.document, at)
        return bool(found and found[1].rpartition(b":")[2].lower() in (b"item", b"entry"))

    def _check_namespaces(self) -> None:
        """What items declare for themselves must mean the same everywhere in the document."""
        own = self._own - self.declared
        named = [(prefix, uri) for prefix, uri in self.declared | own if prefix is not None]
        for prefix, uri in own:
            if sum(prefix == other or uri.lower() == their.lower() for other, their in named) > 1:
                raise _UnsureError
            if uri not in _MEANT[prefix] if prefix in _MEANT else uri in self._defaults:
                raise _UnsureError


def _local(name: str) -> str:
    """The local part of a name as expat writes it (namespace, local part, prefix), without regard to case."""
    parts = name.split(_SEPARATOR)
    return (parts[1] if len(parts) > 1 else name).lower()


def _is_markup(name: str, attributes: list[str]) -> bool:
    """Whether a child of an item says that what it holds is markup."""
    said = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("type", "").lower()
    return said.endswith(("xhtml", "xml")) or _local(name) == "body"
