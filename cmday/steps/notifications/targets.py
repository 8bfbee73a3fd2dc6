"""What a verb is to hit: items named by handles and ids, or all that fit what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cmday.core.item_query import Query
from cmday.core.items import Item
from cmday.errors import NotFound, WrongUse
from cmday.i18n import phrase
from cmday.session import Session
from cmday.steps.naming import named
from cmday.steps.notifications.step import LETTER
from cmday.storage import handles, item_states, ledger, open_items
from cmday.storage.item_rows import FOLD


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One line that is hit: its handle, the item that stands for it, and the ids of all that is hit on it.

    ``exact`` hits these ids alone (a query); otherwise a folded line is hit with all that is open on it.
    """

    handle: str
    item: Item
    ids: tuple[str, ...]
    exact: bool = False

    @property
    def id(self) -> str:
        return self.item.notification.id

    @property
    def count(self) -> int:
        """How many notifications are hit."""
        return len(self.ids) if self.exact else max(self.item.count, len(self.ids))


def targets(session: Session, words: Sequence[str], query: Query | None = None) -> list[Target]:
    """What is named or meant, the most urgent first as far as it is a query; all of it must be there.

    Raises ``NotFound``, and ``WrongUse`` where nothing is named or both ways are mixed.
    """
    if query is None:
        if not words:
            raise WrongUse(
                phrase("no item is named"), phrase("name some: i3 i5-8, or say which: --kind like --before monday")
            )
        return _named(session, list(words))
    if words:
        raise WrongUse(
            phrase("items are either named or asked for, not both"),
            phrase("leave out the handles, or leave out --kind, --before and the like"),
        )
    return _meant(session, query)


def _named(session: Session, words: list[str]) -> list[Target]:
    db = session.database
    pairs = named(session, words, LETTER)
    known = {item.notification.id: item for item in ledger.items(db, [one for _, one in pairs])}
    for handle, one in pairs:
        if one not in known:
            raise NotFound(
                phrase("no notification is called {name}", name=handle),
                phrase("cmday inbox --offline --all shows them"),
            )
    found = []
    for handle, one in pairs:
        ids = () if one.startswith(FOLD) else tuple(item_states.of(db, [one])[one])
        found.append(Target(handle=handle, item=known[one], ids=ids))
    return found


def _meant(session: Session, query: Query) -> list[Target]:
    db = session.database
    groups = open_items.matching(db, query)
    newest = {one: ids[-1] for one, ids in groups.items()}
    known = {item.notification.id: item for item in ledger.items(db, list(newest.values()))}
    given = handles.give(db, session.clock.today(), LETTER, groups)
    return [
        Target(
            handle=given[one],
            item=ledger.as_line(known[newest[one]], one, len(ids)),
            ids=tuple(ids),
            exact=True,
        )
        for one, ids in groups.items()
        if newest[one] in known
    ]
