"""Which stored entry an entry is that comes under a name nobody knows: its feed may have changed its guids."""

# ruff: noqa: S608  only question marks and our own column names are put into the SQL

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any, Final

import msgspec

from cmday.core.feeds import Entry, known_as
from cmday.core.time import epoch
from cmday.storage.entry_keys import key_of, marks, portions, words_of

_LOOK_AT: Final = 2_000
_EVIDENCE: Final = 3


class Known(msgspec.Struct, frozen=True):
    """What is to be known of an entry that is stored: its row, the hash of its words, how often they were edited."""

    number: int
    words: int
    edits: int


PURGED: Final = Known(0, 0, 0)


class Presence(msgspec.Struct, frozen=True):
    """What a body has beside the entries that are to be stored: identities (``known_as``) of what it had last time."""

    identities: frozenset[int] = frozenset()


NOTHING_ELSE: Final = Presence()


class _Candidate(msgspec.Struct, frozen=True):
    number: int
    title: str
    url: str | None
    moment: int | None
    words: int
    edits: int


def with_or_without_link(
    tx: sqlite3.Connection, feed: int, strangers: Sequence[Entry], taken: Collection[int]
) -> dict[str, Known]:
    """Entries known as ``guid`` that now are ``guid|url``, or the other way round, with the same link; by identity.

    ``taken`` are the rows of those entries of the body that are known by name.
    """
    others: dict[int, list[Entry]] = {}
    for entry in strangers:
        if entry.guid and entry.url:
            forms = (entry.guid, f"{entry.guid}|{entry.url}")
            if entry.identity in forms:
                others.setdefault(key_of(feed, forms[entry.identity == entry.guid]), []).append(entry)
    found: dict[str, Known] = {}
    for some in portions(list(others)):
        rows = tx.execute(f"SELECT key, id, hash, edits, url FROM entry WHERE key IN ({marks(some)})", some)
        for key, number, words, edits, url in rows:
            if number not in taken:
                found.update((entry.identity, Known(number, words, edits)) for entry in others[key] if entry.url == url)
    return found


def renamed(
    tx: sqlite3.Connection, feed: int, strangers: Sequence[Entry], taken: Collection[int], present: Presence
) -> dict[str, Known]:
    """Entries that were stored under another guid: the same words, or one date with one link or one title.

    Where the body has none of its old names any more, and enough links are old ones, a link is enough. What two of
    either side share tells nothing. ``taken`` are the rows of those entries of the body that are known by name.
    """
    candidates = _candidates(tx, feed, strangers, taken, present)
    if not candidates:
        return {}
    left = {entry.identity: entry for entry in strangers}
    found: dict[str, _Candidate] = {}
    for ours, theirs in _SIGNS:
        _pair(left, candidates, found, ours, theirs)
    if not taken and not present.identities:
        by_link: dict[str, _Candidate] = {}
        rest, there = dict(left), dict(candidates)
        _pair(rest, there, by_link, lambda entry: entry.url, lambda one: one.url)
        if len(by_link) + len(found) >= max(_EVIDENCE, len(strangers) / 2):
            found.update(by_link)
    return {identity: Known(one.number, one.words, one.edits) for identity, one in found.items()}


def _pair(
    left: dict[str, Entry],
    candidates: dict[int, _Candidate],
    found: dict[str, _Candidate],
    ours: Callable[[Entry], Hashable],
    theirs: Callable[[_Candidate], Hashable],
) -> None:
    """Move into ``found`` what has a sign in common that nothing else on either side has."""
    there = _only({number: theirs(one) for number, one in candidates.items()})
    for sign, identity in _only({identity: ours(entry) for identity, entry in left.items()}).items():
        if sign in there:
            found[identity] = candidates.pop(there[sign])
            del left[identity]


def _only(signs: dict[Any, Hashable]) -> dict[Hashable, Any]:
    """Whose sign each sign is, as far as it is of one only; None is no sign."""
    times = Counter(signs.values())
    return {sign: whose for whose, sign in signs.items() if sign is not None and times[sign] == 1}


def _moment(entry: Entry) -> int | None:
    moment = entry.published or entry.updated
    return epoch(moment) if moment else None


def _with_date(moment: int | None, word: str | None) -> Hashable:
    return (moment, word) if moment is not None and word else None


_SIGNS: Final[tuple[tuple[Callable[[Entry], Hashable], Callable[[_Candidate], Hashable]], ...]] = (
    (words_of, lambda one: one.words),
    (lambda entry: _with_date(_moment(entry), entry.url), lambda one: _with_date(one.moment, one.url)),
    (lambda entry: _with_date(_moment(entry), entry.title), lambda one: _with_date(one.moment, one.title)),
)


def _candidates(
    tx: sqlite3.Connection, feed: int, strangers: Sequence[Entry], taken: Collection[int], present: Presence
) -> dict[int, _Candidate]:
    """The newest entries of the feed that are not in the body under their own name, as many as could be meant."""
    limit = min(2 * (len(strangers) + len(taken) + len(present.identities)) + 100, _LOOK_AT)
    rows = tx.execute(
        "SELECT id, title, url, coalesce(published, updated), hash, edits, identity FROM entry INDEXED BY entry_of_feed"
        " WHERE feed = ? ORDER BY shown_at DESC LIMIT ?",
        (feed, limit),
    )
    return {
        row[0]: _Candidate(*row)
        for *row, identity in rows
        if row[0] not in taken and known_as(identity) not in present.identities
    }
