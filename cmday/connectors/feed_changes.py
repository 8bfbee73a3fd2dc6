"""What is new in a feed's body since the last one: only the items that are not known go through the parser."""

from __future__ import annotations

import msgspec

from cmday.connectors.feed_document import prepare
from cmday.connectors.feed_identity import plain_identity, with_identities
from cmday.connectors.feed_place import has_base
from cmday.connectors.feed_reading import Reading
from cmday.connectors.feed_sniffing import kind_of
from cmday.connectors.feed_splitting import Split, split, split_listed
from cmday.connectors.feed_text import to_text
from cmday.core.feeds import Entry, KnownBody, KnownItem, known_as
from cmday.errors import Garbled
from cmday.i18n import phrase
from cmday.text.safe_text import hide_logins

_NOTHING = KnownBody(0, ())


def read_changes(body: bytes, content_type: str | None, url: str, before: KnownBody | None) -> Reading:
    """Read a body, save what ``before`` knows; ``url`` is where it came from. Raises ``Garbled`` and ``TooMuch``.

    The entries are those that a parse of the whole body finds.
    """
    url = hide_logins(url, "")  # what links of entries are resolved against: the feed's password is not theirs
    kind = kind_of(body)
    if kind == "json":
        return _json(to_text(body, None), url, before or _NOTHING)
    if kind != "xml":
        raise Garbled(phrase("its answer is no feed"), phrase("it will be asked again later"))
    document = prepare(to_text(body, content_type))
    based = has_base(document)
    found = split(document, f"{url} {based}")
    if found is None:
        return _whole(document, url, None, based=based)
    known = before or _NOTHING
    there = {item.digest: item for item in known.items}
    fresh = [piece for piece in found.pieces if piece.digest not in there]
    reading = None
    if not fresh and known.head == found.head:
        reading = _nothing_new(found, there)
    elif len(fresh) < len(found.pieces):
        reading = _fresh(found, url, there, based=based)
    return reading or _whole(document, url, found, based=based)


def _nothing_new(found: Split, there: dict[int, KnownItem]) -> Reading | None:
    known = _remembered(found, there, ())
    return Reading(feed=None, items=len(found.pieces), passed=known.items, known=known) if known else None


def _fresh(found: Split, url: str, there: dict[int, KnownItem], *, based: bool) -> Reading | None:
    """The entries of the items that are not known; None where they cannot be told apart from the known ones."""
    from cmday.connectors.feed_parsing import parse_document

    feed = parse_document(found.without(frozenset(there)), url, based=based)
    passed = tuple(there[piece.digest] for piece in found.pieces if piece.digest in there)
    whole = len(feed.entries) + len(passed) == len(found.pieces)
    known = _remembered(found, there, feed.entries) if whole else None
    if known is None:
        return None
    feed = msgspec.structs.replace(feed, entries=_plain(feed.entries))
    return Reading(feed=feed, items=len(found.pieces), passed=passed, known=known)


def _whole(document: bytes, url: str, found: Split | None, *, based: bool) -> Reading:
    from cmday.connectors.feed_parsing import parse_document

    feed = parse_document(document, url, based=based)
    known = _remembered(found, {}, feed.entries) if found and len(found.pieces) == len(feed.entries) else None
    entries = with_identities(feed.entries)
    return Reading(
        feed=msgspec.structs.replace(feed, entries=entries),
        items=len(entries),
        known=known,
    )


def _json(text: str, url: str, known: KnownBody) -> Reading:
    from cmday.connectors.json_feed import entry_of, feed_of, open_json

    opened = open_json(text)
    found = split_listed(opened.items, f"{url} {opened.about}")
    there = {item.digest: item for item in known.items}
    passed = tuple(there[piece.digest] for piece in found.pieces if piece.digest in there)
    fresh = tuple(
        entry_of(item, opened.about, url)
        for item, piece in zip(opened.items, found.pieces, strict=True)
        if piece.digest not in there
    )
    remembered = _remembered(found, there, fresh)
    if remembered is None:
        fresh = with_identities([entry_of(item, opened.about, url) for item in opened.items])
        return Reading(feed=feed_of(opened.about, url, fresh), items=len(fresh), known=None)
    feed = feed_of(opened.about, url, _plain(fresh))
    return Reading(feed=feed, items=len(found.pieces), passed=passed, known=remembered)


def _plain(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(msgspec.structs.replace(entry, identity=plain_identity(entry)) for entry in entries)


def _remembered(found: Split, there: dict[int, KnownItem], fresh: tuple[Entry, ...]) -> KnownBody | None:
    """What to remember of a body; None where two of its entries have one identity, and depend on each other."""
    rest = iter(fresh)
    items = tuple(there.get(piece.digest) or known_item(piece.digest, next(rest)) for piece in found.pieces)
    if len({item.identity for item in items}) < len(items):
        return None
    return KnownBody(found.head, items)


def known_item(digest: int, entry: Entry) -> KnownItem:
    """What is remembered of an item."""
    return KnownItem(digest, known_as(plain_identity(entry)), entry.published or entry.updated)
