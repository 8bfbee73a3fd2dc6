"""Keys of records that are known before anything is sent: the same thing sent twice is written to one place.

A TID (atproto.com/specs/tid) is a moment in microseconds and ten bits more, in thirteen letters that sort by time. Its
whole second is when the thing was written here; what is below a second comes from its idempotency key.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Final

_LETTERS: Final = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH: Final = 13
_MICROSECONDS: Final = 1_000_000


def record_key(created: datetime, key: str) -> str:
    """The record key of something written at that moment with that idempotency key."""
    digest = int.from_bytes(sha256(key.encode()).digest()[:8], "big")
    moment = max(0, int(created.timestamp())) * _MICROSECONDS + digest % _MICROSECONDS
    number = (moment & ((1 << 53) - 1)) << 10 | (digest >> 32) & 0x3FF
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
