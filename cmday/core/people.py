"""The people behind the items: their addresses on the networks, and the occasions to turn to one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, get_args

import msgspec

Occasion = Literal["newcomer", "anniversary", "silent", "stranger"]
# What two addresses have in common that may be of one person.
Likeness = Literal["handle", "site", "name"]

OCCASIONS: Final[tuple[Occasion, ...]] = get_args(Occasion)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A handle on a network, as the ledger knows it. Addresses that were linked by hand share ``person``.

    ``spoke`` counts what wanted an answer, ``asked`` what named us in public; ``follows``: a follow was seen.
    """

    number: int
    network: str
    handle: str
    name: str
    first_at: datetime
    last_at: datetime
    items: int
    spoke: int
    asked: int
    follows: bool
    person: int | None = None


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """An occasion to turn to somebody: ``at`` is when they came first (newcomer, anniversary) or were last seen."""

    why: Occasion
    address: Address
    at: datetime
    times: int


def choose(turns: dict[Occasion, list[Turn]], most: int) -> tuple[Turn, ...]:
    """The few that a dashboard has room for: one of each occasion first, newcomers before all others."""
    found: list[Turn] = []
    for row in range(most):
        found += [turns[why][row] for why in OCCASIONS if len(turns.get(why, ())) > row]
    return tuple(found[:most])
