"""What is hashed in the audit log, and how: pure functions of format 1, which never change. docs/trace.md tells it.

A *digest* is of one personal field, with a salt of its own, so that with the salt gone it tells nothing (HMAC, RFC
2104). A *link* is the hash of a record, taken over the hash of the one before.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import msgspec

FORMAT: Final = "cmday audit 1"
START: Final = "0" * 64
_SALT_BYTES: Final = 16


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A record without what is personal; ``digests`` by the names of the fields, ``at`` seconds since 1970."""

    number: int
    at: int
    kind: str
    what: str
    outbox: str | None
    erased: int
    digests: Mapping[str, str]


def new_salt() -> str:
    """128 random bits in hexadecimal: nobody guesses a value by trying salts."""
    return os.urandom(_SALT_BYTES).hex()


def digest(field: str, value: str, salt: str) -> str:
    """HMAC-SHA256 over ``field NUL value`` in UTF-8, with the salt as its key, in hexadecimal."""
    return hmac.digest(bytes.fromhex(salt), f"{field}\0{value}".encode(), sha256).hex()


def link(previous: str, shape: Shape) -> str:
    """SHA-256 over one JSON array without spaces, the keys of its object sorted, in hexadecimal."""
    told = [
        *(FORMAT, previous, shape.number, shape.at, shape.kind, shape.what, shape.outbox, shape.erased),
        dict(shape.digests),
    ]
    return sha256(msgspec.json.encode(told, order="sorted")).hexdigest()
