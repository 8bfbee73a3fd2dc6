"""Who speaks in a crisis: those who speak much or are heard by many, who is new, and the regulars who defend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import structs

from cmday.core.items import Item
from cmday.crisis.report import VoiceRow
from cmday.session import Session
from cmday.steps.notifications.acquaintance import acquaintances
from cmday.text.negativity import is_negative, praises

MOST: Final = 5
_MOST_DEFENDERS: Final = 2


def voices(
    session: Session, against: Sequence[Item], said: Sequence[Item], shares: Mapping[str, int]
) -> tuple[tuple[VoiceRow, ...], int]:
    """The main voices, the widest heard first and then who defends; and how many of those against are new accounts.

    ``against`` is what speaks against the community, ``said`` all that was said, ``shares`` by id of the item how often
    it was shared, where that is known.
    """
    theirs = _by_author(against)
    others = {author: items for author, items in _by_author(said).items() if author not in theirs}
    known = _known(session, [items[0] for items in (*theirs.values(), *others.values())])
    rows = [_row(items, shares, known.get(author)) for author, items in theirs.items()]
    rows.sort(key=lambda one: (-(one.shares or 0), -one.count, one.author_handle))
    threads = {item.notification.thread for item in against if item.notification.thread}
    defenders = [
        structs.replace(_row(items, shares, "regular"), defends=True)
        for author, items in others.items()
        if known.get(author) == "regular" and _defends(items, threads)
    ]
    defenders.sort(key=lambda one: (-(one.shares or 0), -one.count, one.author_handle))
    new = sum(one.new for one in rows)
    kept = defenders[:_MOST_DEFENDERS]
    return (*rows[: MOST - len(kept)], *kept), new


def _by_author(items: Sequence[Item]) -> dict[tuple[str, str], list[Item]]:
    found: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        one = item.notification
        found.setdefault((one.network, one.author_handle or one.author), []).append(item)
    return found


def _known(session: Session, firsts: Sequence[Item]) -> dict[tuple[str, str], str]:
    """Who is new and who is a regular, by what came before the first item of each."""
    # Whatever became of an item meanwhile, who wrote it was known or was not.
    found = acquaintances(session, [structs.replace(one, state="seen") for one in firsts])
    return {
        (one.notification.network, one.notification.author_handle or one.notification.author): word
        for one in firsts
        if (word := found.get(one.notification.id))
    }


def _row(items: Sequence[Item], shares: Mapping[str, int], known: str | None) -> VoiceRow:
    one = items[-1].notification
    counted = [shares[item.notification.id] for item in items if item.notification.id in shares]
    return VoiceRow(
        author=one.author,
        author_handle=one.author_handle,
        network=one.network,
        count=len(items),
        shares=sum(counted) if counted else None,
        regular=known == "regular",
        new=known == "new",
        defends=False,
    )


def _defends(items: Sequence[Item], threads: set[str]) -> bool:
    """A regular defends who answers in the thread of a reproach, or praises, and says nothing against."""
    told = [item.notification for item in items if item.notification.kind != "report"]
    if any(is_negative(one.text) for one in told):
        return False
    return any(praises(one.text) or (one.thread in threads and one.kind != "question") for one in told)
