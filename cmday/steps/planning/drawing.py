"""Drawing winners so that anyone can check it: from published rules, a published seed and the list of entrants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

import msgspec

from cmday.core.items import Notification


class DrawRules(msgspec.Struct, frozen=True, kw_only=True):
    """What is published before the draw. ``excluded`` are handles that cannot win (the team), in lower case.

    Everybody who answered in the thread from ``opens`` to ``closes`` has one ticket, however often they answered; with
    ``word`` their answer must hold it.
    """

    account: str
    thread: str
    opens: datetime
    closes: datetime
    winners: int
    substitutes: int = 0
    word: str | None = None
    excluded: tuple[str, ...] = ()


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """One entrant: the handle in lower case, the answer that counts (their first), and the number that was drawn."""

    entrant: str
    item: str
    number: str


class DrawResult(msgspec.Struct, frozen=True, kw_only=True):
    """All tickets, lowest number first: the winners, then their substitutes, then the others."""

    entrants_hash: str
    tickets: tuple[Ticket, ...]


def draw(rules: DrawRules, seed: str, answers: Iterable[Notification]) -> DrawResult:
    """Give every entrant a number; the lowest win.

    A number is SHA-256 of the seed, the hash of the whole list, and the entrant's handle, one a line: whoever knows the
    seed beforehand still cannot know who wins before the list is closed, and whoever has both can check it.
    """
    first: dict[str, str] = {}
    for one in sorted(answers, key=lambda one: (one.at, one.id)):
        entrant = entrant_of(one)
        fits = rules.opens <= one.at <= rules.closes and entrant not in rules.excluded
        if fits and (rules.word is None or rules.word.casefold() in one.text.casefold()):
            first.setdefault(entrant, one.id)
    listed = sha256("\n".join(sorted(first)).encode()).hexdigest()
    tickets = [
        Ticket(entrant=name, item=item, number=sha256(f"{seed}\n{listed}\n{name}".encode()).hexdigest())
        for name, item in first.items()
    ]
    return DrawResult(entrants_hash=listed, tickets=tuple(sorted(tickets, key=lambda one: (one.number, one.entrant))))


def entrant_of(one: Notification) -> str:
    """How an entrant is listed: the handle in lower case, without a leading @."""
    return (one.author_handle or one.author).strip().lower().removeprefix("@")
