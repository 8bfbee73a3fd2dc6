"""Feeds and their entries, in the words of RSS and Atom; a story, our own word, is entries that tell the same thing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

EntryState = Literal["unread", "read", "later"]
FetchStatus = Literal["new", "unchanged", "waiting", "moved", "gone", "failed"]
# Why a feed is asked again when it is; ``steps/news/politeness.py`` says it in words.
Reason = Literal["rhythm", "interval", "ttl", "max-age", "expires", "retry-after", "patience", "failed", "gone"]

# On so many different days a server must say that a feed is elsewhere for good before it is believed.
MOVED_AFTER_DAYS: Final = 3

# Minutes between two checks that a person may ask for: at most a year.
LONGEST_INTERVAL: Final = 366 * 24 * 60


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A feed that a person asked for, as feeds.toml says it; ``interval`` in minutes."""

    url: str
    title: str | None = None
    communities: tuple[str, ...] = ()
    folder: str | None = None
    mute: bool = False
    interval: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_INTERVAL)] | None = None


class Enclosure(msgspec.Struct, frozen=True):
    """A file that comes with an entry; ``length`` in bytes where the feed says it."""

    url: str
    type: str | None = None
    length: int | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as read from a feed, cleaned: title and summary plain text, content sanitised HTML, links absolute.

    ``identity`` is unique and stable within its feed (guid, else link, else a hash). ``published`` and ``updated`` are
    aware, or None where the feed gives none that can be read. ``counts`` are for what trends: how many people told it,
    a number a day, today first, as far as the source says; empty everywhere else.
    """

    identity: str
    guid: str | None
    title: str
    url: str | None
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    summary: str = ""
    content: str = ""
    language: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    counts: tuple[int, ...] = ()


class ParsedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed's own words about itself, and its entries in document order."""

    title: str | None
    site_url: str | None
    entries: tuple[Entry, ...]
    language: str | None = None
    ttl_minutes: int | None = None


class KnownItem(msgspec.Struct, frozen=True, array_like=True):
    """An item of a body that was read: what its bytes and its identity (``known_as``) are known by, and its date."""

    digest: int
    identity: int
    moment: datetime | None = None


def known_as(identity: str) -> int:
    """An entry's identity as a number of 63 bits."""
    from hashlib import blake2b  # OpenSSL comes with it, and a look at feeds hashes nothing

    return int.from_bytes(blake2b(identity.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1


class KnownBody(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of a feed's last body, to read only what is new in the next; ``head`` stands for the rest."""

    head: int
    items: tuple[KnownItem, ...]


class StoredEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in the database. ``id`` is the stable public id; ``shown_at`` is the date to sort and show by."""

    id: str
    entry: Entry
    feed_url: str
    feed_title: str
    communities: tuple[str, ...]
    state: EntryState
    score: float
    first_seen: datetime
    shown_at: datetime


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of several feeds that tell the same thing; ``entries`` are their ids, the first seen first.

    ``feeds`` are the addresses of their feeds in the same order, each once; ``first`` is when the first was shown for.
    ``id`` is stable: that of its first entry.
    """

    id: str
    entries: tuple[str, ...]
    feeds: tuple[str, ...]
    first: datetime


class Validators(msgspec.Struct, frozen=True):
    """What a server gave to ask again with, byte for byte (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


class FeedState(msgspec.Struct, frozen=True, kw_only=True):
    """What the database knows of a feed beyond feeds.toml; instants aware.

    ``patience_until`` is the server's Retry-After, inside which nothing may ask. ``moved_to`` is where the address
    points for good, seen on ``moved_days`` different days. ``in_body`` counts the entries of the last body,
    ``last_new`` the new ones among them; ``entries`` and ``unread`` what is stored. ``rhythm`` is in seconds,
    ``failing_since`` when the failures in a row began.
    """

    url: str
    title: str | None = None
    site_url: str | None = None
    validators: Validators = Validators()
    validators_at: datetime | None = None
    body_hash: str | None = None
    last_fetched: datetime | None = None
    next_check: datetime | None = None
    reason: Reason | None = None
    failures: int = 0
    error_kind: str | None = None
    error_message: str | None = None
    http_status: int | None = None
    gone: bool = False
    entries: int = 0
    unread: int = 0
    patience_until: datetime | None = None
    ttl_minutes: int | None = None
    in_body: int = 0
    last_status: FetchStatus | None = None
    last_new: int = 0
    moved_to: str | None = None
    moved_days: int = 0
    rhythm: int | None = None
    failing_since: datetime | None = None


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one visit to a feed. ``bytes`` is the length of its body, None where none came.

    ``sent`` are the validators that were shown, ``given`` those that the answer gave; ``hops`` are its redirects, each
    with its status and the address that gave it. ``moved_to`` is where redirects for good led, ``rhythm`` the feed's
    own pace in seconds where a body was read. A failure has its ``error`` in English and its ``error_kind``; one that
    asked for patience has ``patient``, for no one may ask before ``next_check``.
    """

    at: datetime
    status: FetchStatus
    http_status: int | None
    next_check: datetime | None
    reason: Reason | None
    bytes: int | None = None
    new: int = 0
    sent: Validators = Validators()
    given: Validators = Validators()
    hops: tuple[tuple[int, str], ...] = ()
    moved_to: str | None = None
    rhythm: int | None = None
    error: str | None = None
    error_kind: str | None = None
    patient: bool = False
