"""After days away: who can still be answered as if nothing was, who deserves an apology, what resolved itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

import msgspec

from cmday.core.item_query import Query
from cmday.core.items import WANT_ANSWER, Item
from cmday.session import Session
from cmday.steps.notifications.answered import answers
from cmday.steps.notifications.report import ItemRow
from cmday.steps.notifications.rows import item_row
from cmday.steps.notifications.step import LETTER
from cmday.steps.notifications.urgency import Limits, in_order
from cmday.storage import elsewhere, handles, ledger, open_items, threads

LONG: Final = timedelta(days=3)
_FEW: Final = 3
_MOST: Final = 2_000


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """What needs nothing any more, in numbers: answered by our account elsewhere, deleted, answered by others."""

    elsewhere: int = 0
    deleted: int = 0
    by_others: int = 0

    @property
    def count(self) -> int:
        return self.elsewhere + self.deleted + self.by_others


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """What waits after days away: how many of each, and the few that matter most of those that want words.

    ``apology`` are private messages and questions whose limit went by; ``answerable`` all others that wait.
    """

    since: datetime
    answerable: int
    apology: int
    resolved: Resolved
    first_answerable: tuple[ItemRow, ...]
    first_apology: tuple[ItemRow, ...]


def absence(session: Session, since: datetime | None) -> Absence | None:
    """What became of the inbox since the last morning; None where that was at most three days ago, or never."""
    now = session.clock.now()
    if since is None or now - since <= LONG:
        return None
    db, limits = session.database, Limits(session.settings)
    query = Query(communities=session.communities, kinds=tuple(sorted(WANT_ANSWER)))
    heads = (head.line for stream in open_items.heads(db, query) for head in islice(stream, _MOST))
    lines = open_items.lines(db, heads)
    others = threads.answered_by_others(db, [item.notification for item in lines])
    written = answers(session, lines)
    left = [
        limits.limited(item)
        for item in lines
        if item.notification.id not in others and item.notification.id not in written
    ]
    late = [item for item in left if _deserves_apology(item, now)]
    gone = [item for item in open_items.deleted(db, query) if item.gone and item.gone >= since]
    fine = [item for item in left if item not in late]
    return Absence(
        since=since,
        answerable=len(fine),
        apology=len(late),
        resolved=Resolved(
            elsewhere=len(_in_focus(session, ledger.items(db, elsewhere.closed_since(db, since, limit=_MOST)))),
            deleted=len(gone),
            by_others=len(others),
        ),
        first_answerable=_first(session, fine),
        first_apology=_first(session, late),
    )


def _deserves_apology(item: Item, now: datetime) -> bool:
    """Whether somebody asked us something and waits longer than was promised."""
    asked = item.notification.kind in ("message", "question")
    return asked and item.answer_by is not None and item.answer_by < now


def _in_focus(session: Session, items: Sequence[Item]) -> list[Item]:
    return [item for item in items if session.in_focus(item.notification.community)]


def _first(session: Session, items: Sequence[Item]) -> tuple[ItemRow, ...]:
    few = in_order(items)[:_FEW]
    given = handles.give(session.database, session.clock.today(), LETTER, [one.notification.id for one in few])
    return tuple(item_row(one, given[one.notification.id]) for one in few)
