"""A thing that rules look at: what somebody said, wherever it was found, and what is known of it and of its author."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from cmday.core.items import Kind


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the ledger, an entry of a platform's queue, or a line of a file, as far as rules ask about it.

    None stands for what its network does not tell. ``joined`` is when its author came, ``score`` what they are worth
    there; ``roles`` are theirs there. ``top_level`` tells whether it began a thread. ``labels`` were put on it there
    or here.
    """

    id: str
    text: str
    account: str = ""
    network: str = ""
    community: str | None = None
    author: str = ""
    author_handle: str = ""
    kind: Kind | None = None
    at: datetime | None = None
    joined: datetime | None = None
    score: float | None = None
    roles: tuple[str, ...] = ()
    reports: int = 0
    edited: bool = False
    top_level: bool | None = None
    labels: tuple[str, ...] = ()
    language: str | None = None


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """How much a thing is like those that were refused before, from 0 to 1; ``refused`` is how many there were.

    ``because`` names the words and signs that speak for it most.
    """

    probability: float
    refused: int = 0
    because: tuple[str, ...] = ()


# None where too little was decided to tell.
Scorer = Callable[[Thing], Likeness | None]
# What the author of a thing said in the time before it, the thing left out; bounded.
Recent = Callable[[Thing, timedelta], Sequence[str]]
