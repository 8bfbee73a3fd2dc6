"""What makes an entry the same entry next time: its guid, else its link, else its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from cmday.core.feeds import Entry

_LONGEST: Final = 500


def with_identities(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries with their ``identity`` set, unique within the feed; an exact repetition is dropped.

    guid; ``guid|url`` where a guid repeats in this feed; else the link; else a hash of title and content. Where even
    that repeats with other words, the words are added, so nothing is lost.
    """
    once: dict[tuple[str | None, ...], Entry] = {}
    for entry in entries:
        once.setdefault((entry.guid, entry.url, _words(entry)), entry)
    repeated = {guid for guid, times in Counter(guid for guid, _, _ in once).items() if guid and times > 1}
    found: dict[str, Entry] = {}
    for entry in once.values():
        identity = _identity(entry, repeated)
        if identity in found:
            if _words(found[identity]) == _words(entry):
                continue
            identity = _short(f"{identity}|{_words(entry)}")
            if identity in found:
                continue
        found[identity] = msgspec.structs.replace(entry, identity=identity)
    return tuple(found.values())


def plain_identity(entry: Entry) -> str:
    """The identity of an entry in a feed where no two have the same."""
    return _identity(entry, set())


def _identity(entry: Entry, repeated: set[str]) -> str:
    if entry.guid and entry.guid in repeated and entry.url:
        return _short(f"{entry.guid}|{entry.url}")
    return _short(entry.guid or entry.url or _words(entry))


def _words(entry: Entry) -> str:
    return _digest(f"{entry.title}\n{entry.content}")


def _short(identity: str) -> str:
    return identity if len(identity) <= _LONGEST else f"{identity[:400]}…{_digest(identity)}"


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
