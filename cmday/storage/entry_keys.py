"""By what an entry is known in the database, and its words: hashes of 63 bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cmday.core.feeds import Entry
from cmday.core.time import epoch

_AT_ONCE: Final = 500
_KEY_BITS: Final = (1 << 63) - 1


def key_of(feed: int, identity: str) -> int:
    """The key of an entry: in hexadecimal it is the public id."""
    return _number(f"{feed}\n{identity}")


def words_of(entry: Entry) -> int:
    """A hash of all that an edit can change, so that an edit is seen."""
    dates = (str(epoch(moment)) if moment else "" for moment in (entry.published, entry.updated))
    files = (f"{one.url} {one.type} {one.length}" for one in entry.enclosures)
    words = (entry.title, entry.url or "", entry.author or "", entry.summary, entry.content, *dates, *files)
    return _number("\n".join(words))


def portions(values: list[int]) -> list[list[int]]:
    """The values in portions that fit into one statement."""
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]


def marks(values: Sequence[int]) -> str:
    """A question mark for each value."""
    return ",".join("?" * len(values))


def _number(text: str) -> int:
    from hashlib import blake2b  # OpenSSL comes with it, and a look at the skim hashes nothing

    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big") & _KEY_BITS
