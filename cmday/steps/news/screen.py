"""What stands on today's screens: all stories with a handle of today, but those that only a search found."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from cmday.session import Session
from cmday.steps.news.report import LETTER
from cmday.storage import handles, keep

_FOUND: Final = "news.found"


def hand_out(session: Session, ids: Collection[str], *, searched: bool = False) -> dict[str, str]:
    """Handles for these stories, by id; ``searched`` ones are no part of the skim before it shows them itself."""
    db, today = session.database, session.clock.today()
    found = _found(session)
    left = found | (set(ids) - set(handles.given(db, today, LETTER).values())) if searched else found.difference(ids)
    if left == found:
        return handles.give(db, today, LETTER, ids)
    with db.write():
        keep.put(db, _FOUND, " ".join([today.isoformat(), *sorted(left)]))
        return handles.give(db, today, LETTER, ids)


def on_screen(session: Session) -> dict[str, str]:
    """The stories that were shown today, by handle."""
    found = _found(session)
    given = handles.given(session.database, session.clock.today(), LETTER)
    return {handle: item for handle, item in given.items() if item not in found}


def _found(session: Session) -> set[str]:
    """The stories to which a search of today gave their handle."""
    day, *ids = (keep.get(session.database, _FOUND) or "-").split()
    return set(ids) if day == session.clock.today().isoformat() else set()
