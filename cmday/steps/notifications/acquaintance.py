"""Who is new and who is a regular, by what the ledger itself has seen of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from cmday.core.items import REACTIONS, Item
from cmday.session import Session
from cmday.steps.notifications.report import Acquaintance
from cmday.storage import answers

# So many conversations before this one, over so long, make a regular.
_CONVERSATIONS: Final = 4
_OVER: Final = timedelta(days=7)
# Nobody is new to a ledger that has just begun: on its first morning everybody would be.
_KNOWN_FOR: Final = timedelta(days=7)
_MOST: Final = 200


def acquaintances(session: Session, items: Iterable[Item]) -> dict[str, Acquaintance]:
    """By id of the item whether its author is a regular, or was never heard of before; most are neither.

    Asked of what is open and wants words, and of the first two hundred of those only.
    """
    db = session.database
    found: dict[str, Acquaintance] = {}
    asked = [one for one in items if one.notification.kind not in REACTIONS and one.state in ("new", "seen")]
    for item in asked[:_MOST]:
        one = item.notification
        if not one.author_handle:
            continue
        before = answers.exchanges(db, item)
        if before is None:
            if answers.first_seen(db, item, _KNOWN_FOR):
                found[one.id] = "new"
        elif before.count >= _CONVERSATIONS and one.at - before.first >= _OVER:
            found[one.id] = "regular"
    return found
